import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsHealthAdapter } from '../../../server/sources/aws-health/adapter.ts';
import { codePipelineAdapter } from '../../../server/sources/codepipeline/adapter.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { fisAdapter } from '../../../server/sources/fis/adapter.ts';
import { DAY_MS, NOW, openWatchHouse, type WatchHouse } from './watch-house.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

describe.each([
  ['alarms', cloudWatchAlarmsAdapter, 30],
  ['events of AWS Health', awsHealthAdapter, 90],
  ['experiments', fisAdapter, 120],
  ['pipelines', codePipelineAdapter, 365],
] as const)('what AWS keeps of %s', (_, adapter, keptDays) => {
  it('is all that is known at first, and before it is before history', async () => {
    const source = house.source(adapter, `id: own, type: ${adapter.type}`);
    await house.pull(source);
    expect(await house.state(source)).toMatchObject({ historyFrom: NOW - keptDays * DAY_MS, rejected: [] });
    // What was read in time stays known when AWS has forgotten it.
    house.now += (keptDays - 1) * DAY_MS;
    await house.pull(source);
    expect(await house.state(source)).toMatchObject({ historyFrom: NOW - keptDays * DAY_MS, rejected: [] });
  });

  it('is told to have a gap where it was not read for longer, and history begins behind that', async () => {
    const source = house.source(adapter, `id: own, type: ${adapter.type}`);
    await house.pull(source);
    house.now += (keptDays + 2) * DAY_MS;
    await house.pull(source);
    const state = await house.state(source);
    expect(state.historyFrom).toBe(NOW + 2 * DAY_MS);
    expect(state.rejected).toHaveLength(1);
    expect(state.rejected[0]).toMatch(/last read on 2026-11-16T12:00/);
    expect(state.rejected[0]).toContain('at least once a week');
  });
});
