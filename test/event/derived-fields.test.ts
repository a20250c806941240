import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../server/event/columns-of.ts';
import { NEVER } from '../../server/event/columns.ts';
import { withDerivedFields } from '../../server/event/derive.ts';
import { DERIVED_FIELDS } from '../../server/event/derived-fields.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import { secondsSince2000 } from '../../server/event/item-row.ts';
import { KINDS, isKind, type Kind, type State } from '../../server/event/kinds.ts';
import { at, itemOf } from './support/facts.ts';
import { uidsOf } from '../../server/event/links.ts';

function columns(kind: Kind, items: readonly Item[]) {
  const plain = (of: Kind) =>
    columnsOf(
      of,
      items.filter((item) => item.kind === of),
    );
  return withDerivedFields(kind, plain(kind), plain);
}

const numbers = (kind: Kind, name: string, items: readonly Item[]): Record<string, number> => {
  const found = columns(kind, items);
  return Object.fromEntries(uidsOf(found).map((uid, row) => [uid.split(':')[2] ?? '', found.numbers[name]?.[row] ?? NaN]));
};

const deployment = (item: string, fields: Fields = {}): Item =>
  itemOf({
    kind: 'deployment',
    item,
    at: '2026-11-02T10:00Z',
    fields: { finished: at('2026-11-02T10:00Z'), outcome: 'succeeded', ...fields },
  });

const item = (
  kind: Kind,
  name: string,
  states: readonly (readonly [State, string])[],
  fields: Fields = {},
  source = 'desk',
): Item =>
  itemOf(
    ...states.map(([state, instant], index) => ({
      kind,
      source,
      item: name,
      at: instant,
      state,
      fields: index === 0 ? fields : {},
    })),
  );

const incident = (name: string, fields: Fields, source?: string): Item =>
  item(
    'incident',
    name,
    [
      ['opened', '2026-11-02T11:00Z'],
      ['restored', '2026-11-02T13:00Z'],
    ],
    fields,
    source,
  );

