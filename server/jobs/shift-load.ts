import { Clocks, instantOf } from '../event/clocks.ts';
import type { ItemColumns } from '../event/columns.ts';
import { hourClassOf } from '../event/hours.ts';
import { namedRows, textAt } from '../event/links.ts';
import { mostPagedIncidents } from '../event/shift-budget.ts';
import type { ShiftTold } from '../event/shifts.ts';
import { codeOf, rowsWhere, secondsIn, standingIn } from '../event/standing.ts';
import { secondsOf } from '../kpi/buckets.ts';
import type { World } from '../kpi/world.ts';
import type { ShiftLoad, ShiftPageSent } from '../review/shift-input.ts';
import type { Instant } from '../time/period.ts';

/** A night belongs to the shift that its evening lies in, and to one that begins within it. */
const NIGHT_MS = 9 * 3_600_000;

/**
 * What one shift brought whoever had it: that person's items within it, by the same derivations as any number of the
 * group. To be told to that person alone.
 */
export function shiftLoad(world: World, shift: ShiftTold): ShiftLoad {
  const until = Math.min(shift.to, world.now);
  const interruptions = ownRows(world.columns('interruption'), 'started', shift, shift.from, until);
  const nights = ownRows(world.columns('night'), 'evening', shift, shift.from - NIGHT_MS, until);
  const quality = (row: number): string | null => textAt(world.columns('night').codes['quality'], row);
  const qualities = Array.from(nights, quality);
  const pages = world.columns('page');
  const rows = ownRows(pages, 'sent', shift, shift.from, until);
  return {
    interruptions: calledAt(world, interruptions),
    mostIncidents: mostPagedIncidents(pages, world.columns('incident'), rows),
    disruptedHours: ownRows(world.columns('disrupted_hour'), 'started', shift, shift.from, until).length,
    brokenNights: qualities.filter((one) => one === 'broken' || one === 'lost').length,
    lostNights: qualities.filter((one) => one === 'lost').length,
    pages: pagesSent(world, pages, rows),
  };
}

/** Rows of that person within a range, by when. */
function ownRows(columns: ItemColumns, instant: string, { responder }: ShiftTold, from: Instant, until: Instant): Int32Array {
  const code = codeOf(columns.codes['responder'], responder);
  const codes = columns.codes['responder']?.codes;
  const [second, stands] = [secondsIn(columns, instant), standingIn(columns)];
  const [first, end] = [secondsOf(from), secondsOf(until)];
  const rows = rowsWhere(columns, (row) => codes?.[row] === code && second(row) >= first && second(row) < end && stands(row));
  return rows.toSorted((one, other) => second(one) - second(other));
}

function calledAt(world: World, rows: Int32Array): ShiftLoad['interruptions'] {
  const interruptions = world.columns('interruption');
  const clocks = new Clocks(interruptions, world.organisation);
  const second = secondsIn(interruptions, 'started');
  return Array.from(rows, (row) => {
    const { zone, hours } = clocks.clockAt(row, second(row));
    const at = instantOf(second(row));
    // Night comes before holiday, so holidays do not matter to it.
    return { at, isNight: hourClassOf(at, zone, hours, () => false) === 'night' };
  });
}

function pagesSent(world: World, pages: ItemColumns, rows: Int32Array): ShiftPageSent[] {
  const alerts = world.columns('alert');
  const causes = namedRows(pages, 'alert', alerts, rows);
  const { stretchService, stretchStart, numbers } = pages;
  return Array.from(rows, (row, index) => {
    const cause = causes[index] ?? -1;
    const needed = numbers['needed_action']?.[row] ?? Number.NaN;
    return {
      key: textAt(pages.codes['key'], row),
      service: stretchService.dictionary[stretchService.codes[(stretchStart[row + 1] ?? 1) - 1] ?? -1] ?? null,
      runbook: cause < 0 ? null : textAt(alerts.codes['runbook'], cause),
      isRepeat: numbers['is_repeat']?.[row] === 1,
      neededAction: Number.isNaN(needed) ? null : needed === 1,
    };
  });
}
