import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { deriveColumns } from '../../server/event/derive.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Item } from '../../server/event/item.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { Instant } from '../../server/time/period.ts';
import { derived, plainColumns } from './support/derived.ts';
import { at, itemOf, short } from './support/facts.ts';
import { ORGANISATION } from './support/organisation.ts';
import { rowsOf, type Row } from './support/rows.ts';

const NOW = at('2026-12-01T00:00Z');

/** Derives from stored items, in the order given and in reverse: it must not matter. */
function derive(kind: Kind, stored: readonly Item[], now: Instant = NOW): Row[] {
  const rows = derived(kind, stored, now);
  expect(derived(kind, stored.toReversed(), now)).toEqual(rows);
  return rows;
}

const deployment = (item: string, finished: string, commits: string[], fields: Fields = {}): Item =>
  itemOf({
    kind: 'deployment',
    item,
    at: finished,
    fields: {
      environment: 'production',
      outcome: 'succeeded',
      service: 'receipts',
      finished: at(finished),
      commits: commits.map(at),
      ...fields,
    },
  });

const page = (item: string, sent: string, fields: Fields = {}): Item =>
  itemOf({ kind: 'page', item, at: sent, fields: { responder: 'p1', team: 'payments', sent: at(sent), ...fields } });

const shift = (item: string, from: string, to: string, fields: Fields = {}): Item =>
  itemOf({ kind: 'shift', item, at: from, fields: { responder: 'p1', team: 'payments', from: at(from), to: at(to), ...fields } });

describe('changes', () => {
  const first = deployment('d1', '2026-11-02T10:00Z', ['2026-10-01T10:00Z']);

  it('are the commits of successful production deployments, each for the first that holds it', () => {
    const changes = derive('change', [
      first,
      deployment('d2', '2026-11-03T10:00Z', ['2026-11-02T20:00Z', '2026-11-03T08:00Z']),
      deployment('d3', '2026-11-04T10:00Z', ['2026-11-03T08:00Z', '2026-11-04T08:00Z']),
      deployment('d4', '2026-11-02T12:00Z', ['2026-11-02T11:00Z'], { environment: 'staging' }),
      deployment('d5', '2026-11-02T12:00Z', ['2026-11-02T11:00Z'], { outcome: 'failed' }),
    ]);
    expect(changes.map(({ fields }) => [fields['committed'], fields['deployed'], fields['is_first']])).toEqual(
      [
        ['2026-10-01T10:00Z', '2026-11-02T10:00Z', true],
        ['2026-11-02T20:00Z', '2026-11-03T10:00Z', false],
        ['2026-11-03T08:00Z', '2026-11-03T10:00Z', false],
        ['2026-11-04T08:00Z', '2026-11-04T10:00Z', false],
      ].map(([committed, deployed, isFirst]) => [at(String(committed)), at(String(deployed)), isFirst]),
    );
  });

  it('mark the first recorded deployment of each service, because it carries everything from before', () => {
    const other = deployment('d9', '2026-11-09T10:00Z', ['2026-11-09T09:00Z'], { service: 'orphan' });
    expect(derive('change', [first, other]).map(({ fields }) => fields['is_first'])).toEqual([true, true]);
  });

  it('count two commits of one second as two, and neither again in the next deployment', () => {
    const twin = '2026-11-03T08:00Z';
    const changes = derive('change', [
      first,
      deployment('d2', '2026-11-03T10:00Z', [twin, twin]),
      deployment('d3', '2026-11-03T11:00Z', [twin, twin, twin]),
    ]);
    expect(changes.map(({ uid }) => uid)).toEqual([
      'change:desk:deployment:d1:1790848800000',
      `change:desk:deployment:d2:${at(twin)}`,
      `change:desk:deployment:d2:${at(twin)}:2`,
      `change:desk:deployment:d3:${at(twin)}:3`,
    ]);
  });

  it('are told apart to the millisecond, and left out where they were deployed before what was asked for', () => {
    const items = [
      first,
      deployment('d2', '2026-11-03T10:00Z', ['2026-11-03T08:00:00.001Z', '2026-11-03T08:00:00.002Z']),
      deployment('d3', '2026-11-04T10:00Z', ['2026-11-03T08:00:00.002Z', '2026-11-04T08:00Z']),
    ];
    const uids = derive('change', items).map(({ uid }) => uid);
    const changes = [
      ...[1, 2].map((ms) => `change:desk:deployment:d2:${at('2026-11-03T08:00Z') + ms}`),
      `change:desk:deployment:d3:${at('2026-11-04T08:00Z')}`,
    ];
    expect(uids).toEqual(['change:desk:deployment:d1:1790848800000', ...changes]);
    const since = (day: string) =>
      rowsOf(deriveColumns('change', (of) => plainColumns(of, items), ORGANISATION, NOW, at(day))).map(({ uid }) => uid);
    expect(since('2026-11-03T10:00Z')).toEqual(changes);
    expect(since('2026-11-03T10:00:01Z')).toEqual(changes.slice(2));
  });

  it('belong to the team that owned the service when they were deployed', () => {
    expect(derive('change', [first])[0]?.stretches[0]).toMatchObject({ service: 'receipts', team: null });
  });
});

