import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };
const DAY_MS = 86_400_000;
const SEVERE = `version: kpi/v1
id: severe-incidents
name: Severe incidents
question: How often are customers hurt badly?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
  count: { of: incidents }
  where: { severity: 1, planned: { not: true }, merged_into: not set }
when_empty: zero
settles_after: 0 days
`;
const LAST = '2026-W46';
const WEEK_46 = Date.parse('2026-11-09T00:00:00+01:00');

describe('events that hardly happen, gathered for the review', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['incident']);
    house = await smallHouse([desk], { 'incidents/severe-incidents.yaml': SEVERE }, '2026-11-16T06:00:00Z');
  });
  afterEach(() => house.close());

  const incident = (id: string, at: number, fields: Event['fields'] = {}, team = 'payments') =>
    event('incident', id, new Date(at).toISOString(), { state: 'opened', fields: { team, severity: 1, ...fields } });
  const pull = async (...events: Event[]) => {
    desk.next = [{ events }];
    await house.engine.pull(VIEWER, 'desk');
  };
  /** Twenty-six incidents 16 and 26 days apart, the last on Tuesday of week 46. */
  const base = () => {
    const incidents: Event[] = [];
    let at = WEEK_46 + 1.5 * DAY_MS;
    for (let index = 0; index < 26; index += 1) {
      incidents.push(incident(`I${index}`, at));
      at -= (index % 2 === 0 ? 16 : 26) * DAY_MS;
    }
    return incidents;
  };
  const card = async (scope = 'organisation', week = LAST) => {
    const { review } = await house.engine.review(VIEWER, week, scope);
    const found = review.cards[0];
    if (found === undefined) throw new Error('no card');
    return found;
  };

  it('are the counted items of the scope up to the end of the week, whatever came later or is left out', async () => {
    await pull(
      ...base(),
      incident('minor', WEEK_46 + 2 * DAY_MS, { severity: 3 }),
      incident('planned', WEEK_46 + 2 * DAY_MS, { planned: true }),
      incident('later', WEEK_46 + 7.1 * DAY_MS),
      incident('merged', WEEK_46 + 2 * DAY_MS, { merged_into: 'I0' }),
    );
    const found = await card();
    expect(found.verdict).toBe('Routine: 1 incident, 16 d after the one before; between 4.2 d and 62 d apart is routine.');
    expect(found.judgedAs).toBe('the time between one and the next');
    expect(found.history).toHaveLength(26);
    expect(found.history.at(-2)).toMatchObject({ period: '2026-11-10', evidence: LAST });
    expect((await card('organisation', '2026-W45')).verdict).toMatch(/^Routine: no incidents, 15 d since the last one;/);
  });

  it('are those of the team alone where a team is reviewed', async () => {
    await pull(...base(), incident('search', WEEK_46 - 100 * DAY_MS, {}, 'search'));
    expect((await card('team:search')).verdict).toMatch(/^Too early to judge: no incidents, 107 d since the last one\./);
    expect((await card('team:payments')).history).toHaveLength(26);
    expect((await card()).history).toHaveLength(27);
  });

  it('make the history of the time since the last one', async () => {
    const since = SEVERE.replace('count: {', 'since: {')
      .replace('when_empty: zero\n', '')
      .replace('better: lower', 'better: higher')
      .replace(', merged_into: not set', '');
    house.write('incidents/severe-incidents.yaml', since);
    await pull(
      ...base(),
      incident('cancelled', WEEK_46 + 2 * DAY_MS),
      event('incident', 'cancelled', new Date(WEEK_46 + 2.1 * DAY_MS).toISOString(), { state: 'cancelled' }),
      incident('merged', WEEK_46 + 2 * DAY_MS, { merged_into: 'I0' }),
    );
    const found = await card();
    expect(found.verdict).toBe(
      'Routine: 5.5 d since the last incident, which came 16 d after the one before; between 4.2 d and 62 d apart is routine.',
    );
    expect(found.history).toHaveLength(26);
    expect(found.historyUnit).toMatchObject({ type: 'duration', axis: 'days' });
  });

  it('move the limits when an early one is corrected, and the week it leaves is restated with it', async () => {
    const events = base();
    await pull(...events);
    const before = (await card()).limits[0]?.text;
    const early = events[20];
    if (early === undefined) throw new Error('no event');
    await pull(event('incident', early.item, new Date(early.effectiveAt + 1).toISOString(), { fields: { planned: true } }));
    const after = await card();
    expect(after.limits[0]?.text).not.toBe(before);
    const day = house.engine.organisationNow.calendar.zone.dayOf(early.effectiveAt);
    const rows = await house.store.latestSnapshots({ kpi: 'severe-incidents', scope: 'organisation', grain: 'week' });
    const restated = rows.filter(({ revision }) => revision > 1);
    expect(restated.map(({ firstDay }) => firstDay <= day && day < firstDay + 7)).toEqual([true]);
  });

  it('are no matter of what happens often', async () => {
    const often = Array.from({ length: 200 }, (_, index) =>
      incident(`often-${index}`, WEEK_46 + 4 * DAY_MS - index * 2 * DAY_MS),
    );
    await pull(...often);
    expect((await card()).judgedAs).toBe('its weekly value');
  });
});