describe('failed changes', () => {
  it('are blamed by an incident or a ticket, from whatever source, by native id or uid', () => {
    const items = [
      deployment('d1'),
      deployment('d2'),
      deployment('d3'),
      deployment('d4'),
      incident('i1', { caused_by: 'd1' }, 'pager'),
      incident('i2', { caused_by: 'desk:deployment:d2' }),
      item('ticket', 't1', [['opened', '2026-11-02T11:00Z']], { caused_by: 'd3' }),
    ];
    expect(numbers('deployment', 'change_failed', items)).toEqual({ d1: 1, d2: 1, d3: 1, d4: 0 });
  });

  it('fail once however many blame them', () => {
    const items = [deployment('d1'), incident('i1', { caused_by: 'd1' }), incident('i2', { caused_by: 'd1' })];
    expect(numbers('deployment', 'change_failed', items)).toEqual({ d1: 1 });
  });

  it('are blamed by link items, of which an incident has one word: its own, else the latest', () => {
    const link = (name: string, from: string, to: string, made: string): Item =>
      itemOf({ kind: 'link', item: name, at: made, fields: { from, to, relation: 'caused_by', made: at(made) } });
    const items = [
      deployment('d1'),
      deployment('d2'),
      deployment('d3'),
      deployment('d4'),
      incident('i1', { caused_by: 'd1' }),
      link('1', 'i1', 'd2', '2026-11-03T00:00Z'),
      incident('i2', {}),
      link('3', 'i2', 'd3', '2026-11-03T00:00Z'),
      link('2', 'desk:incident:i2', 'd4', '2026-11-04T00:00Z'),
    ];
    expect(numbers('deployment', 'change_failed', items)).toEqual({ d1: 1, d2: 0, d3: 0, d4: 1 });
  });

  it('are named by a rollback, which undoes them, or by a hotfix, which does not', () => {
    const items = [
      deployment('d1'),
      deployment('d2'),
      deployment('d3'),
      deployment('r1', { purpose: 'rollback', rolls_back: 'd1' }),
      deployment('h1', { purpose: 'hotfix', rolls_back: 'd2' }),
      deployment('n1', { purpose: 'release', rolls_back: 'd3' }),
    ];
    expect(numbers('deployment', 'change_failed', items)).toEqual({ d1: 1, d2: 1, d3: 0, r1: 0, h1: 0, n1: 0 });
    expect(numbers('deployment', 'rolled_back', items)).toEqual({ d1: 1, d2: 0, d3: 0, r1: 0, h1: 0, n1: 0 });
  });

  it('are not blamed by what was cancelled', () => {
    const cancelled = item(
      'incident',
      'i1',
      [
        ['opened', '2026-11-02T11:00Z'],
        ['cancelled', '2026-11-02T12:00Z'],
      ],
      { caused_by: 'd1' },
    );
    expect(numbers('deployment', 'change_failed', [deployment('d1'), cancelled])).toEqual({ d1: 0 });
  });

  it('recover with the last of their incidents, else with their rollback, and not while one is open', () => {
    const late = item(
      'incident',
      'i2',
      [
        ['opened', '2026-11-02T11:00Z'],
        ['restored', '2026-11-02T18:00Z'],
      ],
      { caused_by: 'd1' },
    );
    const items = [
      deployment('d1'),
      incident('i1', { caused_by: 'd1' }),
      late,
      deployment('d2'),
      deployment('r2', { purpose: 'rollback', rolls_back: 'd2', finished: at('2026-11-02T10:40Z') }),
      deployment('d3'),
      incident('i3', { caused_by: 'd3' }),
      item('incident', 'i4', [['opened', '2026-11-02T11:00Z']], { caused_by: 'd3' }),
      deployment('d4'),
    ];
    const found = columns('deployment', items);
    const recovered = Object.fromEntries(
      uidsOf(found).map((uid, row) => [uid.split(':')[2], found.instants['recovered']?.[row]]),
    );
    expect(recovered).toEqual({
      d1: secondsSince2000(at('2026-11-02T18:00Z')),
      d2: secondsSince2000(at('2026-11-02T10:40Z')),
      d3: NEVER,
      d4: NEVER,
      r2: NEVER,
    });
  });
});

describe('linked fields', () => {
  it('are those of the blamed deployment: instants, texts and numbers', () => {
    const found = columns('incident', [
      deployment('d1', { environment: 'production', severity: 3 }),
      incident('i1', { caused_by: 'd1' }),
      incident('i2', {}),
    ]);
    expect([...(found.instants['caused_by.finished'] ?? [])]).toEqual([secondsSince2000(at('2026-11-02T10:00Z')), NEVER]);
    expect(found.codes['caused_by.environment']).toEqual({ dictionary: ['production'], codes: Int32Array.of(0, -1) });
    expect([...(found.numbers['caused_by.severity'] ?? [])]).toEqual([3, NaN]);
  });

  it('reach from a page to its incident', () => {
    const page = itemOf({
      kind: 'page',
      item: 'p',
      at: '2026-11-02T11:01Z',
      fields: { incident: 'i1', sent: at('2026-11-02T11:01Z') },
    });
    expect(columns('page', [page, incident('i1', {})]).instants['incident.restored']?.[0]).toBe(
      secondsSince2000(at('2026-11-02T13:00Z')),
    );
  });
});

describe('names that several sources know', () => {
  it('are of the same source first, else of the first uid; a uid is taken at its word', () => {
    const of = (source: string, item: string) =>
      itemOf({ kind: 'deployment', source, item, at: '2026-11-02T10:00Z', fields: { environment: source } });
    const found = columns('incident', [
      of('able', 'd1'),
      of('desk', 'd1'),
      of('pager', 'd1'),
      of('able', 'pager:deployment:d1'),
      incident('i1', { caused_by: 'd1' }, 'pager'),
      incident('i2', { caused_by: 'd1' }, 'desk'),
      incident('i3', { caused_by: 'd1' }, 'watch'),
      incident('i4', { caused_by: 'pager:deployment:d1' }, 'desk'),
    ]);
    const environment = found.codes['caused_by.environment'];
    const blamed = uidsOf(found).map((uid, row) => [uid.split(':')[2], environment?.dictionary[environment.codes[row] ?? -1]]);
    expect(Object.fromEntries(blamed)).toEqual({ i1: 'pager', i2: 'desk', i3: 'able', i4: 'pager' });
  });
});

