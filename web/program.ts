import { hydrate, mount } from 'svelte';
import App from './App.svelte';
import { firstAnswerIn, holdFirstAnswer } from './client/first-answer.ts';
import { pages } from './client/pages.svelte.ts';
import { drawnRoute, parseRoute } from './client/route.ts';
import { reader } from './client/reader.svelte.ts';
import { router } from './client/router.svelte.ts';
import { look } from './client/theme.svelte.ts';

/** The page obeys from now on. Until then it can be read. */
function start(target: HTMLElement): void {
  look.start();
  reader.start();
  router.start();
  target.dataset['live'] = '';
}

pages.loadedBy({
  review: () => import('./pages/ReviewPage.svelte'),
  'on-call': () => import('./pages/OnCallPage.svelte'),
  'hand-over': () => import('./pages/HandOverPage.svelte'),
  shift: () => import('./pages/ShiftPage.svelte'),
  kpi: () => import('./pages/KpiPage.svelte'),
  report: () => import('./pages/ReportPage.svelte'),
  kpis: () => import('./pages/CataloguePage.svelte'),
  sources: () => import('./pages/SourcesPage.svelte'),
});

async function begin(target: HTMLElement): Promise<void> {
  const program = pages.load(parseRoute(window.location).page);
  const first = firstAnswerIn(document);
  if (first === null) {
    start(target);
    mount(App, { target });
    return;
  }
  await program;
  // Exactly as it was drawn; then what only this browser knows is applied.
  holdFirstAnswer(first);
  router.current = drawnRoute(parseRoute(window.location));
  hydrate(App, { target });
  start(target);
}

const target = document.getElementById('app');
if (target !== null) void begin(target);
