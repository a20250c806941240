import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [svelte({ configFile: here('./svelte.config.js') })],
  // `npm run dev` beside `npm start`: the pages come from here, the numbers from the server.
  server: { port: 4681, proxy: { '/api': { target: 'http://127.0.0.1:4680', changeOrigin: true } } },
  build: {
    outDir: here('../.dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the content security policy allows scripts, styles and fonts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'charts', test: /node_modules[\\/](echarts|zrender)/ }] } } },
  },
});
