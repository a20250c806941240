import type { Review } from '../../server/api/contract.ts';
import { PANELS, SUMMING_UP, togglePanel, type Route } from './route.ts';
import { neighbour, type Topic } from './selection.ts';

/** Where one stands in the agenda, and where a step leads. Pure: the address bar holds the place. */

/** What the address names if the review has it, else the first topic. */
export function selectionOf({ cards }: Review, topics: readonly Topic[], { anchor, isPresenting }: Route): string | null {
  if (anchor === SUMMING_UP && isPresenting) return SUMMING_UP;
  if (anchor !== null && (topics.some((topic) => topic.anchor === anchor) || cards.some(({ id }) => id === anchor)))
    return anchor;
  return topics[0]?.anchor ?? null;
}

/** Along the agenda; what is presented ends with what was agreed. */
export function stepFrom(route: Route, topics: readonly Topic[], selected: string | null, by: 1 | -1): Route {
  const to = (anchor: string | undefined): Route => (anchor === undefined ? route : { ...route, anchor });
  if (selected === SUMMING_UP) return by === 1 ? route : to(topics.at(-1)?.anchor);
  const isLast = topics.length === 0 || topics.at(-1)?.anchor === selected;
  if (route.isPresenting && by === 1 && isLast) return to(SUMMING_UP);
  const from = by === -1 || selected === route.anchor || route.isPresenting ? selected : null;
  return to(neighbour(topics, from, by)?.anchor);
}

/** With the panels of what is presented closed; null where none is open. */
export function withoutPanels(route: Route, selected: string | null): Route | null {
  const open = PANELS.filter((panel) => selected !== null && route.panels[panel].includes(selected));
  return open.length === 0 ? null : open.reduce((from, panel) => togglePanel(from, panel, selected ?? ''), route);
}
