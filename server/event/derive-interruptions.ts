import { borneIn, type Borne } from './borne.ts';
import { Clocks } from './clocks.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import type { Organisation } from './organisation.ts';
import { secondsIn } from './standing.ts';

/** definitions.md: pages to one responder within 60 s of the first are one interruption. */
const ONE_INTERRUPTION_SECONDS = 60;

/** Pages to one responder within 60 s of the first are one. Team, service and zone are those of the first. */
export function deriveInterruptions(pages: ItemColumns, shifts: ItemColumns, organisation: Organisation): ItemColumns {
  const { counts, length } = pagesByFirst(pages);
  const responders = pages.codes['responder'];
  const isOnShift = dutiesOf(shifts, responders?.dictionary ?? []);
  const secondOf = secondsIn(pages, 'sent');
  const clocks = new Clocks(pages, organisation);
  const [rows, started, zone] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  const [onShift, count] = [new Float64Array(length), new Float64Array(length)];
  // In the order of pages again, so that memory is read in order.
  for (let row = 0, made = 0; made < length; row += 1) {
    const joined = counts[row] ?? 0;
    if (joined === 0) continue;
    const at = secondOf(row);
    rows[made] = row;
    started[made] = at;
    zone[made] = clocks.clockAt(row, at).zoneCode;
    onShift[made] = isOnShift(responders?.codes[row] ?? -1, at) ? 1 : 0;
    count[made] = joined;
    made += 1;
  }
  return derivedColumns({
    kind: 'interruption',
    origin: pages,
    rows,
    at: started,
    instants: { started },
    numbers: { on_shift: onShift, pages: count },
    codes: { responder: carried(pages, 'responder', rows), zone: { dictionary: clocks.zoneNames, codes: zone } },
  });
}

/** How many pages each page is the first of, itself included: 0 where it joins another. */
function pagesByFirst(pages: ItemColumns): { readonly counts: Int32Array; readonly length: number } {
  const { rows, seconds, start, people } = borneIn(pages, 'sent');
  const counts = new Int32Array(pages.length);
  let length = 0;
  for (let person = 0; person < people.length; person += 1) {
    const end = start[person + 1] ?? 0;
    for (let first = start[person] ?? 0, next = first; first < end; first = next) {
      const at = seconds[first] ?? 0;
      while (next < end && (seconds[next] ?? 0) - at <= ONE_INTERRUPTION_SECONDS) next += 1;
      counts[rows[first] ?? 0] = next - first;
      length += 1;
    }
  }
  return { counts, length };
}

/** Whether someone, by their place among `people`, was on a shift at a second. A shift's end is not part of it. */
function dutiesOf(shifts: ItemColumns, people: readonly string[]): (person: number, second: number) => boolean {
  const borne = borneIn(shifts, 'from');
  const spans = spansOf(borne, secondsIn(shifts, 'to'));
  const codeOf = new Map(borne.people.map((person, code) => [person, code]));
  const codes = Int32Array.from(people, (person) => codeOf.get(person) ?? -1);
  return (person, second) => {
    const code = codes[person] ?? -1;
    if (code < 0) return false;
    let [low, high] = [spans.start[code] ?? 0, spans.start[code + 1] ?? 0];
    const first = low;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans.from[middle] ?? 0) <= second) low = middle + 1;
      else high = middle;
    }
    return low > first && second < (spans.to[low - 1] ?? 0);
  };
}

interface Spans {
  readonly start: Int32Array;
  readonly from: Int32Array;
  /** Infinity where one lasts. */
  readonly to: Float64Array;
}

/** Shifts of each person as spans that do not overlap, ascending. */
function spansOf({ rows, seconds, start: startOf, people }: Borne, endOf: (row: number) => number): Spans {
  const [from, to] = [new Int32Array(rows.length), new Float64Array(rows.length)];
  const start = new Int32Array(people.length + 1);
  let count = 0;
  for (let person = 0; person < people.length; person += 1) {
    const first = count;
    for (let place = startOf[person] ?? 0; place < (startOf[person + 1] ?? 0); place += 1) {
      const told = endOf(rows[place] ?? 0);
      const [begins, ends] = [seconds[place] ?? 0, told === NEVER ? Infinity : told];
      if (ends <= begins) continue;
      const last = count - 1;
      if (last >= first && begins <= (to[last] ?? 0)) to[last] = Math.max(to[last] ?? 0, ends);
      else {
        from[count] = begins;
        to[count] = ends;
        count += 1;
      }
    }
    start[person + 1] = count;
  }
  return { start, from, to };
}
