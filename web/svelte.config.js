import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Runes everywhere; styles leave as files, since the content security policy allows no inline ones. */
export default {
  preprocess: vitePreprocess({ style: false }),
  compilerOptions: { runes: true, css: 'external' },
};
