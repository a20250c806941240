import type { Event } from '../event/event.ts';
import { projectItem } from '../event/projection.ts';
import type { ShiftTold } from '../event/shifts.ts';
import type { Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { closesAt } from './shift-desk.ts';

/** A shift whose link opens now. */
export interface OpenShift extends ShiftTold {
  readonly opensUntil: Instant;
}

/** Shifts whose links open now, read from the log alone, so that it may be asked for beside a running server; by team, then by when they end. */
export async function openShifts(store: Store, sources: readonly Source[], now: Instant): Promise<OpenShift[]> {
  const found: OpenShift[] = [];
  for await (const chunk of store.allEvents(['shift']))
    for (const [uid, events] of chunk) {
      const shift = shiftOf(uid, events);
      if (shift === null || shift.from > now) continue;
      const opensUntil = closesAt(sources, shift);
      if (opensUntil > now) found.push({ ...shift, opensUntil });
    }
  return found.sort(
    (one, other) =>
      order(one.team, other.team) || one.to - other.to || order(one.rotation, other.rotation) || order(one.uid, other.uid),
  );
}

const order = (one: string | null, other: string | null): number => {
  const [left, right] = [one ?? '', other ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
};

function shiftOf(uid: string, events: readonly Event[]): ShiftTold | null {
  const item = projectItem(uid, events);
  if (item === null || item.episodes.some(({ instants }) => instants['cancelled'] !== undefined)) return null;
  const { rotation, responder, from, to, zone } = item.fields;
  if (typeof responder !== 'string' || responder === '' || typeof from !== 'number' || typeof to !== 'number') return null;
  if (to <= from) return null;
  return {
    uid,
    rotation: typeof rotation === 'string' ? rotation : null,
    team: item.stretches.at(-1)?.team ?? null,
    responder,
    zone: typeof zone === 'string' ? zone : null,
    from,
    to,
  };
}