describe('interruptions', () => {
  it('join the pages to one responder within 60 s of the first, and not of the one before', () => {
    const interruptions = derive('interruption', [
      page('1', '2026-11-17T10:00:00Z'),
      page('2', '2026-11-17T10:00:40Z'),
      page('3', '2026-11-17T10:01:00Z'),
      page('4', '2026-11-17T10:01:01Z'),
      page('5', '2026-11-17T10:00:30Z', { responder: 'p2' }),
    ]);
    expect(interruptions.map(({ uid, fields }) => [uid, fields['pages']])).toEqual([
      ['interruption:desk:page:1', 3],
      ['interruption:desk:page:4', 1],
      ['interruption:desk:page:5', 1],
    ]);
  });

  it('go by whole seconds, as columns do', () => {
    const joined = derive('interruption', [page('1', '2026-11-17T10:00:00.100Z'), page('2', '2026-11-17T10:01:00.900Z')]);
    expect(joined.map(({ fields }) => [fields['started'], fields['pages']])).toEqual([[at('2026-11-17T10:00Z'), 2]]);
    expect(derive('interruption', [page('1', '2026-11-17T10:00:00.900Z'), page('2', '2026-11-17T10:01:01.100Z')])).toHaveLength(
      2,
    );
  });

  it('know whether the responder was on a shift, whose end is not part of it', () => {
    const own = shift('s', '2026-11-17T09:00Z', '2026-11-17T17:00Z');
    const onShift = (sent: string, fields: Fields = {}) =>
      derive('interruption', [own, page('1', sent, fields)])[0]?.fields['on_shift'];
    expect(onShift('2026-11-17T09:00Z')).toBe(true);
    expect(onShift('2026-11-17T17:00Z')).toBe(false);
    expect(onShift('2026-11-17T10:00Z', { responder: 'p2' })).toBe(false);
  });

  it('take the zone of the page, else of its team, and name no person in their uid', () => {
    const zones = derive('interruption', [
      page('1', '2026-11-17T10:00Z', { zone: 'America/New_York' }),
      page('2', '2026-11-17T12:00Z', { team: 'data' }),
      page('3', '2026-11-17T14:00Z', { team: null, service: 'receipts' }),
    ]);
    expect(zones.map(({ fields }) => fields['zone'])).toEqual(['America/New_York', 'Asia/Kolkata', 'Europe/Berlin']);
    expect(zones.some(({ uid }) => uid.includes('p1'))).toBe(false);
  });

  it('are not made of pages without a responder or of deleted ones', () => {
    const deleted = itemOf(
      { kind: 'page', item: '1', at: '2026-11-17T10:00Z', fields: { responder: 'p1', sent: at('2026-11-17T10:00Z') } },
      { kind: 'page', item: '1', at: '2026-11-18T10:00Z', state: 'cancelled' },
    );
    expect(derive('interruption', [deleted, page('2', '2026-11-17T10:00Z', { responder: null })])).toEqual([]);
  });
});

