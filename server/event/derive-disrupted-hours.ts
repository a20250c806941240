import { borneIn } from './borne.ts';
import { Clocks, hourStart } from './clocks.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import type { Organisation } from './organisation.ts';
import { RecentHours } from './recent-hours.ts';
import { secondsIn } from './standing.ts';

/** The distinct clock hours of a person's day with an interruption; on shift if one of them was. */
export function deriveDisruptedHours(interruptions: ItemColumns, organisation: Organisation): ItemColumns {
  const { rows: borne, seconds, start, people } = borneIn(interruptions, 'started');
  const wasOnShift = interruptions.numbers['on_shift'];
  const clocks = new Clocks(interruptions, organisation);
  const secondOf = secondsIn(interruptions, 'started');
  const hours = new Int32Array(interruptions.length);
  for (let row = 0; row < interruptions.length; row += 1)
    if (secondOf(row) !== NEVER) hours[row] = hourStart(clocks.clockAt(row, secondOf(row)).zone, secondOf(row));

  /** By the first interruption of each hour. */
  const state = new Uint8Array(interruptions.length);
  let length = 0;
  for (let person = 0; person < people.length; person += 1) {
    const recent = new RecentHours();
    for (let place = start[person] ?? 0; place < (start[person + 1] ?? 0); place += 1) {
      const row = borne[place] ?? 0;
      const first = recent.add(0, hours[row] ?? 0, seconds[place] ?? 0, row);
      if (first === row) length += 1;
      if (state[first] !== ON_SHIFT) state[first] = wasOnShift?.[row] === 1 ? ON_SHIFT : OFF_SHIFT;
    }
  }
  const [rows, started, zone] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  const onShift = new Float64Array(length);
  for (let row = 0, made = 0; made < length; row += 1) {
    if (state[row] === 0) continue;
    rows[made] = row;
    started[made] = hours[row] ?? 0;
    zone[made] = clocks.clockAt(row, secondOf(row)).zoneCode;
    onShift[made] = state[row] === ON_SHIFT ? 1 : 0;
    made += 1;
  }
  return derivedColumns({
    kind: 'disrupted_hour',
    origin: interruptions,
    rows,
    at: started,
    instants: { started },
    numbers: { on_shift: onShift },
    codes: { responder: carried(interruptions, 'responder', rows), zone: { dictionary: clocks.zoneNames, codes: zone } },
  });
}

const OFF_SHIFT = 1;
const ON_SHIFT = 2;
