import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';
import { hydrate, mount } from 'svelte';
import App from './App.svelte';
import { firstAnswerIn, holdFirstAnswer } from './client/first-answer.ts';
import { drawnRoute, parseRoute } from './client/route.ts';
import { router } from './client/router.svelte.ts';
import { look } from './client/theme.svelte.ts';

function start(): void {
  look.start();
  router.start();
}

const target = document.getElementById('app');
const first = firstAnswerIn(document);
if (target !== null && first === null) {
  start();
  mount(App, { target });
} else if (target !== null) {
  // The page came drawn: it is taken over exactly as it was drawn, then what only this browser knows is applied.
  holdFirstAnswer(first);
  router.current = drawnRoute(parseRoute(window.location));
  hydrate(App, { target });
  start();
}