it('other kinds are asked for only when a field that needs them is read', () => {
  for (const kind of Object.keys(KINDS).filter(isKind)) {
    const asked: Kind[] = [];
    const found = withDerivedFields(kind, columnsOf(kind, []), (of) => {
      asked.push(of);
      return columnsOf(of, []);
    });
    expect(found.length).toBe(0);
    expect(found.instants['cancelled'], kind).toBeDefined();
    expect(asked, kind).toEqual([]);
    expect(Object.values(found.numbers), kind).toBeDefined();
    if (kind === 'deployment') expect(asked).toContain('ticket');
  }
});

describe('within due', () => {
  const due = at('2026-11-05T10:00Z');
  const ticket = (name: string, end: readonly (readonly [State, string])[], fields: Fields = { due }): Item =>
    item('ticket', name, [['opened', '2026-11-02T10:00Z'], ...end], fields);

  it('is met by equality, missed later and by open tickets, and not asked of tickets without a due time', () => {
    const items = [
      ticket('met', [['resolved', '2026-11-05T10:00Z']]),
      ticket('late', [['resolved', '2026-11-05T10:01Z']]),
      ticket('open', []),
      ticket('free', [['resolved', '2026-11-03T10:00Z']], {}),
      ticket('closed only', [['closed', '2026-11-03T10:00Z']]),
      ticket('cancelled', [['cancelled', '2026-11-03T10:00Z']]),
      ticket('merged', [], { due, merged_into: 'met' }),
    ];
    expect(numbers('ticket', 'within_due', items)).toEqual({
      met: 1,
      late: 0,
      open: 0,
      free: NaN,
      'closed only': 1,
      cancelled: NaN,
      merged: NaN,
    });
  });

  it('is told of actions by when they were done', () => {
    const done = item('action', 'a', [['opened', '2026-11-02T10:00Z']], { due, done: at('2026-11-04T10:00Z') });
    expect(numbers('action', 'within_due', [done])).toEqual({ a: 1 });
  });
});

describe('repeat pages', () => {
  const page = (name: string, sent: string, key: string | null): Item =>
    itemOf({ kind: 'page', item: name, at: sent, fields: { sent: at(sent), key } });

  it('follow another of the same alert key within 24 h; pages of one instant do not repeat each other', () => {
    const items = [
      page('a', '2026-11-02T10:00Z', 'disk'),
      page('b', '2026-11-02T10:00Z', 'disk'),
      page('c', '2026-11-03T10:00Z', 'disk'),
      page('d', '2026-11-04T10:00:01Z', 'disk'),
      page('e', '2026-11-04T11:00Z', 'cpu'),
      page('f', '2026-11-04T11:00Z', null),
    ];
    expect(numbers('page', 'is_repeat', items)).toEqual({ a: 0, b: 0, c: 1, d: 0, e: 0, f: NaN });
    expect(numbers('page', 'repeats_within', items)).toEqual({ a: NaN, b: NaN, c: 86400, d: 86401, e: NaN, f: NaN });
  });
});

it('every derived field that is listed exists as a column of its type', () => {
  for (const [kind, fields] of Object.entries(DERIVED_FIELDS)) {
    if (!isKind(kind)) throw new RangeError(kind);
    const found = columns(kind, []);
    for (const [name, { type }] of Object.entries(fields)) {
      expect(Object.keys(type === 'instant' ? found.instants : found.numbers), `${kind}.${name}`).toContain(name);
      expect(Object.keys(KINDS[kind].fields)).not.toContain(name);
    }
  }
});
