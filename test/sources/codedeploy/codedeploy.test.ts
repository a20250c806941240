import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../scripts/aws-server/codedeploy.ts';
import { codeDeployAdapter } from '../../../server/sources/codedeploy/adapter.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, keysOf, NOW, OTHER, pull, REGION, standing } from '../aws/place-house.ts';

const house = houseOf(codeDeployAdapter);
const RULES = `
applications:
  - { application: 'shop-*', group: canary, leave_out: true }
  - { application: 'shop-*', group: '*prod*', service: shop, team: web, environment: production }
  - { application: 'shop-*', service: shop, environment: staging }
`;

const deployments = (account = ACCOUNT): Deployment[] => house.server.state.codedeploy.deployments(account, REGION);
const idOf = (number: number): string => `d-${String(number).padStart(9, '0')}`;

/** One that took ten minutes and went well, unless told otherwise. */
function deployed(number: number, at: number, more: Partial<Deployment> = {}): Deployment {
  const deployment: Deployment = {
    deploymentId: idOf(number),
    applicationName: 'shop-web',
    deploymentGroupName: 'prod',
    status: 'Succeeded',
    createTime: new Date(at),
    startTime: new Date(at + 1_000),
    completeTime: new Date(at + 600_000),
    creator: 'user',
    ...more,
  };
  deployments().push(deployment);
  return deployment;
}

const callsOf = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

describe('deployments of CodeDeploy', () => {
  it('are told once they have ended, with service and environment by the first rule that fits', async () => {
    deployed(1, NOW - DAY_MS);
    deployed(2, NOW - DAY_MS, { deploymentGroupName: 'test' });
    deployed(3, NOW - DAY_MS, { deploymentGroupName: 'canary' });
    const { events, rejects, end } = await pull(house.source(RULES), NOW);
    expect(rejects).toEqual([]);
    expect(events.map(({ kind, item, effectiveAt, fields }) => ({ kind, item, effectiveAt, fields }))).toEqual([
      {
        kind: 'deployment',
        item: idOf(1),
        effectiveAt: NOW - DAY_MS + 600_000,
        fields: {
          environment: 'production',
          finished: NOW - DAY_MS + 600_000,
          outcome: 'succeeded',
          purpose: 'release',
          service: 'shop',
          started: NOW - DAY_MS + 1_000,
          team: 'web',
        },
      },
      expect.objectContaining({ item: idOf(2), fields: expect.objectContaining({ environment: 'staging', service: 'shop' }) }),
    ]);
    expect(end).toMatchObject({ completeUntil: NOW, historyFrom: NOW - 455 * DAY_MS });
  });

  it('of an application that no rule knows are told without a service, and that is said once', async () => {
    deployed(1, NOW - DAY_MS, { applicationName: 'ledger' });
    deployed(2, NOW - DAY_MS, { applicationName: 'ledger' });
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events.map(({ fields }) => fields['service'])).toEqual([undefined, undefined]);
    expect(rejects).toHaveLength(1);
    expect(rejects[0]).toMatchObject({ place: `${REGION}, application ledger, group prod`, isKept: true });
  });

  it('are asked for 25 at a time, over as many pages of ids as there are', async () => {
    house.server.state.codedeploy.pageSize = 7;
    for (let number = 0; number < 60; number += 1) deployed(number, NOW - DAY_MS + number);
    const { events } = await pull(house.source(`history: 20 days${RULES}`), NOW);
    expect(new Set(events.map(({ item }) => item)).size).toBe(60);
    expect(callsOf('ListDeployments')).toBe(9);
    expect(callsOf('BatchGetDeployments')).toBe(3);
  });

  it('that only bring what is out already to new instances are no deployments, and no more are restarts', async () => {
    deployed(1, NOW - HOUR_MS, { creator: 'autoscaling' });
    deployed(2, NOW - HOUR_MS, { creator: 'CodeDeployAutoUpdate' });
    deployed(3, NOW - HOUR_MS, { deploymentMode: 'RESTART' });
    expect((await pull(house.source(RULES), NOW)).events).toEqual([]);
  });

  it.each(['Created', 'Queued', 'InProgress', 'Baking', 'Ready'] as const)(
    'that are %s are asked for again until they end, however old they are',
    async (status) => {
      const running = deployed(1, NOW - 40 * DAY_MS, { status });
      delete running.completeTime;
      const source = house.source(RULES);
      const first = await pull(source, NOW);
      expect(first.events).toEqual([]);
      const second = await pull(source, NOW + HOUR_MS, first.cursor);
      expect(second.events).toEqual([]);
      running.status = 'Succeeded';
      running.completeTime = new Date(NOW + HOUR_MS + 5_000);
      const third = await pull(source, NOW + 2 * HOUR_MS, second.cursor);
      expect(third.events.map(({ item, fields }) => [item, fields['outcome']])).toEqual([[idOf(1), 'succeeded']]);
      const calls = callsOf('BatchGetDeployments');
      expect((await pull(source, NOW + 3 * HOUR_MS, third.cursor)).events).toEqual([]);
      expect(callsOf('BatchGetDeployments')).toBe(calls);
    },
  );

  it('that are gone before they ended are waited for no longer, which is said', async () => {
    deployed(1, NOW - 40 * DAY_MS, { status: 'InProgress' });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    deployments().length = 0;
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(second.rejects.map(({ place, isKept }) => [place, isKept])).toEqual([[`${REGION}, deployment ${idOf(1)}`, true]]);
    expect((await pull(source, NOW + HOUR_MS, second.cursor)).rejects).toEqual([]);
  });

  it('that were stopped did not fail, unless they were rolled back', async () => {
    deployed(1, NOW - DAY_MS, { status: 'Stopped' });
    deployed(2, NOW - DAY_MS, { status: 'Stopped', rollbackInfo: { rollbackDeploymentId: idOf(3) } });
    deployed(4, NOW - DAY_MS, { status: 'Failed' });
    const { events } = await pull(house.source(RULES), NOW);
    const outcomes = events.flatMap(({ kind, fields }) => (kind === 'deployment' ? [fields['outcome']] : []));
    expect(outcomes).toEqual(['cancelled', 'failed', 'failed']);
  });

  it('that started after they were complete, by clocks that differ, took no time, which is said', async () => {
    deployed(1, NOW - DAY_MS, { startTime: new Date(NOW - DAY_MS + 600_250) });
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events[0]?.fields).toMatchObject({ started: NOW - DAY_MS + 600_000, finished: NOW - DAY_MS + 600_000 });
    expect(rejects.map(({ reason, isKept }) => [reason.slice(0, 21), isKept])).toEqual([['it started 250 ms aft', true]]);
  });

  it('that do not say when they ended count in no period, which is said', async () => {
    delete deployed(1, NOW - DAY_MS, { status: 'Failed' }).completeTime;
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events[0]?.fields).not.toHaveProperty('finished');
    expect(rejects).toHaveLength(1);
  });
});

