import { EPOCH_2000_MS, NEVER, type ItemColumns } from '../event/columns.ts';
import type { World } from '../kpi/world.ts';
import type { Instant } from '../time/period.ts';
import type { Basis } from './coverage.ts';

const starts = new WeakMap<ItemColumns, Instant | null>();

/** The earliest instant in a kind's columns, or null where it has no items. Kept per columns object. */
function startOfColumns(columns: ItemColumns): Instant | null {
  const known = starts.get(columns);
  if (known !== undefined) return known;
  let earliest = Infinity;
  const look = (column: Int32Array): void => {
    for (const second of column) if (second !== NEVER && second < earliest) earliest = second;
  };
  look(columns.stretchFrom);
  for (const column of Object.values(columns.instants)) look(column);
  const start = earliest === Infinity ? null : earliest * 1000 + EPOCH_2000_MS;
  starts.set(columns, start);
  return start;
}

/** The first instant that anything behind a KPI speaks of; null where there is nothing yet. */
export function historyStart(basis: Basis, world: World): Instant | null {
  let start: Instant | null = null;
  const note = (instant: Instant | null | undefined): void => {
    if (instant !== null && instant !== undefined && (start === null || instant < start)) start = instant;
  };
  for (const kind of basis.kinds) note(startOfColumns(world.columns(kind)));
  for (const name of basis.series) for (const columns of world.series(name)) note(columns.at[0]);
  return start;
}
