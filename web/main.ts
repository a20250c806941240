import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';
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

/** Taking a page over takes longer than a frame: the words are painted first. A page that nobody sees need not wait. */
function afterPaint(then: () => Promise<void>): void {
  if (document.visibilityState === 'hidden') void then();
  else requestAnimationFrame(() => setTimeout(() => void then()));
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

const target = document.getElementById('app');
const first = firstAnswerIn(document);
if (target !== null && first === null) {
  start(target);
  mount(App, { target });
} else if (target !== null) {
  // Its program comes while the words are painted.
  const program = pages.load(parseRoute(window.location).page);
  afterPaint(async () => {
    await program;
    // Exactly as it was drawn; then what only this browser knows is applied.
    holdFirstAnswer(first);
    router.current = drawnRoute(parseRoute(window.location));
    hydrate(App, { target });
    start(target);
  });
}