describe('a rollback of CodeDeploy', () => {
  it.each(['codeDeployRollback', 'CloudFormationRollback'])(
    'by %s is a rollback, and names what it takes back',
    async (creator) => {
      deployed(1, NOW - DAY_MS, { status: 'Failed', rollbackInfo: { rollbackDeploymentId: idOf(2) } });
      deployed(2, NOW - DAY_MS + 700_000, { creator, rollbackInfo: { rollbackTriggeringDeploymentId: idOf(1) } });
      const { events } = await pull(house.source(RULES), NOW);
      const stands = [...standing([events]).values()];
      expect(stands.find(({ item }) => item === idOf(2))?.fields).toMatchObject({ purpose: 'rollback', rolls_back: idOf(1) });
      expect(stands.filter(({ kind }) => kind === 'link').map(({ fields }) => fields)).toEqual([
        { from: idOf(2), to: idOf(1), relation: 'rolls_back', grade: 'B', made: NOW - DAY_MS + 700_000 },
      ]);
    },
  );

  it('is linked alike, whichever of the two is read first', async () => {
    deployed(1, NOW - 50 * DAY_MS, { status: 'Failed', rollbackInfo: { rollbackDeploymentId: idOf(2) } });
    deployed(2, NOW - 50 * DAY_MS + 700_000, {
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: idOf(1) },
    });
    const source = house.source(RULES);
    const forth = (await pull(source, NOW)).events;
    deployments().reverse();
    const back = (await pull(source, NOW)).events;
    expect(back.map(({ item }) => item)).not.toEqual(forth.map(({ item }) => item));
    expect(keysOf([back])).toEqual(keysOf([forth]));
  });

  it('makes a stopped one a failed one when it comes later', async () => {
    const stopped = deployed(1, NOW - HOUR_MS, { status: 'Stopped' });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    stopped.rollbackInfo = { rollbackDeploymentId: idOf(2) };
    deployed(2, NOW + 60_000, { creator: 'codeDeployRollback', rollbackInfo: { rollbackTriggeringDeploymentId: idOf(1) } });
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(standing([first.events, second.events]).get(`deployment ${idOf(1)} slot item`)?.fields['outcome']).toBe('failed');
  });
});

