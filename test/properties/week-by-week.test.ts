import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { weekByWeek } from './week-by-week.ts';

/** The excerpt of test/fixtures/uci-weeks; `npm run prove -- --uci FILE` gives the whole log. */
const file = process.env['PROVE_UCI'] ?? new URL('../fixtures/uci-weeks/incident_event_log.csv', import.meta.url);

it('tells of a real log, fed as it was recorded, what each published week showed, and explains what is known otherwise now', async () => {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
  const result = await weekByWeek(text);
  if (process.env['PROVE_UCI'] !== undefined) process.stdout.write(`${JSON.stringify(result)}\n`);
  expect(result.misremembered).toEqual([]);
  expect(result.explained).toBe(result.different);
  expect(result.different).toBeGreaterThan(0);
  expect(result.rebuiltDifferences).toBe(0);
}, 3_600_000);
