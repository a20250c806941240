import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSources } from '../../server/sources/config.ts';
import { reviewsAdapter } from '../../server/sources/reviews/adapter.ts';
import type { ActionBody } from '../../server/review/talk.ts';
import { smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const pack = (name: string): string => readFileSync(new URL(`../../kpis/culture/${name}.yaml`, import.meta.url), 'utf8');
const OPEN = 'improvement-actions-open';
const OVERDUE = 'improvement-actions-overdue';

let house: SmallHouse;
afterEach(() => house.close());

async function open(): Promise<void> {
  const text = 'version: sources/v1\nsources:\n  - { id: reviews, name: Weekly reviews, type: reviews }\n';
  const { sources } = parseSources(text, 'sources.yaml', [reviewsAdapter]);
  house = await smallHouse(sources, { 'open.yaml': pack(OPEN), 'overdue.yaml': pack(OVERDUE) }, '2026-11-09T09:00:00Z');
}

const body = (rest: Partial<ActionBody> = {}): ActionBody => ({
  title: 'Rehearse the failover',
  owner: 'Payments',
  due: '2026-11-13',
  expected: null,
  state: 'open',
  closedOn: null,
  note: '',
  ...rest,
});
/** Written, or with an action's number changed, on a day at nine. */
async function write(
  day: string,
  of: ActionBody | null,
  action: { id: number; revision: number } | null = null,
  scope = 'organisation',
) {
  house.now = Date.parse(`${day}T09:00:00Z`);
  return house.engine.write(VIEWER, 'action', {
    entry: action?.id ?? null,
    after: action?.revision ?? 0,
    scope,
    kpi: null,
    period: '2026-W45',
    author: 'Service Operations',
    body: of,
  });
}
async function pull(day: string): Promise<number> {
  house.now = Date.parse(`${day}T12:00:00Z`);
  return (await house.engine.pull(VIEWER, 'reviews')).newEvents;
}
async function values(kpi: string, scope = 'organisation'): Promise<Record<string, number | null>> {
  const { live, snapshots } = await house.engine.snapshots(VIEWER, { kpi, scope, grain: 'week' });
  return Object.fromEntries([...live, ...snapshots].map(({ period, value }) => [period, value] as const));
}

describe('actions that were agreed in reviews', () => {
  it('are counted beside those of other sources, open and overdue, by whoever they are owned', async () => {
    await open();
    const first = await write('2026-11-09', body());
    await write('2026-11-10', body({ owner: 'Service Operations', due: '2026-12-31' }));
    await write('2026-11-10', body({ owner: 'Nobody in particular', due: '2026-12-31' }), null, 'team:search');
    await pull('2026-11-16');
    // On the Sunday that ended the week, one was two days late.
    expect(await values(OPEN)).toMatchObject({ '2026-W46': 3 });
    expect(await values(OVERDUE)).toMatchObject({ '2026-W46': 1 });
    expect(await values(OPEN, 'team:payments')).toMatchObject({ '2026-W46': 1 });
    expect(await values(OPEN, 'team:search')).toMatchObject({ '2026-W46': 1 });
    await write('2026-11-17', body({ state: 'done', closedOn: '2026-11-17' }), first);
    await pull('2026-11-23');
    expect(await values(OPEN)).toMatchObject({ '2026-W46': 3, '2026-W47': 2 });
    expect(await values(OVERDUE)).toMatchObject({ '2026-W46': 1, '2026-W47': 0 });
  });

  it('are told once, however often they are read, and can be made again from the log', async () => {
    await open();
    const first = await write('2026-11-09', body());
    expect(await pull('2026-11-09')).toBe(1);
    expect(await pull('2026-11-10')).toBe(0);
    await write('2026-11-11', body({ due: '2026-11-20' }), first);
    expect(await pull('2026-11-11')).toBe(1);
    // From the beginning again, as after a pass that was cut off.
    const [state] = await house.store.sourceStates();
    expect(state?.cursor).toBe('{"after":2}');
    if (state === undefined) throw new Error('the source has a state');
    await house.store.saveSourceState({ ...state, cursor: null });
    expect(await pull('2026-11-12')).toBe(0);
    await pull('2026-11-23');
    expect(await house.engine.rebuild(VIEWER, false, () => undefined)).toMatchObject({ differences: 0 });
  });

  it('are no longer open once they are dropped or withdrawn, and open again once that is taken back', async () => {
    await open();
    const dropped = await write('2026-11-09', body());
    const withdrawn = await write('2026-11-09', body());
    await write('2026-11-10', body({ state: 'dropped', closedOn: '2026-11-10' }), dropped);
    await write('2026-11-10', null, withdrawn);
    await pull('2026-11-16');
    expect(await values(OPEN)).toMatchObject({ '2026-W46': 0 });
    await write('2026-11-17', body(), { ...dropped, revision: 2 });
    await write('2026-11-17', body(), { ...withdrawn, revision: 2 });
    await pull('2026-11-23');
    expect(await values(OPEN)).toMatchObject({ '2026-W46': 0, '2026-W47': 2 });
  });

  it('count as done from the day that was said last', async () => {
    await open();
    const first = await write('2026-11-02', body());
    const second = await write('2026-11-16', body({ state: 'done', closedOn: '2026-11-13' }), first);
    await pull('2026-11-16');
    expect(await values(OPEN)).toMatchObject({ '2026-W45': 1, '2026-W46': 0 });
    await write('2026-11-17', body({ state: 'done', closedOn: '2026-11-16' }), second);
    await pull('2026-11-23');
    expect(await values(OPEN)).toMatchObject({ '2026-W45': 1, '2026-W46': 1, '2026-W47': 0 });
  });

  it('are shown by a dry run as they stand', async () => {
    await open();
    const first = await write('2026-11-09', body());
    await write('2026-11-10', body({ state: 'done', closedOn: '2026-11-10' }), first);
    expect(await house.engine.dryRun(VIEWER, 'reviews', 5)).toMatchObject({
      rows: [{ action: '1', of: 'payments', due: '2026-11-13T22:59:59.000Z', state: 'done' }],
      events: 2,
      items: 1,
    });
  });
});
