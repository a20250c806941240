import type { Instant } from '../time/period.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { instantOf } from './clocks.ts';
import { textAt } from './links.ts';
import { secondsIn, standingIn } from './standing.ts';

/** A shift as the log tells it; whoever had it is a pseudonym. */
export interface ShiftTold {
  readonly uid: string;
  readonly rotation: string | null;
  readonly team: string | null;
  readonly responder: string;
  /** Where that person lived; null where nobody said. */
  readonly zone: string | null;
  readonly from: Instant;
  readonly to: Instant;
}

/** Shifts of somebody, with both ends, that overlap a range and were not called off; ascending by their end, then by uid. */
export function shiftsWithin(shifts: ItemColumns, from: Instant, until: Instant): ShiftTold[] {
  const [begins, ends] = [secondsIn(shifts, 'from'), secondsIn(shifts, 'to')];
  const stands = standingIn(shifts);
  const found: ShiftTold[] = [];
  for (let row = 0; row < shifts.length; row += 1) {
    const [began, ended] = [begins(row), ends(row)];
    if (began === NEVER || ended <= began || instantOf(ended) < from || instantOf(began) >= until || !stands(row)) continue;
    const responder = textAt(shifts.codes['responder'], row);
    const uid = shifts.uids.at(row);
    if (responder === null || responder === '' || uid === undefined) continue;
    const stretch = (shifts.stretchStart[row + 1] ?? 1) - 1;
    found.push({
      uid,
      rotation: textAt(shifts.codes['rotation'], row),
      team: shifts.stretchTeam.dictionary[shifts.stretchTeam.codes[stretch] ?? -1] ?? null,
      responder,
      zone: textAt(shifts.codes['zone'], row),
      from: instantOf(began),
      to: instantOf(ended),
    });
  }
  return found.sort((one, other) => one.to - other.to || (one.uid < other.uid ? -1 : 1));
}
