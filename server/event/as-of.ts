import type { Instant } from '../time/period.ts';
import type { Item, Stretch } from './item.ts';
import type { State } from './kinds.ts';
import type { Organisation } from './organisation.ts';
import { teamAt } from './ownership.ts';
import { isOpenState } from './states.ts';

/** The stretch an item was in at an instant; null before it began. */
export function stretchAt(item: Item, instant: Instant): Stretch | null {
  return item.stretches.findLast((stretch) => stretch.from <= instant) ?? null;
}

/** Null before the item began, and where no fact tells a state. */
export function stateAt(item: Item, instant: Instant): State | null {
  return stretchAt(item, instant)?.state ?? null;
}

export function isOpenAt(item: Item, instant: Instant): boolean {
  return isOpenState(stateAt(item, instant));
}

/** Team and service as of an instant; before the item began, those it began with. */
export function attributionAt(
  item: Item,
  organisation: Organisation,
  instant: Instant,
): { team: string | null; service: string | null } {
  const stretch = stretchAt(item, instant) ?? item.stretches[0] ?? null;
  if (stretch === null) return { team: null, service: null };
  return { team: teamAt(organisation, stretch, instant), service: stretch.service };
}

/** The items open at an instant, by looking at each: what faster ways must agree with. */
export function queueAt(items: readonly Item[], instant: Instant): Item[] {
  return items.filter((item) => isOpenAt(item, instant));
}
