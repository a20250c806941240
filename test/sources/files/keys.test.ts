import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectItem } from '../../../server/event/projection.ts';
import { keyOf, keyOfText } from '../../../server/sources/files/fact.ts';
import type { Event, StoredEvent } from '../../../server/event/event.ts';
import { folderWith, pullAll, put, sourceOf } from './reading.ts';

const HISTORY = `
- path: in
  gives: incident
  rows: history
  item: id
  at: at
  state: { column: status, map: { Open: opened, Working: in_progress, Done: resolved } }
  severity: priority
  fields: { team: team }
  instants: { resolved: resolved }
  zone: UTC
`;
const WHOLE = `
- path: in
  gives: incident
  item: id
  severity: priority
  fields: { team: team }
  instants: { opened: opened, resolved: resolved }
  zone: UTC
`;
const SHIFTS = `
- path: in
  gives: shift
  fields: { rotation: rotation, responder: person }
  instants: { from: start, to: end }
  zone: UTC
`;

const changeRow = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 59 }),
    fc.constantFrom('Open', 'Working', 'Done'),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom('red', 'blue', ''),
    fc.constantFrom('', '2026-01-02 10:00'),
  )
  .map(([item, minute, ...rest]) => [`I${item}`, `2026-01-01 10:${String(minute).padStart(2, '0')}`, ...rest].join(','));

const factOf = ({ kind, item, key, slot }: Event): string => `${kind} ${item} ${key} ${slot ?? ''}`;
const factsIn = async (folder: string, mapping: string): Promise<{ facts: string[]; events: readonly Event[] }> => {
  const { events, error } = await pullAll(sourceOf(folder, mapping));
  expect(error).toBeNull();
  return { facts: [...new Set(events.map(factOf))].sort(), events };
};

describe('keys of events', () => {
  it('are the first characters of the SHA-256 of what is said, as JSON, in base64url', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null))), (parts) => {
        const text = JSON.stringify(parts);
        const key = createHash('sha256').update(text).digest('base64url').slice(0, 12);
        expect([keyOf(parts), keyOfText(text)]).toEqual([key, key]);
      }),
    );
  });

  it('stay what they were in databases of earlier versions', async () => {
    const folder = folderWith({ 'in/a.csv': 'id,priority,team,opened,resolved\nA,P2,red,2026-01-01T10:00:00Z,\n' });
    const { events } = await pullAll(sourceOf(folder, WHOLE));
    expect(events.map(({ key, slot }) => [slot, key])).toEqual([
      ['opened', 'Q7vlZKHGBRp-'],
      ['resolved', 'S5i9GkDIXGJi'],
      ['fields', 'mvkj4bQ0DUbJ'],
    ]);
  });

  it('are the same for shuffled, repeated and split rows, and so is what they project', async () => {
    const header = 'id,at,status,priority,team,resolved\n';
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(changeRow, { minLength: 1, maxLength: 12 })
          .chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray([...rows, ...rows], { minLength: rows.length * 2 }),
              fc.nat(rows.length * 2),
            ),
          ),
        async ([rows, shuffled, cut]) => {
          const one = await factsIn(folderWith({ 'in/all.csv': `${header}${rows.join('\n')}\n` }), HISTORY);
          const split = folderWith({
            'in/x.csv': `${header}${shuffled.slice(0, cut).join('\n')}\n`,
            'in/y.csv': `${header}${shuffled.slice(cut).join('\r\n')}\r\n`,
          });
          const other = await factsIn(split, HISTORY);
          expect(other.facts).toEqual(one.facts);
          for (const item of new Set(one.events.map((event) => event.item))) {
            const project = (events: readonly Event[]): unknown =>
              projectItem(
                item,
                events.filter((event) => event.item === item),
              );
            expect(project(other.events)).toEqual(project(one.events));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are the same for whole items in any order', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, row) => `I${row},2026-01-${String(row + 1).padStart(2, '0')} 10:00,,${(row % 5) + 1},red`,
    );
    const header = 'id,opened,resolved,priority,team\n';
    const one = await factsIn(folderWith({ 'in/all.csv': header + rows.join('\n') }), WHOLE);
    const other = await factsIn(
      folderWith({ 'in/b.csv': header + [...rows].reverse().join('\n'), 'in/c.csv': header + rows.slice(5).join('\n') }),
      WHOLE,
    );
    expect(other.facts).toEqual(one.facts);
  });

  it('do not change with columns that are not mapped, nor with their order', async () => {
    const one = await factsIn(folderWith({ 'in/a.csv': 'id,opened,resolved,priority,team\nA,2026-01-01 10:00,,1,red\n' }), WHOLE);
    const other = await factsIn(
      folderWith({ 'in/a.csv': 'team,note,priority,id,resolved,opened\nred,hm,1,A,,2026-01-01 10:00\n' }),
      WHOLE,
    );
    expect(other.facts).toEqual(one.facts);
  });
});

