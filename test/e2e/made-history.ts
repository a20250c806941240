import { readConfig } from '../../server/config.ts';
import { serve } from '../../server/main.ts';
import { NOW } from './demo-week.ts';

/** Makes the history of the demo organisation in the folder that is named, and ends. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder.');
const config = readConfig({ QUARTERDECK_DATA: folder, QUARTERDECK_PORT: '0', LOG_LEVEL: 'silent' });
const serving = await serve(
  config,
  () => NOW,
  () => undefined,
);
await serving.isReady;
await serving.close();
