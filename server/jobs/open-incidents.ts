import type { Scope } from '../event/organisation.ts';
import type { World } from '../kpi/world.ts';
import type { OpenIncidents } from '../review/shift-input.ts';
import type { Store } from '../store/store.ts';
import { itemsAt } from './items-at.ts';
import { queueOf } from './queue.ts';

/** Those that go to whoever is next; the rest is counted. */
const SHOWN = 20;

/** Incidents of a scope that are open, as of the last moment that all sources of incidents know of. Null where none does. */
export async function openIncidents(store: Store, watermark: number, world: World, scope: Scope): Promise<OpenIncidents | null> {
  const { until } = world.coverage({ kind: 'incident' });
  if (until === null) return null;
  const at = Math.min(until, world.now);
  const queue = await queueOf(
    { of: 'incidents', scope, at, knownAt: null, page: { offset: 0, limit: SHOWN } },
    world,
    itemsAt(store, watermark),
  );
  return queue.depth === null ? null : { at, rows: queue.items, total: queue.total };
}
