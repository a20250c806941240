import { readConfig } from '../../server/config.ts';
import { serve } from '../../server/main.ts';
import { NOW } from './demo-week.ts';

/** Serves from the folder that is named as soon as it listens, while it still makes its history, until whoever started it goes. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder.');
const config = readConfig({ QUARTERDECK_DATA: folder, QUARTERDECK_PORT: '0', LOG_LEVEL: 'silent' });
const serving = await serve(
  config,
  () => NOW,
  () => undefined,
);
process.once('disconnect', () => void serving.close());
process.send?.(serving.url);
