import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { columnsOf } from '../../server/event/columns-of.ts';
import { projectItem } from '../../server/event/projection.ts';
import { encodeSegment } from '../../server/event/segment.ts';
import type { StoredEvent } from '../../server/event/event.ts';
import { Knowledge } from '../../server/jobs/knowledge.ts';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const MAKER = 'of the test';
const noProgress = (): void => undefined;

describe('columns stored beside the log', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE }, '2026-11-09T06:00:00Z');
  });
  afterEach(() => house.close());

  const incident = (id: string, opened: string, restored: string) => [
    event('incident', id, opened, { state: 'opened', fields: { team: 'payments', service: 'checkout', severity: 1 } }),
    event('incident', id, restored, { state: 'restored' }),
  ];
  const pull = async (...events: ReturnType<typeof event>[]) => {
    desk.next = [{ events }];
    await house.engine.pull(VIEWER, 'desk');
    // What is stored after a pull is stored before the next thing that writes.
    await house.engine.exclusively(async () => undefined);
  };
  const anew = async (until: number) => {
    const knowledge = new Knowledge(house.engine.organisationNow);
    const problem = await knowledge.begin(house.store, MAKER, until);
    return { knowledge, problem };
  };

  it('hold everything up to the last batch after each pull, and are what the log gives', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    await pull(...incident('B', '2026-10-03T10:00:00Z', '2026-10-03T12:00:00Z'));
    await pull(event('incident', 'A', '2026-11-04T10:00:00Z', { state: 'reopened' }));
    expect(await house.store.segmentsThrough(MAKER)).toBe(3);
    const { columns } = await house.engine.rebuild(VIEWER, false, noProgress);
    expect(columns).toMatchObject({ differences: 0, told: [] });
    expect(columns.segments).toBeGreaterThan(1);
  });

  it('are begun with where they know no more than was measured, and give the items of the log', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    await pull(...incident('B', '2026-10-03T10:00:00Z', '2026-10-03T12:00:00Z'));
    const { knowledge } = await anew(2);
    expect(knowledge.watermark).toBe(2);
    expect(knowledge.items.table('incident').count).toBe(2);
    expect(knowledge.items.earliestTold('incident')).toBe(Date.parse('2026-10-03T10:00:00Z'));
    expect((await anew(1)).knowledge.watermark).toBe(0);
  });

  it('that are wrong, though nothing is damaged, are found when they are checked, and made anew', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const { value: stored } = await house.store.segments().next();
    if (stored === undefined || typeof stored !== 'object') throw new Error('no segment was stored');
    const told = [...(await house.store.eventsOf(['desk:incident:A'])).values()].flat();
    const later = told.map((each): StoredEvent => ({ ...each, effectiveAt: each.effectiveAt + 60_000 }));
    const item = projectItem('desk:incident:A', later);
    if (item === null) throw new Error('no item');
    const wrong = encodeSegment(columnsOf('incident', [item]), Int32Array.of(0));
    await house.store.saveSegments({ maker: MAKER, after: 1, through: 1, put: [{ ...stored, data: wrong }], drop: [] });
    const found = await house.engine.rebuild(VIEWER, false, noProgress);
    expect(found.columns.differences).toBe(1);
    expect(found.columns.told[0]).toContain('incidents of payments from 2026-11');
    await house.engine.rebuild(VIEWER, true, noProgress);
    await pull(...incident('C', '2026-11-05T10:00:00Z', '2026-11-05T12:00:00Z'));
    expect((await house.engine.rebuild(VIEWER, false, noProgress)).columns).toMatchObject({ differences: 0 });
  });

  it('are not used where nobody knows from when each kind was told of', async () => {
    await pull(...incident('A', '2026-11-03T10:00:00Z', '2026-11-03T12:00:00Z'));
    const { knowledge, problem } = await anew(1);
    expect(problem).toBe(null);
    expect(knowledge.watermark).toBe(1);
    await house.store.saveSetting('columns-earliest', '{}');
    expect((await anew(1)).knowledge.watermark).toBe(0);
  });
});
