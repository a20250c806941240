import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../../scripts/aws-server/ssm-incidents.ts';
import { itemUid, type StoredEvent } from '../../../server/event/event.ts';
import { projectItem, type Item } from '../../../server/event/projection.ts';
import { incidentManagerAdapter } from '../../../server/sources/incident-manager/adapter.ts';
import { stepsOf, type Moment } from '../../../server/sources/incident-manager/timeline.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, keysOf, NOW, OTHER, pull, REGION, type Pulled } from '../aws/place-house.ts';

const house = houseOf(incidentManagerAdapter);
const RULES = `
incidents:
  - { plan: drill, leave_out: true }
  - { plan: shop-*, service: shop, team: web }
`;
const ACKNOWLEDGED = 'SSM Contacts Page Acknowledgement for Incident';
const UPDATED = 'SSM Incident Record Update';
const MINUTE_MS = 60_000;

const incidents = (region = REGION): IncidentRecord[] => house.server.state.incidents.incidents(ACCOUNT, region);
const arnOf = (id: string, plan = 'shop-down'): string => `arn:aws:ssm-incidents::${ACCOUNT}:incident-record/${plan}/${id}`;

function opened(id: string, at: number, more: Partial<IncidentRecord> = {}): IncidentRecord {
  const incident: IncidentRecord = {
    arn: arnOf(id),
    title: 'Shop is down',
    status: 'OPEN',
    impact: 2,
    creationTime: new Date(at),
    lastModifiedTime: new Date(at),
    timeline: [],
    ...more,
  };
  incidents().push(incident);
  return incident;
}

/** What happens to an incident, as its timeline tells it. */
function happens(incident: IncidentRecord, at: number, eventType: string, change: Record<string, unknown> = {}): void {
  incident.lastModifiedTime = new Date(at);
  const eventData = JSON.stringify({ modifiedAttributes: [change], incidentTitle: incident.title });
  incident.timeline.push({ eventId: `event-${incident.timeline.length}`, eventTime: new Date(at), eventType, eventData });
}
function resolved(incident: IncidentRecord, at: number): void {
  happens(incident, at, UPDATED, { attributeName: 'status', oldValue: 'OPEN', newValue: 'RESOLVED' });
  incident.status = 'RESOLVED';
  incident.resolvedTime = new Date(at);
}
function reopened(incident: IncidentRecord, at: number): void {
  happens(incident, at, UPDATED, { attributeName: 'status', oldValue: 'RESOLVED', newValue: 'OPEN' });
  incident.status = 'OPEN';
  delete incident.resolvedTime;
}

/** States of the incidents, in time, as the log would have them. */
const statesOf = (...passes: Pulled[]): string[] => {
  const known = new Map(passes.flatMap(({ events }) => events).map((event) => [`${event.item} ${event.key}`, event]));
  return [...known.values()]
    .filter(({ state }) => state !== null)
    .sort((one, other) => one.effectiveAt - other.effectiveAt)
    .map(({ state, effectiveAt }) => `${String(state)} ${(effectiveAt - NOW) / MINUTE_MS}`);
};

/** The incident that the facts of passes make. */
const itemOf = (...passes: Pulled[]): Item | null =>
  projectItem(
    itemUid('own', 'incident', arnOf('1')),
    passes.flatMap(({ events }, batch) =>
      events.filter(({ item }) => item === arnOf('1')).map((event): StoredEvent => ({ ...event, batch: batch + 1 })),
    ),
  );

