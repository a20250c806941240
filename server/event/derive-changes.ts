import type { Instant } from '../time/period.ts';
import { derivedItem, instantField, isCancelled, textField } from './derived-item.ts';
import { compareText } from './facts.ts';
import type { Item } from './item.ts';

/** How sources name the environment that customers use. */
export const PRODUCTION = 'production';

/**
 * One item a commit, for the first successful production deployment that holds it. Commits are told
 * apart by service and instant; as many as an earlier deployment of that service held at an instant are
 * not new. `is_first` marks a service's first recorded deployment, which carries everything from before.
 * Those deployed before `since` are looked at and left out.
 */
export function deriveChanges(deployments: readonly Item[], since: Instant = -Infinity): Item[] {
  const released = deployments
    .flatMap((item) => {
      const deployed = instantField(item, 'finished');
      const isReleased =
        textField(item, 'environment') === PRODUCTION && textField(item, 'outcome') === 'succeeded' && !isCancelled(item);
      return deployed !== null && isReleased ? [{ item, deployed }] : [];
    })
    .sort((one, other) => one.deployed - other.deployed || compareText(one.item.uid, other.item.uid));
  const seenByService = new Map<string, Map<Instant, number>>();
  return released.flatMap(({ item, deployed }) => {
    const service = textField(item, 'service') ?? '';
    const seen = seenByService.get(service);
    const known = seen ?? new Map<Instant, number>();
    seenByService.set(service, known);
    const held = new Map<Instant, number>();
    return commitsOf(item).flatMap((committed) => {
      const nth = (held.get(committed) ?? 0) + 1;
      held.set(committed, nth);
      if (nth <= (known.get(committed) ?? 0)) return [];
      known.set(committed, nth);
      if (deployed < since) return [];
      return derivedItem({
        kind: 'change',
        uid: `change:${item.uid}:${committed}${nth === 1 ? '' : `:${nth}`}`,
        origin: item,
        at: deployed,
        fields: { committed, deployed, environment: PRODUCTION, is_first: seen === undefined },
      });
    });
  });
}

function commitsOf(item: Item): Instant[] {
  const commits = item.fields['commits'];
  return typeof commits === 'object' && commits !== null
    ? commits.filter((at) => Number.isFinite(at)).sort((one, other) => one - other)
    : [];
}
