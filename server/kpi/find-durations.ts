import { MIXED, NEVER, type ItemColumns } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { firstAsOf } from './buckets.ts';
import { businessTime } from './business-time.ts';
import { eachRange } from './each-range.ts';
import { instantsNamed, placeAt, reasonIndex, standIn, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { AT_ONCE } from './placings.ts';
import { settleLocated } from './settle.ts';
import { earlier, endsAfter, negative, withoutEnd } from './spans.ts';
import { GREATEST, LEAST, stepIn } from './steps.ts';
import { stillOpen } from './still-open.ts';
import type { Room } from './sums.ts';

export type Duration = Extract<Measure, { type: 'duration' }>;

const STILL_OPEN = 'still open';

/** Finds what a duration counts and leaves out. `withHarm`: time in harm is noted beside it. */
export const collectDurations = (pass: ItemPass, measure: Duration, withHarm: boolean): void => {
  const looks = looksOf(pass, measure, withHarm);
  eachRange(pass.ranges, (first, end) => {
    durationsIn(looks, first, end);
  });
  settleLocated(pass, pass.moments);
};

type Looks = ReturnType<typeof looksOf>;

/** What is looked at for every row, found once. */
const looksOf = (pass: ItemPass, measure: Duration, withHarm: boolean) => {
  const { columns } = pass;
  const clock = measure.clock === 'business_hours' ? businessTime(pass) : null;
  const spent = clock ?? ((_row: number, start: number, end: number) => end - start);
  return {
    pass,
    withHarm,
    harm: withHarm ? (columns.numbers['harm'] ?? null) : null,
    clock,
    rows: pass.filter.rows,
    /** 1 for rows of which entries are kept; null where of none or of all. */
    apart: pass.keepsEntries ? pass.apart : null,
    slotStarts: clock === null && measure.excluding.length === 0 && !withHarm ? slotStartsIn(pass) : null,
    starts: instantsNamed(columns, measure.from),
    ends: instantsNamed(columns, measure.to),
    countedIn: instantsNamed(columns, pass.kpi.countedIn ?? measure.to),
    others: endsAfter(measure.to).flatMap((name) => columns.instants[name] ?? []),
    cancelled: measure.to === 'cancelled' ? undefined : columns.instants['cancelled'],
    merged: columns.codes['merged_into']?.codes,
    planned: columns.numbers['planned'],
    pauses: measure.excluding.length === 0 ? null : pausesOf(measure.excluding, columns, spent),
    // Looked up once, as many items are left out.
    open: reasonIndex(pass, STILL_OPEN),
    merges: reasonIndex(pass, 'merged'),
    plans: reasonIndex(pass, 'planned'),
    cancels: reasonIndex(pass, 'cancelled'),
    unended: reasonIndex(pass, withoutEnd(measure)),
    reversed: reasonIndex(pass, negative(measure)),
  };
};

/** By team: where its slots begin; null where more is asked of most rows than whose they always were, and their value. */
const slotStartsIn = ({ apart, attribution, bearers, filter, keepsEntries, sums }: ItemPass): Int32Array | null => {
  if (sums === null || bearers !== null || (keepsEntries && apart === null) || filter.moments.length > 0) return null;
  return sums.slotStarts(attribution.lookups.teamScopes);
};

/** Of rows, and of what was found, that are looked at once more; used up before others are looked at. */
const ODD = new Int32Array(AT_ONCE);
const SPANNING = new Int32Array(AT_ONCE);

/** What values of other sizes are not: selected in 31 bits. */
const LONGEST = 2 ** 30;

/** Some rows at a time, as many as there is room for: what most are is found first, and what is special about some is said then. */
const durationsIn = (looks: Looks, firstRow: number, endRow: number): void => {
  const { apart, clock, pass, pauses } = looks;
  const { entries, moments } = pass;
  const asksBeside = looks.withHarm || pass.keepsEntries;
  for (let first = firstRow; first < endRow;) {
    if (moments.isFull) settleLocated(pass, moments);
    const known = moments.length;
    const end = Math.min(endRow, first + AT_ONCE - known);
    const hasRoom = looks.slotStarts !== null && (apart === null || entries.length + end - first <= entries.row.length);
    const room = hasRoom ? (pass.sums?.roomFor(end - first + 1) ?? null) : null;
    const { odd, written, spanned } = findIn(looks, first, end, room);
    if (room !== null) pass.sums?.addWritten(written);
    for (let index = 0; index < spanned; index += 1) spannedBy(looks, SPANNING[index] ?? 0);
    for (let index = 0; index < odd; index += 1) leaveOut(looks, ODD[index] ?? 0);
    if (clock !== null || pauses !== null) measureAgain(looks, known);
    if (asksBeside) noteBeside(looks, known);
    const spanning = locateIn(looks, known);
    for (let index = 0; index < spanning; index += 1) {
      const found = SPANNING[index] ?? 0;
      const row = moments.row[found] ?? 0;
      stillOpen(pass, row, looks.starts[row] ?? 0, moments.second[found] ?? 0, looks.open);
    }
    first = end;
  }
};

/** How many rows were put where. */
interface Many {
  readonly odd: number;
  readonly written: number;
  readonly spanned: number;
}

/**
 * Puts down what counts. What had begun and does not is listed as odd. Where there is room for values alone, those of rows
 * that one team always had go there at once, with the entries of those that are kept, and rows that were open as of a moment are
 * listed as spanning. No call within but what is compiled with it, and few columns, as this runs for every row.
 */
const findIn = (looks: Looks, firstRow: number, endRow: number, room: Room | null): Many => {
  const { apart, pass, rows, starts, ends, countedIn, cancelled, merged, planned } = looks;
  const { entries, moments, now } = pass;
  const { row: keptRow, cell: keptCell, team: keptTeam, service: keptService, value: keptValue, reason: keptReason } = entries;
  const { row: foundRow, second: foundSecond, value: foundValue } = moments;
  const { markAsOf, markCells, markSteps } = pass.cuts;
  const { at: marks, table, base, shift } = markSteps;
  const { rowTeams, teamScopes } = pass.attribution.lookups;
  const isPlain = room !== null && rowTeams !== null && looks.slotStarts !== null;
  const slotStarts = looks.slotStarts ?? NONE;
  const teams = rowTeams ?? NONE;
  const { counts, first, slots, values } = room ?? NO_ROOM;
  const isCountedAtEnd = countedIn === ends;
  let next = moments.length;
  let [odd, spanned, written, kept] = [0, 0, first, entries.length];
  // Neighbours often are one team's and lie between the same two marks: the next slot is looked up where one does not.
  let [known, low, high] = [-1, 0, 0];
  let [slot, asOf, same] = [-1, LEAST, written];
  let [cell, scope] = [-1, -1];
  for (let row = firstRow; row < endRow; row += 1) {
    if (rows !== null && rows[row] === 0) continue;
    const start = starts[row] ?? NEVER;
    if (start === NEVER || start > now) continue;
    const end = ends[row] ?? NEVER;
    const counted = isCountedAtEnd ? end : (countedIn[row] ?? NEVER);
    const cancel = cancelled === undefined ? NEVER : (cancelled[row] ?? NEVER);
    if (
      end < start ||
      end > now ||
      counted === NEVER ||
      counted > now ||
      (cancel !== NEVER && cancel <= now) ||
      (merged !== undefined && (merged[row] ?? -1) >= 0) ||
      (planned !== undefined && planned[row] === 1)
    ) {
      ODD[odd] = row;
      odd += 1;
      continue;
    }
    const value = end - start;
    const team = isPlain ? (teams[row] ?? MIXED) : MIXED;
    if (team < 0 || value >= LONGEST) {
      foundRow[next] = row;
      foundSecond[next] = counted;
      foundValue[next] = value;
      next += 1;
      continue;
    }
    if (team !== known || counted < low || counted >= high) {
      if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + written - same;
      same = written;
      known = team;
      const step = stepIn(marks, table, base, shift, counted) + 1;
      asOf = markAsOf[step] ?? LEAST;
      low = step === 0 ? LEAST : (marks[step - 1] ?? LEAST);
      high = step === marks.length ? GREATEST : (marks[step] ?? GREATEST);
      const own = slotStarts[team] ?? -1;
      cell = markCells[step] ?? -1;
      scope = teamScopes[team] ?? -1;
      slot = own < 0 || cell < 0 ? -1 : own + cell;
    }
    slots[written] = slot;
    values[written] = value;
    // One more where there is a slot.
    written += 1 + (slot >> 31);
    SPANNING[spanned] = row;
    if (asOf > start) spanned += 1;
    if (apart === null || slot < 0 || apart[row] === 0) continue;
    keptRow[kept] = row;
    keptCell[kept] = cell;
    keptTeam[kept] = scope;
    keptService[kept] = -1;
    keptValue[kept] = value;
    keptReason[kept] = 0;
    kept += 1;
  }
  if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + written - same;
  moments.length = next;
  if (isPlain) entries.length = kept;
  return { odd, written: written - first, spanned };
};

/** Of a row that one team always had, and that was counted after moments at which it was open. */
const spannedBy = ({ countedIn, open, pass, starts }: Looks, row: number): void => {
  const { attribution, cuts } = pass;
  const { rowTeams, teamScopes } = attribution.lookups;
  const start = starts[row] ?? 0;
  const last = firstAsOf(cuts, countedIn[row] ?? 0) - 1;
  standIn(pass, row, firstAsOf(cuts, start), last, teamScopes[rowTeams?.[row] ?? 0] ?? -1, -1, start, Number.NaN, open);
};

const NONE = new Int32Array(0);
const NO_ROOM: Room = { counts: NONE, slots: NONE, values: NONE, first: 0 };

/** Puts what was found from `known` on into cells. Those that were open as of a moment before are listed: how many. */
const locateIn = ({ pass, starts }: Looks, known: number): number => {
  const { markAsOf, markCells, markSteps } = pass.cuts;
  const { at: marks, table, base, shift } = markSteps;
  const { cell, length, row: rows, second: seconds } = pass.moments;
  let spanning = 0;
  for (let index = known; index < length; index += 1) {
    const second = seconds[index] ?? 0;
    const step = stepIn(marks, table, base, shift, second) + 1;
    cell[index] = markCells[step] ?? -1;
    SPANNING[spanning] = index;
    if ((markAsOf[step] ?? LEAST) > (starts[rows[index] ?? 0] ?? NEVER)) spanning += 1;
  }
  return spanning;
};

/** By the clock of the measure, without pauses. */
const measureAgain = ({ clock, ends, pass, pauses, starts }: Looks, known: number): void => {
  const { length, row: rows, value } = pass.moments;
  for (let index = known; index < length; index += 1) {
    const row = rows[index] ?? 0;
    const [start, end] = [starts[row] ?? 0, ends[row] ?? 0];
    const spent = clock === null ? end - start : clock(row, start, end);
    value[index] = pauses === null ? spent : spent - pauses(row, start, end);
  }
};

const noteBeside = ({ harm, pass }: Looks, known: number): void => {
  const { beside, length, row } = pass.moments;
  for (let index = known; index < length; index += 1)
    beside[index] = harm === null ? Number.NaN : (harm[row[index] ?? 0] ?? Number.NaN);
};

/** What had begun and does not count: why, where, and as of when it was still open. */
const leaveOut = (looks: Looks, row: number): void => {
  const { pass, starts, ends, countedIn, others, cancelled, merged, planned } = looks;
  const { now } = pass;
  const start = starts[row] ?? 0;
  const end = knownBy(now, ends[row] ?? NEVER);
  const counted = countedIn === ends ? end : knownBy(now, countedIn[row] ?? NEVER);
  const cancel = cancelled === undefined ? NEVER : knownBy(now, cancelled[row] ?? NEVER);

  const isMerged = merged !== undefined && (merged[row] ?? -1) >= 0;
  if (isMerged || (planned !== undefined && planned[row] === 1)) {
    const closed = counted === NEVER ? firstOf(others, row, now, cancel) : NEVER;
    const anchor = counted !== NEVER ? counted : closed !== NEVER ? closed : start;
    placeAt(pass, row, anchor, Number.NaN, isMerged ? looks.merges : looks.plans);
    return;
  }
  // Out of everyone's hands with the first of them: what was closed and cancelled later had not been open in between.
  const closed = counted === NEVER || end === NEVER ? firstOf(others, row, now, cancel) : NEVER;
  const anchor = counted !== NEVER ? counted : closed;
  stillOpen(pass, row, start, anchor, looks.open);
  if (anchor === NEVER) return;
  if (cancel !== NEVER) placeAt(pass, row, anchor, Number.NaN, looks.cancels);
  else if (end === NEVER) placeAt(pass, row, anchor, Number.NaN, closed === NEVER ? looks.open : looks.unended);
  else if (end < start) placeAt(pass, row, anchor, Number.NaN, looks.reversed);
};

const knownBy = (now: number, second: number): number => (second > now ? NEVER : second);

/** The earliest of several instants of a row and of one more; NEVER where there is none. */
const firstOf = (columns: readonly Int32Array[], row: number, now: number, other: number): number => {
  let first = other;
  for (const column of columns) {
    const second = column[row] ?? NEVER;
    if (second <= now) first = earlier(first, second);
  }
  return first;
};

/** Seconds of a row between two seconds. */
type Spent = (row: number, from: number, to: number) => number;

/** Seconds between two instants that were spent in the given states, on a clock. */
const pausesOf = (states: readonly string[], columns: ItemColumns, spent: Spent): Spent => {
  const isPause = Uint8Array.from(STATES, (state) => (states.includes(state) ? 1 : 0));
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  return (row, from, to) => {
    let seconds = 0;
    const last = stretchStart[row + 1] ?? 0;
    for (let stretch = stretchStart[row] ?? 0; stretch < last; stretch += 1) {
      if (isPause[stretchState[stretch] ?? -1] !== 1) continue;
      const until = stretchTo[stretch] ?? NEVER;
      const start = Math.max(stretchFrom[stretch] ?? 0, from);
      const end = Math.min(until === NEVER ? to : until, to);
      if (end > start) seconds += spent(row, start, end);
    }
    return seconds;
  };
};
