import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { discoverMapping } from '../../../server/sources/files/guess.ts';
import { folderWith, pullAll, sourceOf } from './reading.ts';

const UCI = fileURLToPath(new URL('../../fixtures/uci/', import.meta.url));
const signal = new AbortController().signal;

it('proposes a mapping for a real log that reads every row of it', async () => {
  const proposal = await discoverMapping(join(UCI, 'incident_event_log.csv'), signal);
  expect(proposal).toContain('rows: history');
  expect(proposal).toContain('item: number');
  expect(proposal).toContain('at: sys_updated_at');
  expect(proposal).toContain('dates: D/M/YYYY HH:mm #');
  expect(proposal).toContain("nulls: ['?']");
  expect(proposal).toContain('Awaiting Vendor: on_hold');
  expect(proposal).toContain("'-100': ignore # CHECK: not recognised");
  expect(proposal).toContain('resolved: resolved_at');
  const { events, rejects } = await pullAll(sourceOf(UCI, proposal));
  expect(rejects).toEqual([]);
  expect(events).toHaveLength(198);
});

it('proposes a mapping for a file with one row an item', async () => {
  const rows =
    'Issue key;Created;Resolved;Priority;Team\nA-1;31.1.2026 10:00;31.1.2026 12:00;High;Red: one\nA-2;1.2.2026 10:00;;Low;Blue\n';
  const folder = folderWith({ 'export.csv': rows });
  const proposal = await discoverMapping(join(folder, 'export.csv'), signal);
  expect(proposal).toContain('rows: one an item');
  expect(proposal).toContain('High: 3 # CHECK');
  const { events, rejects } = await pullAll(sourceOf(folder, proposal));
  expect(rejects).toEqual([]);
  expect(new Set(events.map(({ item }) => item))).toEqual(new Set(['A-1', 'A-2']));
});