describe('incidents of Incident Manager', () => {
  it('are opened, acknowledged by the first who answers, and resolved', async () => {
    const incident = opened('1', NOW - 60 * MINUTE_MS);
    happens(incident, NOW - 59 * MINUTE_MS, 'SSM Contacts Page for Incident');
    happens(incident, NOW - 50 * MINUTE_MS, ACKNOWLEDGED);
    happens(incident, NOW - 45 * MINUTE_MS, ACKNOWLEDGED);
    happens(incident, NOW - 40 * MINUTE_MS, UPDATED, { attributeName: 'relatedItems', newValue: '{}' });
    resolved(incident, NOW - 20 * MINUTE_MS);
    happens(incident, NOW - 10 * MINUTE_MS, ACKNOWLEDGED);
    const whole = await pull(house.source(RULES), NOW);
    expect(statesOf(whole)).toEqual(['opened -60', 'acknowledged -50', 'resolved -20']);
    const fields = Object.assign({}, ...whole.events.map((event) => event.fields));
    expect(fields).toEqual({ service: 'shop', team: 'web', severity: 2, severity_raw: 'High' });
    expect(whole.end).toMatchObject({ completeUntil: NOW, historyFrom: null });
  });

  it('that nobody acknowledged are not acknowledged by being resolved', async () => {
    resolved(opened('1', NOW - 60 * MINUTE_MS), NOW - 20 * MINUTE_MS);
    expect(statesOf(await pull(house.source(RULES), NOW))).toEqual(['opened -60', 'resolved -20']);
  });

  it('are resolved when their record says so and the timeline does not', async () => {
    opened('1', NOW - 60 * MINUTE_MS, { status: 'RESOLVED', resolvedTime: new Date(NOW - 5 * MINUTE_MS) });
    expect(statesOf(await pull(house.source(RULES), NOW))).toEqual(['opened -60', 'resolved -5']);
  });

  it('that are open are asked for until they are resolved, however old they are', async () => {
    const incident = opened('1', NOW - 40 * DAY_MS);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    const second = await pull(source, NOW + DAY_MS, first.cursor);
    resolved(incident, NOW + 2 * DAY_MS);
    const third = await pull(source, NOW + 3 * DAY_MS, second.cursor);
    expect(statesOf(first, second, third)).toEqual([`opened -${40 * 1440}`, `resolved ${2 * 1440}`]);
    expect((await pull(source, NOW + 4 * DAY_MS, third.cursor)).events).toEqual([]);
  });

  it('that are opened again long after are met again, and are open', async () => {
    const incident = opened('1', NOW - 40 * DAY_MS);
    resolved(incident, NOW - 39 * DAY_MS);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    reopened(incident, NOW + HOUR_MS);
    happens(incident, NOW + 2 * HOUR_MS, ACKNOWLEDGED);
    const second = await pull(source, NOW + DAY_MS, first.cursor);
    expect(statesOf(first, second).slice(-3)).toEqual([`resolved -${39 * 1440}`, 'reopened 60', 'acknowledged 120']);
  });

  it('keep the impact that they began with when it is changed, and the change', async () => {
    const incident = opened('1', NOW - HOUR_MS, { impact: 3 });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    happens(incident, NOW + HOUR_MS, UPDATED, { attributeName: 'impact', oldValue: '3', newValue: '1' });
    incident.impact = 1;
    const second = await pull(source, NOW + 2 * HOUR_MS, first.cursor);
    happens(incident, NOW + 3 * HOUR_MS, UPDATED, { attributeName: 'impact', oldValue: '1', newValue: '4' });
    incident.impact = 4;
    const third = await pull(source, NOW + 4 * HOUR_MS, second.cursor);
    const impacts = (...passes: Pulled[]): string[] =>
      [...new Map(passes.flatMap(({ events }) => events).map((event) => [event.key, event])).values()]
        .filter(({ fields }) => 'severity' in fields)
        .map(({ effectiveAt, fields }) => `${String(fields['severity'])} at ${(effectiveAt - NOW) / HOUR_MS}`);
    expect(impacts(first, second, third)).toEqual(['3 at -1', '1 at 1', '4 at 3']);
    // Read late, all at once, it is the same.
    expect(impacts(await pull(source, NOW + 4 * HOUR_MS))).toEqual(['3 at -1', '1 at 1', '4 at 3']);
    expect(itemOf(first, second, third)).toEqual(itemOf(await pull(source, NOW + 4 * HOUR_MS)));
  });

  it('of a replication set are one, in however many Regions they are read', async () => {
    const incident = opened('1', NOW - HOUR_MS);
    incidents('us-east-1').push(incident);
    const { events } = await pull(house.source(`regions: [${REGION}, us-east-1]${RULES}`), NOW);
    expect(events).toHaveLength(2 * keysOf([events]).length);
  });

  it('that are left out by their response plan are not told', async () => {
    opened('1', NOW - HOUR_MS, { arn: arnOf('1', 'drill') });
    expect((await pull(house.source(RULES), NOW)).events).toEqual([]);
  });

  it('that are deleted while they were open are called off once they were missed twice', async () => {
    opened('1', NOW - 40 * DAY_MS);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    const kept = incidents().splice(0);
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(second.events).toEqual([]);
    incidents().push(...kept);
    const third = await pull(source, NOW + 2 * HOUR_MS, second.cursor);
    expect(statesOf(third)).toEqual([`opened -${40 * 1440}`]);
    incidents().length = 0;
    const fourth = await pull(source, NOW + 3 * HOUR_MS, third.cursor);
    const fifth = await pull(source, NOW + 4 * HOUR_MS, fourth.cursor);
    expect(fifth.events.map(({ state, origin, effectiveAt }) => [state, origin, effectiveAt])).toEqual([
      ['cancelled', 'inferred', NOW + 3 * HOUR_MS],
    ]);
    expect((await pull(source, NOW + 5 * HOUR_MS, fifth.cursor)).events).toEqual([]);
  });

  it('come on several pages, and are complete after a pass that was cut off anywhere', async () => {
    for (let number = 0; number < 130; number += 1) {
      const incident = opened(String(number), NOW - (number + 1) * HOUR_MS);
      if (number % 3 > 0) resolved(incident, NOW - number * HOUR_MS - 5 * MINUTE_MS);
    }
    const source = house.source(RULES);
    const whole = await pull(source, NOW);
    expect(new Set(whole.events.map(({ item }) => item)).size).toBe(130);
    for (const cut of [1, 4, 7]) {
      const part = await pull(source, NOW, null, cut);
      const rest = await pull(source, NOW, part.cursor);
      expect(keysOf([part.events, rest.events])).toEqual(keysOf([whole.events]));
    }
  });
});

