import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uidsBehind } from '../../server/jobs/changes.ts';
import { event, GivenSource, smallHouse, type SmallHouse } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };

const kpi = (id: string, measure: string): string => `version: kpi/v1
id: ${id}
name: ${id}
question: What changed long after?
section: Incidents
role: outcome
owner: Service Operations
better: lower
measure:
${measure}
settles_after: 3 days
`;

const FILES = {
  'reviewed.yaml': kpi(
    'reviewed',
    '  ratio: { of: incidents, where: { reviewed_within: { at_most: 90 days } } }\n  counted_in: restored',
  ),
  'repeats.yaml': kpi('repeats', '  ratio: { of: incidents, where: { is_repeat: true } }'),
  'suspected.yaml': kpi('suspected', '  ratio: { of: deployments, where: { may_have_failed: true } }'),
  'recovery.yaml': kpi('recovery', '  ratio: { of: deployments, where: { change_failed: true } }'),
  'paged.yaml': kpi(
    'paged',
    '  duration: { of: pages, from: sent, to: incident.restored }\n  counted_in: sent\n  summarise: median',
  ),
  'reopened.yaml': kpi('reopened', '  ratio: { of: closings, where: { reopened_within: { at_most: 90 days } } }'),
};

describe('what happens now', () => {
  let house: SmallHouse;
  let desk: GivenSource;

  beforeEach(async () => {
    desk = new GivenSource('desk', ['deployment', 'incident', 'link', 'page', 'session', 'ticket']);
    house = await smallHouse([desk], FILES, '2026-11-09T06:00:00Z');
    desk.next = [
      {
        events: [
          event('deployment', 'D', '2026-11-03T08:00:00Z', {
            fields: {
              service: 'checkout',
              environment: 'production',
              outcome: 'succeeded',
              started: Date.parse('2026-11-03T08:00:00Z'),
              finished: Date.parse('2026-11-03T09:00:00Z'),
            },
          }),
          event('incident', 'A', '2026-11-03T10:00:00Z', { state: 'opened', fields: { service: 'checkout', cause: 'disk' } }),
          event('incident', 'B', '2026-11-05T10:00:00Z', { state: 'opened', fields: { service: 'checkout', cause: 'disk' } }),
          event('incident', 'B', '2026-11-05T12:00:00Z', { state: 'restored' }),
          event('session', 'S', '2026-11-03T08:00:00Z', { fields: { type: 'incident review' } }),
          event('link', 'L', '2026-11-05T12:00:00Z', { fields: { from: 'S', to: 'desk:incident:B', relation: 'reviews' } }),
          event('page', 'P', '2026-11-03T08:00:00Z', { fields: { incident: 'Z', sent: Date.parse('2026-11-03T08:00:00Z') } }),
          event('ticket', 'T', '2026-11-03T08:00:00Z', { state: 'opened' }),
          event('ticket', 'T', '2026-11-04T08:00:00Z', { state: 'closed' }),
        ],
      },
    ];
    await house.engine.pull(VIEWER, 'desk');
    house.now = Date.parse('2026-11-13T06:00:00Z');
    await house.engine.pull(VIEWER, 'desk');
    house.now = Date.parse('2026-12-30T06:00:00Z');
  });
  afterEach(() => house.close());

  /** Values of the first week of November, revision by revision, after these facts came in weeks later. */
  const after = async (id: string, ...events: ReturnType<typeof event>[]) => {
    desk.next = [{ events }];
    await house.engine.pull(VIEWER, 'desk');
    const revisions = await house.store.revisions(id, 'organisation', '2026-W45');
    return revisions.map(({ value, moved }) => [value, moved] as const);
  };
  const HELD = Date.parse('2026-12-20T10:00:00Z');

  it('restates a settled week when a session reviews its incident', async () => {
    const session = event('session', 'R', '2026-12-20T10:00:00Z', {
      fields: { type: 'incident review', held: HELD, incident: 'B' },
    });
    const other = event('session', 'O', '2026-11-04T10:00:00Z', {
      fields: { type: 'retrospective', held: Date.parse('2026-11-04T10:00:00Z') },
    });
    // The retrospective was held in that week, but has nothing to do with it.
    expect(await after('reviewed', session, other)).toEqual([
      [0, []],
      [1, ['desk:session:R']],
    ]);
  });

  it('restates it when a session is held that a link had named long before', async () => {
    const held = event('session', 'S', '2026-12-20T10:00:00Z', { fields: { held: HELD } });
    expect(await after('reviewed', held)).toEqual([
      [0, []],
      [1, ['desk:session:S']],
    ]);
  });

  it('leaves it alone when a session is held that names no incident', async () => {
    const other = event('session', 'O', '2026-12-20T10:00:00Z', { fields: { type: 'incident review', held: HELD } });
    expect(await after('reviewed', other)).toEqual([[0, []]]);
  });

  it('restates it when an incident that another repeated turns out to be none', async () => {
    const cancelled = event('incident', 'A', '2026-12-20T10:00:00Z', { state: 'cancelled' });
    expect(await after('repeats', cancelled)).toEqual([
      [0.5, []],
      [0, ['desk:incident:A']],
    ]);
  });

  it('restates it when a suspicion is denied, and when all that suspects it began at another time', async () => {
    const denied = event('link', 'N', '2026-12-20T10:00:00Z', { fields: { from: 'A', to: 'D', relation: 'not_caused_by' } });
    expect(await after('suspected', denied)).toEqual([
      [1, []],
      [0, ['desk:link:N']],
    ]);
    const earlier = event('incident', 'B', '2026-12-21T10:00:00Z', {
      fields: { impact_started: Date.parse('2026-11-03T12:00:00Z') },
    });
    expect((await after('suspected', earlier)).map(([value]) => value)).toEqual([1, 0, 1]);
  });

  it('restates it when an incident turns out to be the doing of something else', async () => {
    const other = event('link', 'N', '2026-12-20T10:00:00Z', { fields: { from: 'A', to: 'elsewhere', relation: 'caused_by' } });
    expect((await after('suspected', other)).map(([value]) => value)).toEqual([1, 0]);
  });

  it('restates it when an incident that a link blames on a deployment turns out to be none', async () => {
    const blamed = event('link', 'N', '2026-12-20T10:00:00Z', { fields: { from: 'A', to: 'D', relation: 'caused_by' } });
    expect((await after('recovery', blamed)).map(([value]) => value)).toEqual([0, 1]);
    const cancelled = event('incident', 'A', '2026-12-21T10:00:00Z', { state: 'cancelled' });
    expect((await after('recovery', cancelled)).map(([value]) => value)).toEqual([0, 1, 0]);
  });

  it('restates it when the incident that a page named becomes known, however long after the page', async () => {
    const opened = event('incident', 'Z', '2026-12-20T10:00:00Z', { state: 'opened' });
    const restored = event('incident', 'Z', '2026-12-20T11:00:00Z', { state: 'restored' });
    expect((await after('paged', opened, restored)).map(([value]) => value)).toEqual([null, 47 * 86400 + 3 * 3600]);
  });

  it('restates it when a ticket closed in it is reopened, and names the ticket', async () => {
    expect(await after('reopened', event('ticket', 'T', '2026-12-20T10:00:00Z', { state: 'reopened' }))).toEqual([
      [0, []],
      [1, ['desk:ticket:T']],
    ]);
  });
});

it('what an item was derived from is found in its uid', () => {
  expect(uidsBehind('desk:incident:A#2')).toEqual(['desk:incident:A']);
  expect(uidsBehind('closing:desk:ticket:A:2')).toEqual(['desk:ticket:A', 'desk:ticket:A:2']);
  expect(uidsBehind('seat:desk:session:S:12')).toContain('desk:session:S');
});
