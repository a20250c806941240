import { NEVER, type ItemColumns } from '../../server/event/columns.ts';
import type { Event, Fields } from '../../server/event/event.ts';
import type { State } from '../../server/event/kinds.ts';
import { END_SECOND, WEEK_SECONDS } from './size.ts';
import { eventOf } from './ticket-events.ts';

const HOUR = 3600;
const RECENT_WEEKS = 2;

/** Rows of tickets that events may come late for: those that were resolved, and nothing else became of them. */
export interface LateRows {
  readonly recent: readonly number[];
  readonly scattered: readonly number[];
}

/** As many of each as are asked for, no row twice: resolved in the last two weeks, and at any time. */
export function lateRows({ length, instants, codes }: ItemColumns, wanted: number, random: () => number): LateRows {
  const isPlain = (row: number): boolean =>
    (instants['resolved']?.[row] ?? NEVER) !== NEVER &&
    ['closed', 'reopened', 'cancelled'].every((name) => (instants[name]?.[row] ?? NEVER) === NEVER) &&
    ['merged_into', 'caused_by'].every((name) => (codes[name]?.codes[row] ?? -1) < 0);
  const since = END_SECOND - RECENT_WEEKS * WEEK_SECONDS;
  const young: number[] = [];
  for (let row = 0; row < length; row += 1)
    if ((instants['resolved']?.[row] ?? NEVER) >= since && (instants['opened']?.[row] ?? NEVER) >= since && isPlain(row))
      young.push(row);
  const taken = new Set<number>();
  const pick = (from: () => number): number[] => {
    const rows: number[] = [];
    for (let tries = 0; rows.length < wanted && tries < wanted * 100; tries += 1) {
      const row = from();
      if (taken.has(row) || !isPlain(row)) continue;
      taken.add(row);
      rows.push(row);
    }
    return rows;
  };
  const recent = pick(() => young[Math.floor(random() * young.length)] ?? 0);
  return { recent, scattered: pick(() => Math.floor(random() * length)) };
}

/**
 * One event about a ticket that was resolved: out of a hundred 50 say that it was earlier or later, 10 that it
 * moved to another team while it was open, 10 that it was never one, 25 how severe it was, 4 that it was
 * reopened a day later (and is open since), 1 that a deployment caused it.
 */
export function lateEvent(columns: ItemColumns, row: number, nth: number, deployments: number): Event {
  const { instants, stretchStart, stretchTeam } = columns;
  const resolved = instants['resolved']?.[row] ?? 0;
  const opened = instants['opened']?.[row] ?? 0;
  const last = (stretchStart[row + 1] ?? 0) - (stretchStart[row] ?? 0) - 1;
  const tell = (second: number, state: State | null, fields: Fields): Event =>
    eventOf(columns, row, 'late', Math.min(second, END_SECOND - 1), state, fields);
  const told = nth % 100;
  if (told < 50) {
    const second = told % 2 === 0 ? resolved + (nth % 72) * HOUR + 60 : opened + Math.floor((resolved - opened) * 0.8);
    return { ...tell(second, 'resolved', {}), supersedes: `s${last}` };
  }
  if (told < 60) {
    const team = stretchTeam.dictionary[(nth * 7) % stretchTeam.dictionary.length] ?? null;
    return tell(opened + Math.floor((resolved - opened) / 2), null, { team });
  }
  if (told < 70) return tell(resolved + HOUR, 'cancelled', {});
  if (told < 95) return tell(opened + 60, null, { severity: 1 + (nth % 5) });
  if (told < 99) return tell(resolved + 24 * HOUR, 'reopened', {});
  return tell(resolved, null, { caused_by: `D${(nth * 7919) % deployments}` });
}
