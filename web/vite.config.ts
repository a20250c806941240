import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Built twice: what runs in the browser, and (`ssr`) the same components for the server, which draws first pages with them. */
export default defineConfig(({ isSsrBuild }) => ({
  root: here('.'),
  plugins: [svelte({ configFile: here('./svelte.config.js') })],
  // `npm run dev` beside `npm start`: the pages come from here, the numbers from the server.
  server: { port: 4681, proxy: { '/api': { target: 'http://127.0.0.1:4680', changeOrigin: true } } },
  // Beside the pages nothing is needed to run them: everything is in the bundle.
  ssr: { noExternal: true },
  build: {
    outDir: here(isSsrBuild === true ? '../.dist/web-server' : '../.dist/web'),
    emptyOutDir: true,
    copyPublicDir: isSsrBuild !== true,
    target: 'es2022',
    // Nothing inline: the content security policy allows scripts, styles and fonts from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions:
      isSsrBuild === true
        ? {}
        : { output: { codeSplitting: { groups: [{ name: 'charts', test: /node_modules[\\/](echarts|zrender)/ }] } } },
  },
}));
