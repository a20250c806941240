import { appendFileSync, copyFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf, folderWith, pullAll, put, sourceOf, told } from './reading.ts';

const FOLDER = `
- path: in
  gives: incident
  item: id
  instants: { opened: opened }
`;
const row = (id: string, at = '2026-01-01T10:00Z'): string => `id,opened\n${id},${at}\n`;

describe('a watched folder', () => {
  it('is read in the order of names; unfinished downloads and other files are left alone', async () => {
    const folder = folderWith({
      'in/b.csv': row('B'),
      'in/a.csv': row('A'),
      'in/c.csv.part': row('C'),
      'in/.d.csv': row('D'),
      'in/notes.md': 'x',
      'in/deeper/e.csv': row('E'),
    });
    const { events } = await pullAll(sourceOf(folder, FOLDER));
    expect(events.map(({ item }) => item)).toEqual(['A', 'B']);
  });

  it('gives only what is new or changed at the next pull', async () => {
    const folder = folderWith({ 'in/a.csv': row('A'), 'in/b.csv': row('B') });
    const source = sourceOf(folder, FOLDER);
    const first = await pullAll(source);
    const cursor = first.end?.cursor ?? null;
    expect((await pullAll(source, contextOf({ cursor }))).events).toEqual([]);

    put(folder, 'in/c.csv', row('C'));
    appendFileSync(join(folder, 'in/b.csv'), 'B2,2026-01-02T10:00Z\n');
    const second = await pullAll(source, contextOf({ cursor }));
    expect(second.events.map(({ item }) => item)).toEqual(['B', 'B2', 'C']);
  });

  it('does not read a file again that was only touched or copied anew', async () => {
    const folder = folderWith({ 'in/a.csv': row('A') });
    const source = sourceOf(folder, FOLDER);
    const { end } = await pullAll(source);
    copyFileSync(join(folder, 'in/a.csv'), join(folder, 'in/x'));
    renameSync(join(folder, 'in/x'), join(folder, 'in/a.csv'));
    utimesSync(join(folder, 'in/a.csv'), 1_700_000_000, 1_700_000_000);
    expect((await pullAll(source, contextOf({ cursor: end?.cursor ?? null }))).events).toEqual([]);
    put(folder, 'in/a.csv', row('Q'));
    utimesSync(join(folder, 'in/a.csv'), 1_700_000_001, 1_700_000_001);
    expect((await pullAll(source, contextOf({ cursor: end?.cursor ?? null }))).events.map(({ item }) => item)).toEqual(['Q']);
  });

  it('reads everything again under another mapping', async () => {
    const folder = folderWith({ 'in/a.csv': row('A') });
    const { end } = await pullAll(sourceOf(folder, FOLDER));
    const other = sourceOf(folder, `${FOLDER}  fields: { team: { value: red } }\n`);
    expect((await pullAll(other, contextOf({ cursor: end?.cursor ?? null }))).events).toHaveLength(2);
  });

  it('leaves a file that is still being written for the next pull', async () => {
    const folder = folderWith({ 'in/a.csv': row('A'), 'in/b.csv': row('B') });
    const write = (): Promise<void> => {
      appendFileSync(join(folder, 'in/b.csv'), 'B2,2026-01-02T10:00Z\n');
      return Promise.resolve();
    };
    const now = Date.now();
    const first = await pullAll(sourceOf(folder, `${FOLDER}  complete: when read\n`, write), contextOf({ now }));
    expect(first.events.map(({ item }) => item)).toEqual(['A']);
    expect(first.end?.completeUntil).toBe(Date.parse('2026-01-01T10:00Z'));
    const second = await pullAll(
      sourceOf(folder, `${FOLDER}  complete: when read\n`),
      contextOf({ cursor: first.end?.cursor ?? null }),
    );
    expect(second.events.map(({ item }) => item)).toEqual(['B', 'B2']);
  });

  it('keeps the cursor where it was when a file cannot be read, and heals at the next pull', async () => {
    const folder = folderWith({ 'in/a.csv': row('A'), 'in/b.csv': '' });
    const source = sourceOf(folder, FOLDER);
    const broken = await pullAll(source);
    expect(broken.end).toBeNull();
    expect(broken.events.map(({ item }) => item)).toEqual(['A']);
    put(folder, 'in/b.csv', row('B'));
    const healed = await pullAll(source);
    expect(healed.events.map(({ item }) => item)).toEqual(['A', 'B']);
    expect(healed.end).not.toBeNull();
  });

  it('may be empty, and then vouches for nothing', async () => {
    const folder = folderWith({ 'in/notes.md': '' });
    const { end } = await pullAll(sourceOf(folder, `${FOLDER}  complete: when read\n`));
    expect(end).toMatchObject({ completeUntil: null, historyFrom: null });
  });
});