describe('disrupted hours', () => {
  it('are the distinct clock hours of the responder, also in a zone that is half an hour off', () => {
    const india = { team: 'data' };
    const hours = derive('disrupted_hour', [
      page('1', '2026-11-17T10:05Z', india),
      page('2', '2026-11-17T10:25Z', india),
      page('3', '2026-11-17T10:35Z', india),
    ]);
    // 15:35 and 15:55 are one hour in Kolkata, 16:05 is the next.
    expect(hours.map(({ fields }) => short(Number(fields['started'])))).toEqual(['11-17 09:30', '11-17 10:30']);
  });

  it('tell the two hours apart that bear one name when the clocks go back', () => {
    const hours = derive('disrupted_hour', [page('1', '2026-10-25T00:30Z'), page('2', '2026-10-25T01:30Z')]);
    expect(hours).toHaveLength(2);
  });
});

describe('nights', () => {
  const quality = (items: readonly Item[], now?: Instant) =>
    derive('night', items, now).map(({ fields }) => [short(Number(fields['evening'])), fields['quality'], fields['hours']]);

  it('are quiet, broken by one interruption, and lost with three disrupted hours', () => {
    const items = [
      shift('s', '2026-11-16T08:00Z', '2026-11-19T08:00Z'),
      page('1', '2026-11-17T23:10Z'),
      page('2', '2026-11-17T23:50Z'),
      page('3', '2026-11-18T22:10Z'),
      page('4', '2026-11-19T00:10Z'),
      page('5', '2026-11-19T02:10Z'),
    ];
    expect(quality(items)).toEqual([
      ['11-16 21:00', 'quiet', 0],
      ['11-17 21:00', 'broken', 1],
      ['11-18 21:00', 'lost', 3],
    ]);
  });

  it('are not broken by what comes before they begin or after they end', () => {
    const items = [
      shift('s', '2026-11-16T08:00Z', '2026-11-17T08:00Z'),
      page('1', '2026-11-16T20:59Z'),
      page('2', '2026-11-17T06:00Z'),
    ];
    expect(quality(items)).toEqual([['11-16 21:00', 'quiet', 0]]);
  });

  it('exist for people who were paged off shift, and once where two shifts share them', () => {
    expect(quality([page('1', '2026-11-17T01:00Z')])).toEqual([['11-16 21:00', 'broken', 1]]);
    const halves = [shift('a', '2026-11-16T08:00Z', '2026-11-17T00:00Z'), shift('b', '2026-11-17T00:00Z', '2026-11-17T08:00Z')];
    expect(quality(halves)).toEqual([['11-16 21:00', 'quiet', 0]]);
  });

  it('do not exist before they have ended', () => {
    const items = [shift('s', '2026-11-16T08:00Z', '2026-11-30T08:00Z')];
    expect(quality(items, at('2026-11-18T05:59Z'))).toHaveLength(1);
    expect(quality(items, at('2026-11-18T06:00Z'))).toHaveLength(2);
  });

  it('go by the zone on the shift, not by that of the organisation', () => {
    const items = [shift('s', '2026-11-16T08:00Z', '2026-11-17T12:00Z', { zone: 'America/New_York' })];
    expect(quality(items)[0]?.[0]).toBe('11-16 03:00');
    expect(quality(items).at(-1)?.[0]).toBe('11-17 03:00');
  });
});

it('kinds that are stored are not derived', () => {
  const pages = (): ItemColumns => plainColumns('page', [page('1', '2026-11-17T10:00Z')]);
  expect(deriveColumns('page', pages, ORGANISATION, NOW).length).toBe(0);
});
