import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReusedDatabase } from '../store/reused-database.ts';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt } from './checks.ts';
import { sqliteDatabase } from './databases.ts';
import { arrival, history, type History } from './history.ts';
import { DEFINITIONS, kpi, propertyHouse } from './house.ts';
import { runs } from './runs.ts';

/** What became of deployments, in every way that other items say it. */
const OF_DEPLOYMENTS: Readonly<Record<string, string>> = {
  failed: DEFINITIONS['failed'] ?? '',
  suspected: DEFINITIONS['suspected'] ?? '',
  range: kpi(
    'range',
    '  ratio:\n    of: deployments\n    where: { change_failed: true }\n    out_of: { outcome: succeeded }\n  counted_in: finished',
    '0 days',
    'also_show: [up to]\n',
  ),
  recovered: kpi(
    'recovered',
    '  duration: { of: deployments, from: finished, to: recovered }\n  counted_in: finished\n  summarise: median',
    '1 day',
  ),
};

/** Nothing is told but of kinds that have a say in them. */
const ofDeployments = ({ steps }: History): History => ({
  steps: steps.map((step) => ({
    ...step,
    events: step.events.filter(({ kind }) => ['incident', 'ticket', 'deployment', 'link'].includes(kind)),
  })),
});

describe('deployments that others speak of', () => {
  let database: ReusedDatabase;
  beforeAll(async () => {
    database = await sqliteDatabase();
  });
  afterAll(() => database.close());

  it('are measured little by little as they would be at once, and where nothing is said of them not at all', async () => {
    let restated = 0;
    await fc.assert(
      fc.asyncProperty(history, fc.array(arrival, { minLength: 8, maxLength: 8 }), async (drawn, arrivals) => {
        const told = ofDeployments(drawn);
        const house = await propertyHouse(database, OF_DEPLOYMENTS);
        try {
          // Whatever step it stops at, what is shown is what one evaluation gives.
          for (let steps = 1; steps <= told.steps.length; steps += 1) {
            await house.live({ steps: told.steps.slice(steps - 1, steps) }, arrivals.slice(steps - 1, steps));
            checkMeasuredAnew(house, { steps: told.steps.slice(0, steps) });
          }
          restated += (await house.store.latestSnapshots({})).filter(({ revision }) => revision > 1).length;
          await checkRebuilt(house);
          await checkKnownThen(house, told);
        } finally {
          await house.close();
        }
      }),
      { ...runs(300), endOnFailure: true },
    );
    expect(restated).toBeGreaterThan(20);
  }, 3_600_000);
});