describe('what a pass vouches for', () => {
  const files = { 'in/a.csv': row('A', '2026-03-01T10:00Z'), 'in/b.csv': row('B', '2026-02-01T10:00Z') };
  const until = async (complete: string): Promise<number | null | undefined> => {
    const folder = folderWith(files);
    utimesSync(join(folder, 'in/a.csv'), 1_775_000_000, 1_775_000_000);
    utimesSync(join(folder, 'in/b.csv'), 1_774_000_000, 1_774_000_000);
    const { end } = await pullAll(sourceOf(folder, `${FOLDER}  complete: ${complete}\n`), contextOf({ now: 1_790_000_000_000 }));
    expect(end?.historyFrom).toBe(Date.parse('2026-02-01T10:00Z'));
    return end?.completeUntil;
  };

  it('is its newest row, unless the mapping says more', async () => {
    expect(await until('newest row')).toBe(Date.parse('2026-03-01T10:00Z'));
    expect(await until('when written')).toBe(1_775_000_000_000);
    expect(await until('when read')).toBe(1_790_000_000_000);
    expect(await until('2026-04-01T00:00Z')).toBe(Date.parse('2026-04-01T00:00Z'));
  });

  it('stays known when files are moved away', async () => {
    const folder = folderWith(files);
    const source = sourceOf(folder, FOLDER);
    const { end } = await pullAll(source);
    rmSync(join(folder, 'in/a.csv'));
    const later = await pullAll(source, contextOf({ cursor: end?.cursor ?? null }));
    expect(later.end?.completeUntil).toBe(Date.parse('2026-03-01T10:00Z'));
  });

  it('is no more than the entry of items that ends first', async () => {
    const folder = folderWith({ ...files, 'deploys.csv': 'id,end\n1,2026-01-15T10:00Z\n' });
    const { end } = await pullAll(
      sourceOf(folder, `${FOLDER}\n- path: deploys.csv\n  gives: deployment\n  item: id\n  instants: { finished: end }\n`),
    );
    expect(end?.completeUntil).toBe(Date.parse('2026-01-15T10:00Z'));
  });
});

describe('a pull', () => {
  it('comes in bounded batches and says how far it is', async () => {
    const lines = Array.from({ length: 70_000 }, (_, index) => `I${index},2026-01-01T10:00Z`);
    const source = sourceOf(folderWith({ 'in/a.csv': `id,opened\n${lines.join('\n')}\n` }), FOLDER);
    const sizes: number[] = [];
    for await (const batch of source.pull(contextOf())) sizes.push(batch.events.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_002);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(70_000);
    const { progress } = await pullAll(source);
    expect(progress[0]).toMatch(/^in\/a\.csv: [\d,]+ of about [\d,]+ rows$/);
    expect(progress.at(-1)).toBe('in/a.csv: 70,000 rows');
  });

  it('tried out shows the first rows as they are understood, every reject, and stores nothing', async () => {
    const folder = folderWith({
      'a.csv':
        'id,opened,resolved,priority,who\nA,2026-01-01T10:00Z,2026-01-01T11:00Z,P2,x\nB,never,,1,x\nC,2026-01-02T10:00Z,,3,x\n',
      'b.csv': '',
    });
    const source = sourceOf(
      folder,
      `- path: [a.csv, b.csv]\n  gives: incident\n  item: id\n  severity: priority\n  instants: { opened: opened, resolved: resolved }\n`,
    );
    const dry = await source.dryRun(contextOf(), 1);
    expect(dry.rows).toEqual([
      {
        place: 'a.csv:2',
        incident: 'A',
        opened: '2026-01-01T10:00:00.000Z',
        resolved: '2026-01-01T11:00:00.000Z',
        severity: '2',
        severity_raw: 'P2',
      },
    ]);
    expect(told(dry.rejects)).toEqual([
      "a.csv:3: opened: 'never' does not read as ISO",
      'b.csv: is empty: it has no bytes at all',
    ]);
    expect(dry).toMatchObject({ read: 3, items: 2, events: 6, samples: 0 });
  });
});
