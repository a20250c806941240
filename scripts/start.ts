import { main } from '../server/cli.ts';
import { buildWeb } from './build.ts';

/** `npm start`: builds what is missing or out of date, then serves the product with its data. */
const startedAt = performance.now();
const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
if (await buildWeb()) console.error(`Built the web application (${seconds()}).`);

process.exitCode = await main(['serve', ...process.argv.slice(2)], {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  progress: () => undefined,
  clock: Date.now,
  environment: process.env,
});
