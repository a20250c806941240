import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Event } from '../../../server/event/event.ts';
import { projectItem } from '../../../server/event/projection.ts';
import { parseSources } from '../../../server/sources/config.ts';
import { filesAdapter } from '../../../server/sources/files/adapter.ts';
import { contextOf, pullAll } from './reading.ts';

const FILE = fileURLToPath(new URL('../../fixtures/uci/sources.yaml', import.meta.url));

it('reads an excerpt of a real ServiceNow log through a mapping as a user would write it', async () => {
  const { sources, problems } = parseSources(readFileSync(FILE, 'utf8'), FILE, [filesAdapter]);
  expect(problems).toEqual([]);
  const [source] = sources;
  if (source === undefined) throw new Error('no source');
  const { events, rejects, end } = await pullAll(source, contextOf());
  expect(rejects).toEqual([]);
  expect(events).toHaveLength(198);
  expect(events.filter(({ state }) => state === null)).toHaveLength(5);
  expect(new Set(events.map(({ item, key }) => `${item} ${key}`)).size).toBe(198);
  expect(end?.historyFrom).toBe(Date.parse('2016-02-29T01:23Z'));

  const byItem = new Map<string, Event[]>();
  for (const event of events) byItem.set(event.item, [...(byItem.get(event.item) ?? []), event]);
  const hours = [...byItem].flatMap(([item, own]) => {
    const projected = projectItem(item, own);
    const opened = projected?.first.opened;
    const resolved = projected?.last.resolved;
    return opened === undefined || resolved === undefined ? [] : [(resolved - opened) / 3_600_000];
  });
  // Counted and averaged over the same 198 rows with Python's csv and statistics: each incident's last row.
  expect(byItem.size).toBe(31);
  expect(hours).toHaveLength(27);
  expect(hours.reduce((sum, each) => sum + each, 0) / hours.length).toBeCloseTo(538.6543209876543, 9);
});
