import { tick } from 'svelte';
import type { Route } from './route.ts';

/** Goes to what the address names: after every move, and when its review has come. */
export class Arrival {
  #arrived = '';
  #hadEvidence = false;

  /** @param visit tells moves apart; null while there is nothing to go to yet */
  at({ anchor, evidence, isPresenting }: Route, visit: string | null): void {
    // Closing the drawer is no move: the focus goes back to what opened it.
    const isClosing = this.#hadEvidence && evidence === null;
    this.#hadEvidence = evidence !== null;
    if (visit === null || anchor === null || visit === this.#arrived) return;
    this.#arrived = visit;
    if (!isClosing) void tick().then(() => goTo(anchor, isPresenting));
  }
}

function goTo(anchor: string, isPresenting: boolean): void {
  const element = document.getElementById(anchor);
  if (element === null || document.querySelector('dialog[open]') !== null) return;
  if (isPresenting) window.scrollTo({ top: 0, behavior: 'instant' });
  else element.scrollIntoView({ block: 'start' });
  if (!element.contains(document.activeElement)) element.focus({ preventScroll: true });
}
