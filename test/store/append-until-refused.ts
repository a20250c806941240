import { openStore } from '../../server/store/open.ts';
import { StoreError } from '../../server/store/store.ts';
import { event, MONDAY, wholeLog } from './sample-data.ts';

/** Appends to the database of a folder until that fails, and prints what was acknowledged and what can be read. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: append-until-refused.ts FOLDER');

const EVENTS_A_CALL = 50;
const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
let acknowledged = 0;
let code = '';
while (code === '') {
  const facts = Array.from({ length: EVENTS_A_CALL }, (_, at) =>
    event({ item: `INC${acknowledged + at}`, key: 'a', fields: { team: 'x'.repeat(100) } }),
  );
  try {
    await store.append('servicenow', MONDAY, facts, []);
    acknowledged += EVENTS_A_CALL;
  } catch (error) {
    code = error instanceof StoreError ? error.code : String(error);
  }
}
const trouble = (await store.trouble())?.code;
process.stdout.write(JSON.stringify({ acknowledged, read: (await wholeLog(store)).size, code, trouble }));
await store.close();
