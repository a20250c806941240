import { EPOCH_2000_MS, type ItemColumns } from '../event/columns.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Calendar, Instant } from '../time/period.ts';
import { storedKindsOf } from './coverage.ts';

/** Who could have borne it is told by them, and decides whether it may be shown. */
const ON_CALL: readonly Kind[] = ['shift', 'membership'];

/** Whether changes of a kind move what people bore, beside those of the kinds that it is counted from. */
export const isOnCall = (kind: Kind): boolean => ON_CALL.includes(kind);

/**
 * The kinds whose instants alone can make a running period say something else as time goes on; null where time itself
 * does. What is counted was counted once it happened; what is open, on call or a night grows by the second.
 */
function steadyKinds({ measure, isPersonal }: Kpi): readonly Kind[] | null {
  if (measure.type !== 'count' && measure.type !== 'ratio') return null;
  if (measure.type === 'count' && measure.per === '12 hours on call') return null;
  if (KINDS[measure.of].isDerived && measure.of !== 'interruption') return null;
  return [...storedKindsOf(measure.of), ...(isPersonal ? ON_CALL : [])];
}

/**
 * Whether what was counted of a running period by one moment is what is counted of it by a later one, the items being the same: both
 * lie in one local day (whole days and weeks that have ended are counted, and decide what may be shown), and nothing
 * is told of the time between them.
 */
export function isSteady(
  kpi: Kpi,
  columnsOf: (kind: Kind) => ItemColumns,
  { zone }: Calendar,
  then: Instant,
  now: Instant,
): boolean {
  const kinds = steadyKinds(kpi);
  if (kinds === null || then > now || zone.dayOf(then) !== zone.dayOf(now)) return false;
  return kinds.every((kind) => !speaksBetween(columnsOf(kind), then, now));
}

/** Whether an instant of any row lies after one moment and up to another. */
function speaksBetween({ instants, length, parts }: ItemColumns, after: Instant, until: Instant): boolean {
  const [first, last] = [after, until].map((at) => Math.floor((at - EPOCH_2000_MS) / 1000));
  if (first === undefined || last === undefined) return true;
  for (const part of parts ?? [{ start: 0, end: length, from: -Infinity, until: Infinity }]) {
    if (part.until <= first || part.from > last) continue;
    for (const column of Object.values(instants)) if (hasBetween(column, part.start, part.end, first, last)) return true;
  }
  return false;
}

function hasBetween(column: Int32Array, start: number, end: number, after: number, until: number): boolean {
  for (let row = start; row < end; row += 1) {
    const at = column[row] ?? 0;
    if (at > after && at <= until) return true;
  }
  return false;
}
