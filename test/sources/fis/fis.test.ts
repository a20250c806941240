import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../scripts/aws-server/fis.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, houseOf, keysOf, NOW, OTHER, pull, REGION } from '../aws/place-house.ts';

const house = houseOf(fisAdapter);
const RULES = `
experiments:
  - { template: EXTnightly, leave_out: true }
  - { name: 'shop-*', service: shop, team: web }
`;

const experiments = (account = ACCOUNT): Experiment[] => house.server.state.fis.experiments(account, REGION);

/** One of half an hour that was completed, unless told otherwise. */
function tried(id: string, at: number, more: Partial<Experiment> = {}): Experiment {
  const experiment: Experiment = {
    id,
    experimentTemplateId: 'EXT1',
    state: { status: 'completed', reason: 'Experiment completed.' },
    creationTime: new Date(at),
    startTime: new Date(at + 2_500),
    endTime: new Date(at + 1_800_000),
    stopConditions: [{ source: 'none' }],
    tags: { Name: 'shop-loses-a-zone' },
    ...more,
  };
  experiments().push(experiment);
  return experiment;
}

const callsOf = (action: string): number => house.server.calls.filter((call) => call.action === action).length;

describe('experiments of FIS', () => {
  it('that were held are game days, with how they ended', async () => {
    tried('EXP1', NOW - DAY_MS);
    const { events, rejects, end } = await pull(house.source(RULES), NOW);
    expect(events.map(({ kind, item, effectiveAt, fields }) => ({ kind, item, effectiveAt, fields }))).toEqual([
      {
        kind: 'session',
        item: 'EXP1',
        effectiveAt: NOW - DAY_MS + 2_500,
        fields: { type: 'game day', held: NOW - DAY_MS + 2_500, outcome: 'completed', service: 'shop', team: 'web' },
      },
    ]);
    expect(rejects).toEqual([]);
    expect(end).toMatchObject({ completeUntil: NOW, historyFrom: NOW - 120 * DAY_MS });
  });

  it('belong to the service and team of their tags where no rule knows them', async () => {
    tried('EXP1', NOW - DAY_MS, { tags: { Service: 'ledger', team: 'payments', Name: 'disk' } });
    const { events } = await pull(house.source(RULES), NOW);
    expect(events[0]?.fields).toMatchObject({ service: 'ledger', team: 'payments' });
  });

  it('that a stop condition ended are told as such', async () => {
    tried('EXP1', NOW - DAY_MS, { state: { status: 'stopped', reason: 'Experiment halted by stop condition.' } });
    tried('EXP2', NOW - DAY_MS, { state: { status: 'stopped', reason: 'Experiment stopped by user.' } });
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events).toHaveLength(2);
    expect(events.map(({ fields }) => fields['outcome'])).toEqual(['halted', 'stopped']);
    expect(rejects).toEqual([
      {
        place: `${REGION}, experiment EXP1`,
        reason: 'a stop condition ended it: Experiment halted by stop condition.',
        fix: null,
        isKept: true,
      },
    ]);
  });

  it('that never began, that could not be made or that are left out are no game days', async () => {
    const unbegun = tried('EXP1', NOW - DAY_MS, { state: { status: 'cancelled' } });
    delete unbegun.startTime;
    tried('EXP2', NOW - DAY_MS, { state: { status: 'failed', reason: 'Target resolution returned empty set.' } });
    tried('EXP3', NOW - DAY_MS, { experimentTemplateId: 'EXTnightly' });
    const { events, rejects } = await pull(house.source(RULES), NOW);
    expect(events).toEqual([]);
    expect(rejects.map(({ place }) => place)).toEqual([`${REGION}, experiment EXP2`]);
  });

  it('that run are looked into when they have ended, and what is known is not asked for again', async () => {
    for (let number = 0; number < 230; number += 1) tried(`EXP${number}`, NOW - DAY_MS - number * 60_000);
    const running = tried('EXPslow', NOW - 2 * DAY_MS, { state: { status: 'running' } });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    expect(first.events).toHaveLength(230);
    expect([callsOf('ListExperiments'), callsOf('GetExperiment')]).toEqual([3, 230]);
    const second = await pull(source, NOW + DAY_MS, first.cursor);
    expect([second.events, callsOf('GetExperiment')]).toEqual([[], 230]);
    running.state = { status: 'completed' };
    const third = await pull(source, NOW + 2 * DAY_MS, second.cursor);
    expect(third.events.map(({ item }) => item)).toEqual(['EXPslow']);
    expect(callsOf('GetExperiment')).toBe(231);
  });

  it('that were made while the last pass ran are found, and told twice are one fact', async () => {
    tried('EXP1', NOW - 1_000);
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    tried('EXP2', NOW - 2_000);
    const second = await pull(source, NOW + HOUR_MS, first.cursor);
    expect(keysOf([first.events, second.events])).toHaveLength(2);
  });

  it('that FIS has forgotten stay told, and what had not ended is given up', async () => {
    tried('EXP1', NOW - 119 * DAY_MS);
    tried('EXP2', NOW - 119 * DAY_MS, { state: { status: 'running' } });
    const source = house.source(RULES);
    const first = await pull(source, NOW);
    house.now = NOW + 5 * DAY_MS;
    const second = await pull(source, house.now, first.cursor);
    expect([second.events, second.rejects, second.error]).toEqual([[], [], null]);
    expect(second.end?.historyFrom).toBe(NOW - 120 * DAY_MS);
  });

  it('are complete after a pass that was cut off anywhere', async () => {
    for (let number = 0; number < 120; number += 1) tried(`EXP${number}`, NOW - DAY_MS - number * 60_000);
    const source = house.source(RULES);
    const whole = await pull(source, NOW);
    for (const cut of [1, 2, 3]) {
      const part = await pull(source, NOW, null, cut);
      const before = callsOf('GetExperiment');
      const rest = await pull(source, NOW, part.cursor);
      expect(keysOf([part.events, rest.events])).toEqual(keysOf([whole.events]));
      // What was told more than an hour before the last is not asked for again.
      expect(callsOf('GetExperiment') - before).toBeLessThanOrEqual(120 - 50 * Math.min(cut, 2) + 61);
    }
  });
});

describe('accounts of FIS', () => {
  it('are entered by their roles, and one that is refused does not stop the other', async () => {
    const roles = [ACCOUNT, OTHER].map((account) => `arn:aws:iam::${account}:role/quarterdeck`);
    for (const role of roles) house.server.state.sts.role(role, { externalId: 'shop', accounts: [ACCOUNT] });
    tried('EXP1', NOW - DAY_MS);
    house.server.fail({ service: 'fis', account: OTHER, as: 'denied', times: Infinity });
    const accounts = [ACCOUNT, OTHER].map(
      (account, at) => `  - { id: '${account}', role: '${roles[at] ?? ''}', external_id: shop, regions: [${REGION}] }`,
    );
    const { events, error } = await pull(house.source(`accounts:\n${accounts.join('\n')}${RULES}`), NOW);
    expect(events).toHaveLength(1);
    expect(error?.message).toMatch(/arn:aws:iam::444455556666:role\/quarterdeck may not call fis:ListExperiments/);
  });
});