describe('a pull of CodeDeploy', () => {
  it('reads what began of late again, and the same again is the same fact', async () => {
    deployed(1, NOW - HOUR_MS);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    // Listed late: it began before the last pass.
    deployed(2, NOW - 2 * HOUR_MS);
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(second.events.map(({ item }) => item).sort()).toEqual([idOf(1), idOf(2)]);
    expect(standing([first.events, second.events]).size).toBe(2);
  });

  it('that is cut off anywhere and goes on ends with the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ day: fc.integer({ min: 1, max: 300 }), isOpen: fc.boolean() }), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
        async (drawn, cuts) => {
          deployments().length = 0;
          for (const [number, { day, isOpen }] of drawn.entries())
            deployed(number, NOW - day * DAY_MS, isOpen ? { status: 'InProgress' } : {});
          const source = house.source(RULES);
          const whole = await pull(source, NOW);
          const passes = [];
          let cursor: string | null = null;
          for (const cut of cuts) {
            const part = await pull(source, NOW, cursor, cut);
            passes.push(part.events);
            ({ cursor } = part);
          }
          const rest = await pull(source, NOW, cursor);
          expect(keysOf([...passes, rest.events])).toEqual(keysOf([whole.events]));
          expect(rest.end?.historyFrom).toBe(whole.end?.historyFrom);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('reads everything again under other rules, and what is known from before stays known', async () => {
    deployed(1, NOW - 100 * DAY_MS);
    const first = await pull(house.source(RULES), NOW);
    const second = await pull(
      house.source('applications: [{ application: shop-web, service: web }]'),
      NOW + DAY_MS,
      first.cursor,
    );
    expect(second.events.map(({ fields }) => fields['service'])).toEqual(['web']);
    expect(second.end?.historyFrom).toBe(first.end?.historyFrom);
  });

  it('of an account that is refused says which action which role lacks, and the others are read', async () => {
    const roles = [ACCOUNT, OTHER].map((account) => `arn:aws:iam::${account}:role/quarterdeck`);
    for (const role of roles) house.server.state.sts.role(role, { externalId: 'shop', accounts: [ACCOUNT] });
    deployed(1, NOW - DAY_MS);
    house.server.fail({ service: 'codedeploy', account: OTHER, as: 'denied', times: Infinity });
    const accounts = [ACCOUNT, OTHER].map(
      (account, at) => `  - { id: '${account}', role: '${roles[at] ?? ''}', external_id: shop, regions: [${REGION}] }`,
    );
    const { events, error, cursor } = await pull(house.source(`accounts:\n${accounts.join('\n')}${RULES}`), NOW);
    expect(events).toHaveLength(1);
    expect(error?.place).toBe(`${OTHER} ${REGION}`);
    expect(error?.message).toMatch(/arn:aws:iam::444455556666:role\/quarterdeck may not call codedeploy:ListDeployments/);
    expect(cursor).not.toBeNull();
  });

  it('that is only tried shows what it would give', async () => {
    for (let number = 0; number < 3; number += 1) deployed(number, NOW - DAY_MS);
    const context = { cursor: null, now: NOW, pseudonym: String, signal: new AbortController().signal };
    const { rows, ...counts } = await house.source(`history: 2 days${RULES}`).dryRun(context, 2);
    expect(counts).toEqual({ rejects: [], events: 3, samples: 0, items: 3, read: 3 });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ kind: 'deployment', item: idOf(0), started: '2026-11-20T12:00:01.000Z' });
  });

  it('that is throttled in between goes on', async () => {
    deployed(1, NOW - DAY_MS);
    house.server.fail({ service: 'codedeploy', action: 'BatchGetDeployments', as: 'throttle', times: 2 });
    expect((await pull(house.source(`history: 2 days${RULES}`), NOW)).events).toHaveLength(1);
  });
});

describe('settings of CodeDeploy', () => {
  it('are refused with what is wrong in each rule', () => {
    expect(
      house.problems(`
applications:
  - { service: shop }
  - { application: shop }
  - { application: shop, purpose: repair }
  - { aplication: shop, service: shop }
  - { application: shop, environment: Prod }
`),
    ).toEqual([
      'sources.0.applications.0: this rule fits everything',
      'sources.0.applications.1: this rule says nothing',
      "sources.0.applications.2.purpose: 'repair' is not one of the words for 'purpose'",
      'sources.0.applications.3: this rule fits everything',
      "sources.0.applications.3.aplication: there is no setting 'aplication' here",
      "sources.0.applications.4.environment: KPIs count what is in 'production', not in 'Prod'",
    ]);
  });
});
