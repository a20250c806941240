import { writeSync } from 'node:fs';
import { readInThread } from '../../../server/file-reader.ts';
import { openStore } from '../../../server/store/open.ts';
import { importInto, TICKETS } from './import-house.ts';
import { sourceOf } from './reading.ts';

/** Imports the files of a folder into its database and tells each batch once it is stored. Arguments: folder. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: import-until-killed.ts FOLDER');
const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
const source = sourceOf(folder, TICKETS, undefined, readInThread);
await importInto(store, source, { onProgress: (text) => writeSync(1, `${text}\n`) });
