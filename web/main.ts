import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';
import { FIRST_ANSWER_ID } from './client/first-answer.ts';

/** Words first: on two processors, the program that is fetched, read and run beside them would keep them waiting. */
function afterPaint(then: () => void): void {
  const isDrawn = document.getElementById(FIRST_ANSWER_ID) !== null;
  // A page that comes empty has nothing to wait for, and what nobody sees is not painted.
  if (!isDrawn || document.visibilityState === 'hidden') then();
  else if (PerformanceObserver.supportedEntryTypes.includes('paint')) whenPainted(then);
  else requestAnimationFrame(() => setTimeout(then));
}

/** Told by the browser itself, once they are on the screen. One that keeps such times from pages is given a second. */
function whenPainted(then: () => void): void {
  const begin = (): void => {
    observer.disconnect();
    window.clearTimeout(timer);
    then();
  };
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(({ name }) => name === 'first-contentful-paint')) begin();
  });
  const timer = window.setTimeout(begin, 1000);
  observer.observe({ type: 'paint', buffered: true });
}

afterPaint(() => void import('./program.ts'));
