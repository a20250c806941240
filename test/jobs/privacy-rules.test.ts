import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRIVACY_RULES } from '../../server/kpi/privacy-rules.ts';
import { event, GivenSource, reopened, smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const BORNE = 'interruptions-per-12h';
const CALLED = 'pages';

describe('numbers of what people bore that an earlier version told', () => {
  let house: SmallHouse;
  let pager: GivenSource;

  beforeEach(async () => {
    pager = new GivenSource('pager', ['page', 'shift']);
    const files = Object.fromEntries(
      [BORNE, CALLED].map((id) => [`on-call/${id}.yaml`, readFileSync(`kpis/on-call/${id}.yaml`, 'utf8')]),
    );
    house = await smallHouse([pager], files, '2026-11-13T06:00:00Z', undefined, { privacyRules: PRIVACY_RULES - 1 });
    // Two people take turns for two weeks, and are called once a shift.
    const first = Date.parse('2026-10-26T08:00:00Z');
    const events = Array.from({ length: 14 }, (_, day) => {
      const from = first + day * DAY_MS;
      const to = from + 12 * HOUR_MS;
      const responder = day % 2 === 0 ? 'one' : 'other';
      return [
        event('shift', `S${day}`, new Date(to).toISOString(), {
          fields: { team: 'payments', rotation: 'first', responder, from, to },
        }),
        event('page', `P${day}`, new Date(from + HOUR_MS).toISOString(), {
          fields: { team: 'payments', service: 'checkout', responder, sent: from + HOUR_MS },
        }),
      ];
    });
    pager.next = [{ events: events.flat() }];
    await house.engine.pull(VIEWER, 'pager');
  });
  afterEach(() => house.close());

  /** As if the version before had thought that two people may be told of. */
  const toldTooMuch = async (): Promise<void> => {
    const rows = [];
    for await (const some of house.store.allSnapshots()) rows.push(...some);
    await house.store.replaceSnapshots(
      rows.map((row) => (row.emptiness === 'hidden' ? { ...row, emptiness: null, value: 1, count: 7 } : row)),
    );
  };
  const revisions = async (kpi: string) =>
    (await house.store.revisions(kpi, 'organisation', '2026-W44')).map(({ value, emptiness, causes }) => ({
      value,
      emptiness,
      causes,
    }));

  it('are hidden by the next version whose rules hide them, and nothing else is measured again', async () => {
    await toldTooMuch();
    const called = await revisions(CALLED);
    expect(await revisions(BORNE)).toEqual([{ value: 1, emptiness: null, causes: ['settled'] }]);
    const engine = await reopened(house, [pager]);
    const { restated } = await engine.measure(VIEWER);
    expect(restated).toBeGreaterThan(0);
    expect(await revisions(BORNE)).toEqual([
      { value: 1, emptiness: null, causes: ['settled'] },
      { value: null, emptiness: 'hidden', causes: ['redefined'] },
    ]);
    expect(await revisions(CALLED)).toEqual(called);
    expect((await engine.measure(VIEWER)).restated).toBe(0);
  });

  it('are taken as they stand when everything is made again from the log, and what was measured since is held against it', async () => {
    await toldTooMuch();
    const engine = await reopened(house, [pager]);
    await engine.measure(VIEWER);
    const rebuilt = await engine.rebuild(VIEWER, false, () => undefined);
    expect({ differences: rebuilt.differences, told: rebuilt.told }).toEqual({ differences: 0, told: [] });
    expect(rebuilt.underOtherRules).toBeGreaterThan(0);
    const rows = [];
    for await (const some of house.store.allSnapshots()) rows.push(...some);
    await house.store.replaceSnapshots(
      rows.map((row) => (row.kpi === BORNE && row.revision === 2 ? { ...row, emptiness: null, value: 1 } : row)),
    );
    expect((await engine.rebuild(VIEWER, false, () => undefined)).differences).toBeGreaterThan(0);
  });
});
