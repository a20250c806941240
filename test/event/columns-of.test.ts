import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, unrepresentable } from '../../server/event/columns-of.ts';
import { secondsSince2000 } from '../../server/event/item-row.ts';
import { NEVER } from '../../server/event/columns.ts';
import { STATES } from '../../server/event/kinds.ts';
import { projectItem } from '../../server/event/projection.ts';
import { at, itemOf } from './support/facts.ts';
import { history } from './support/histories.ts';

const opened = (item: string, fields = {}) =>
  itemOf({ item, at: '2026-03-02T10:00:00.999Z', state: 'opened', fields }, { item, at: '2026-03-02T11:00Z', state: 'restored' });

describe('columns of items', () => {
  it('are identical whatever order the items come in', () => {
    fc.assert(
      fc.property(
        fc
          .array(history('incident'), { maxLength: 6 })
          .map((histories) => histories.flatMap((events, index) => projectItem(`desk:incident:${index}`, events) ?? []))
          .chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length }))),
        ([items, shuffled]) => {
          expect(columnsOf('incident', shuffled)).toEqual(columnsOf('incident', items));
        },
      ),
      { numRuns: 500, seed: 20261121 },
    );
  });

  it('sort rows and dictionaries by code unit, each on its own', () => {
    const teams: Record<string, string> = { b: 'ä', B: 'z', a: 'Z', é: 'a' };
    const columns = columnsOf(
      'incident',
      Object.entries(teams).map(([name, team]) => opened(name, { team })),
    );
    expect(columns.uids).toEqual(['B', 'a', 'b', 'é'].map((name) => `desk:incident:${name}`));
    expect(columns.codes['team']).toEqual({ dictionary: ['Z', 'a', 'z', 'ä'], codes: Int32Array.of(2, 0, 3, 1) });
    expect(columns.stretchTeam.dictionary).toEqual(['Z', 'a', 'z', 'ä']);
  });

  it('cut instants to whole seconds and mark absent ones', () => {
    const { instants, stretchFrom, stretchTo, stretchState } = columnsOf('incident', [opened('A')]);
    expect(instants['opened']?.[0]).toBe(secondsSince2000(at('2026-03-02T10:00Z')));
    expect(instants['acknowledged']?.[0]).toBe(NEVER);
    expect([...stretchFrom]).toEqual([at('2026-03-02T10:00Z'), at('2026-03-02T11:00Z')].map(secondsSince2000));
    expect(stretchTo[1]).toBe(NEVER);
    expect([...stretchState]).toEqual([STATES.indexOf('opened'), STATES.indexOf('restored')]);
  });

  it('leave out what an Int32 cannot hold, and can say what that was', () => {
    const item = opened('A', { impact_started: at('1900-01-01T00:00Z') });
    expect(columnsOf('incident', [item]).instants['impact_started']?.[0]).toBe(NEVER);
    expect(unrepresentable([item, opened('B')])).toEqual([
      { uid: 'desk:incident:A', name: 'impact_started', at: at('1900-01-01T00:00Z') },
    ]);
    expect(secondsSince2000(at('2068-01-19T03:14:07Z'))).toBe(2147483647);
    expect(secondsSince2000(at('2068-01-19T03:14:08Z'))).toBe(NEVER);
  });

  it('hold flags as 0 and 1, numbers as they are, and NaN or -1 where nothing is set', () => {
    const columns = columnsOf('incident', [
      opened('A', { planned: true, severity: 2 }),
      opened('B', { planned: false }),
      opened('C'),
    ]);
    expect([...(columns.numbers['planned'] ?? [])]).toEqual([1, 0, NaN]);
    expect([...(columns.numbers['severity'] ?? [])]).toEqual([2, NaN, NaN]);
    expect([...(columns.numbers['harm'] ?? [])]).toEqual([3600, 3600, 3600]);
    expect([...columns.stretchSeverity]).toEqual([2, 2, 0, 0, 0, 0]);
    expect(columns.codes['cause']).toEqual({ dictionary: [], codes: Int32Array.of(-1, -1, -1) });
  });

  it('give each episode a row with its own stretches', () => {
    const item = itemOf(
      { at: '2026-03-02T10:00Z', state: 'opened' },
      { at: '2026-03-02T11:00Z', state: 'restored' },
      { at: '2026-04-02T10:00Z', state: 'reopened' },
    );
    const columns = columnsOf('incident', [item]);
    expect(columns.uids).toEqual(['desk:incident:A', 'desk:incident:A#2']);
    expect([...columns.stretchStart]).toEqual([0, 2, 3]);
    expect(columns.stretchTo[1]).toBe(columns.stretchFrom[2]);
  });

  it('number the episodes of an incident that came back, and no others', () => {
    const back = itemOf(
      { item: 'B', at: '2026-03-02T10:00Z', state: 'opened' },
      { item: 'B', at: '2026-03-02T11:00Z', state: 'restored' },
      { item: 'B', at: '2026-04-02T10:00Z', state: 'reopened' },
    );
    expect([...(columnsOf('incident', [opened('A#2'), back]).numbers['episode'] ?? [])]).toEqual([NaN, NaN, 2]);
  });

  it('list the closings of tickets in seconds, and the commits of deployments ascending and to the millisecond', () => {
    const ticket = (item: string, ...states: readonly (readonly ['opened' | 'closed' | 'reopened', string])[]) =>
      itemOf(...states.map(([state, instant]) => ({ kind: 'ticket' as const, item, at: instant, state })));
    const open = ticket('A', ['opened', '2026-03-02T10:00Z']);
    const twice = ticket(
      'B',
      ['opened', '2026-03-02T10:00Z'],
      ['closed', '2026-03-03T10:00:00.900Z'],
      ['reopened', '2026-03-04T10:00Z'],
      ['closed', '2026-03-05T10:00Z'],
    );
    const [first, again, last] = ['03-03', '03-04', '03-05'].map((day) => secondsSince2000(at(`2026-${day}T10:00Z`)));
    expect(columnsOf('ticket', [twice, open]).lists).toEqual({
      closings: {
        start: Int32Array.of(0, 0, 2),
        columns: { closed: Int32Array.of(first ?? 0, last ?? 0), reopened: Int32Array.of(again ?? 0, NEVER) },
      },
    });
    const commits = [at('2026-03-02T10:00:00.500Z'), at('2026-03-02T09:00Z')];
    const deployment = itemOf({ kind: 'deployment', at: '2026-03-02T10:00Z', fields: { commits } });
    expect(columnsOf('deployment', [deployment]).lists).toEqual({
      commits: { start: Int32Array.of(0, 2), columns: { committed: Float64Array.from(commits.toReversed()) } },
    });
    expect(columnsOf('ticket', [open]).lists).toEqual({});
  });

  it('of no items are empty, not missing', () => {
    const columns = columnsOf('page', []);
    expect(columns.length).toBe(0);
    expect([...columns.stretchStart]).toEqual([0]);
    expect(columns.instants['sent']).toEqual(new Int32Array(0));
  });
});
