import { borneIn, type Borne } from './borne.ts';
import { clocksOf } from './clocks.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import { Texts } from './item-row.ts';
import type { Organisation } from './organisation.ts';
import { secondsIn } from './standing.ts';

/** definitions.md: pages to one responder within 60 s of the first are one interruption. */
const ONE_INTERRUPTION_SECONDS = 60;

/** Pages to one responder within 60 s of the first are one. Team, service and zone are those of the first. */
export function deriveInterruptions(pages: ItemColumns, shifts: ItemColumns, organisation: Organisation): ItemColumns {
  const { rows, start, people, secondOf } = borneIn(pages, 'sent');
  const isOnShift = dutiesOf(shifts, people);
  const clockAt = clocksOf(pages, organisation);
  const zones = new Texts();
  const { length } = rows;
  const [origin, started, zone] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  const [onShift, count] = [new Float64Array(length), new Float64Array(length)];
  let made = 0;
  for (let person = 0; person < people.length; person += 1) {
    const end = start[person + 1] ?? 0;
    for (let first = start[person] ?? 0; first < end;) {
      const row = rows[first] ?? 0;
      const at = secondOf(row);
      let next = first + 1;
      while (next < end && secondOf(rows[next] ?? 0) - at <= ONE_INTERRUPTION_SECONDS) next += 1;
      origin[made] = row;
      started[made] = at;
      zone[made] = zones.numberOf(clockAt(row, at).zone.name);
      onShift[made] = isOnShift(person, at) ? 1 : 0;
      count[made] = next - first;
      made += 1;
      first = next;
    }
  }
  const firsts = origin.subarray(0, made);
  return derivedColumns({
    kind: 'interruption',
    origin: pages,
    rows: firsts,
    at: started.subarray(0, made),
    instants: { started: started.subarray(0, made) },
    numbers: { on_shift: onShift.subarray(0, made), pages: count.subarray(0, made) },
    codes: { responder: carried(pages, 'responder', firsts), zone: { dictionary: zones.all, codes: zone.subarray(0, made) } },
  });
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
function spansOf({ rows, start: startOf, people, secondOf }: Borne, endOf: (row: number) => number): Spans {
  const [from, to] = [new Int32Array(rows.length), new Float64Array(rows.length)];
  const start = new Int32Array(people.length + 1);
  let count = 0;
  for (let person = 0; person < people.length; person += 1) {
    const first = count;
    for (const row of rows.subarray(startOf[person], startOf[person + 1])) {
      const told = endOf(row);
      const [begins, ends] = [secondOf(row), told === NEVER ? Infinity : told];
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
