import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { openStore } from '../../server/store/open.ts';
import { event, MONDAY } from './sample-data.ts';

/**
 * Appends call after call to the database of a folder and acknowledges each on standard output once
 * it is stored, until somebody kills it. Each call repeats the one before it.
 *
 * Arguments: folder, number of the first call.
 */
const [folder, first] = process.argv.slice(2);
if (folder === undefined || first === undefined) throw new Error('usage: append-until-killed.ts FOLDER FIRST');

const EVENTS_A_CALL = 40;
const eventsOfCall = (call: number) =>
  Array.from({ length: EVENTS_A_CALL }, (_, at) =>
    event({
      item: `INC${at}`,
      key: `${call}-${at}`,
      sequence: call,
      slot: at % 2 === 0 ? 'cause' : null,
      fields: { cause: `${call}` },
    }),
  );

const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
// For who comes next: nothing is kept as it is killed.
flushCompileCache();
for (let call = Number(first); ; call += 1) {
  const repeated = call > 1 ? eventsOfCall(call - 1) : [];
  const samples = [
    { source: 'cloudwatch', series: 's', dimensions: '', statistic: 'sum', at: MONDAY + call * 1_000, value: call },
  ];
  await store.append('servicenow', MONDAY, [...repeated, ...eventsOfCall(call)], samples);
  writeSync(1, `${call}\n`);
}