describe('an account without Incident Manager', () => {
  it('is told that the service is closed and what has taken its place, and the others are read', async () => {
    const roles = [ACCOUNT, OTHER].map((account) => `arn:aws:iam::${account}:role/quarterdeck`);
    for (const role of roles) house.server.state.sts.role(role, { externalId: null, accounts: [ACCOUNT] });
    opened('1', NOW - HOUR_MS);
    house.server.state.incidents.closedTo.add(OTHER);
    const accounts = [ACCOUNT, OTHER].map(
      (account, at) => `  - { id: '${account}', role: '${roles[at] ?? ''}', regions: [${REGION}] }`,
    );
    const { events, error } = await pull(house.source(`accounts:\n${accounts.join('\n')}${RULES}`), NOW);
    expect(events.length).toBeGreaterThan(0);
    expect(error?.place).toBe(`${OTHER} ${REGION}`);
    expect(error?.message).toMatch(/closed to new customers since November 2025/);
    expect(error?.fix).toMatch(/opscenter/);
  });

  it('or whose role lacks an action is told which', async () => {
    opened('1', NOW - HOUR_MS);
    house.server.fail({ service: 'ssm-incidents', action: 'ListTimelineEvents', as: 'denied' });
    const { error } = await pull(house.source(RULES), NOW);
    expect(error?.message).toMatch(/may not call ssm-incidents:ListTimelineEvents/);
  });
});

describe('the steps of an incident', () => {
  const moments = fc.array(
    fc.record({
      id: fc.uuid(),
      at: fc.integer({ min: 1, max: 1_000 }),
      tells: fc.constantFrom<'acknowledged' | 'resolved' | 'reopened'>('acknowledged', 'resolved', 'reopened'),
    }),
    { maxLength: 12 },
  );

  it('are the same in whatever order their timeline is read, and go from open to resolved and back', () => {
    fc.assert(
      fc.property(
        moments,
        fc.option(fc.integer({ min: 1, max: 1_000 })),
        fc.infiniteStream(fc.nat()),
        (told, resolvedAt, ranks) => {
          const shuffled = told
            .map((moment): readonly [number, Moment] => [ranks.next().value, moment])
            .sort(([one], [other]) => one - other)
            .map(([, moment]) => moment);
          const steps = stepsOf(0, resolvedAt, told);
          expect(stepsOf(0, resolvedAt, shuffled)).toEqual(steps);
          expect(steps.map(({ state }) => state).join(' ')).toMatch(
            /^opened(?: acknowledged)?(?: resolved reopened(?: acknowledged)?)*(?: resolved)?$/,
          );
          if (resolvedAt !== null) expect(steps.at(-1)?.state).toBe('resolved');
        },
      ),
    );
  });
});