describe('a later import', () => {
  const header = 'id,opened,resolved,priority,team\n';
  /** Events of two exports as the log would hold them: one batch each, no key twice. */
  const imported = async (
    mapping: string,
    exports: readonly string[],
    mappings: readonly string[] = [],
  ): Promise<StoredEvent[]> => {
    const folder = folderWith({});
    const log = new Map<string, StoredEvent>();
    for (const [batch, rows] of exports.entries()) {
      put(folder, 'in/export.csv', rows);
      const { events } = await pullAll(sourceOf(folder, mappings[batch] ?? mapping));
      for (const event of events) if (!log.has(event.key)) log.set(event.key, { ...event, batch: batch + 1 });
    }
    return [...log.values()];
  };

  it('corrects a date, sets one and takes one back', async () => {
    const open = `${header}A,2026-01-01 10:00,,1,red\n`;
    const resolved = `${header}A,2026-01-01 10:00,2026-01-01 12:00,1,red\n`;
    const corrected = `${header}A,2026-01-01 10:00,2026-01-01 11:30,1,blue\n`;
    const last = async (...exports: string[]): Promise<unknown> => {
      const item = projectItem('A', await imported(WHOLE, exports));
      return { resolved: item?.last.resolved ?? null, team: item?.fields['team'] };
    };
    expect(await last(open)).toEqual({ resolved: null, team: 'red' });
    expect(await last(open, resolved)).toEqual({ resolved: Date.parse('2026-01-01T12:00Z'), team: 'red' });
    expect(await last(open, resolved, corrected)).toEqual({ resolved: Date.parse('2026-01-01T11:30Z'), team: 'blue' });
    expect(await last(corrected, open)).toEqual({ resolved: null, team: 'red' });
  });

  it('with a corrected mapping supersedes what the first mapping made of the same rows', async () => {
    const rows = 'id,at,status,priority,team,resolved\nA,2026-01-01 10:00,Open,1,red,\nA,2026-01-01 11:00,Working,1,red,\n';
    const wrong = HISTORY.replace('Working: in_progress', 'Working: closed');
    const item = projectItem('A', await imported(HISTORY, [rows, rows], [wrong, HISTORY]));
    expect(item?.stretches.map(({ state }) => state)).toEqual(['opened', 'in_progress']);
  });

  it('with versions takes back a change, and ignores an older export', async () => {
    const mapping = `${WHOLE}  sequence: version\n`;
    const rows = (version: number, team: string): string =>
      `id,opened,resolved,priority,team,version\nA,2026-01-01 10:00,,1,${team},${version}\n`;
    const team = async (...exports: string[]): Promise<unknown> =>
      projectItem('A', await imported(mapping, exports))?.fields['team'];
    expect(await team(rows(1, 'red'), rows(2, 'blue'), rows(3, 'red'))).toBe('red');
    expect(await team(rows(2, 'blue'), rows(1, 'red'))).toBe('blue');
  });
});

describe('kinds without states', () => {
  it('give one event a row, and persons only as pseudonyms', async () => {
    const rows =
      'rotation,person,start,end\nprimary,Nobody Atall,2026-01-01 10:00,2026-01-08 10:00\nprimary,Nobody Atall,2026-01-01 10:00,2026-01-08 10:00\n';
    const source = sourceOf(folderWith({ 'in/shifts.csv': rows }), SHIFTS);
    const { events, rejects } = await pullAll(source);
    expect(rejects).toEqual([]);
    expect(new Set(events.map(factOf)).size).toBe(1);
    expect(events[0]).toMatchObject({
      kind: 'shift',
      effectiveAt: Date.parse('2026-01-08T10:00Z'),
      state: null,
      slot: null,
      fields: { rotation: 'primary', from: Date.parse('2026-01-01T10:00Z'), to: Date.parse('2026-01-08T10:00Z') },
    });
    expect(JSON.stringify(events)).not.toContain('Nobody');
  });

  it('refuse words that KPIs would silently not count', async () => {
    const mapping = `
- path: in
  gives: deployment
  item: id
  zone: UTC
  fields:
    outcome: { column: status, map: { ok: succeeded } }
    environment: { value: production }
    commits: commits
  instants: { started: start, finished: end }
`;
    const rows =
      'id,status,start,end,commits\n1,ok,2026-01-01 10:00,2026-01-01 10:10,2026-01-01 09:00;2026-01-01 08:00\n2,FAILED,2026-01-01 10:00,2026-01-01 10:10,\n';
    const { events, rejects } = await pullAll(sourceOf(folderWith({ 'in/d.csv': rows }), mapping));
    expect(events.map(({ item, slot, fields }) => ({ item, slot, ...fields }))).toMatchObject([
      {
        item: '1',
        slot: 'row',
        outcome: 'succeeded',
        environment: 'production',
        commits: [Date.parse('2026-01-01T08:00Z'), Date.parse('2026-01-01T09:00Z')],
      },
    ]);
    expect(rejects.map(({ reason, fix }) => `${reason}. ${fix ?? ''}`)).toEqual([
      "outcome: 'FAILED' is not one of succeeded, failed, cancelled. Map it: 'outcome: { column: …, map: { FAILED: failed } }'",
    ]);
  });
});
