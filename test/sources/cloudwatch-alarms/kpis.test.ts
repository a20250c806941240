import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../../server/kpi/catalogue.ts';
import { evaluate } from '../../../server/kpi/evaluate.ts';
import { parseOrganisation } from '../../../server/kpi/organisation.ts';
import { worldOf } from '../../../server/kpi/world-of.ts';
import { digest } from '../../../server/main.ts';
import { cloudWatchAlarmsAdapter } from '../../../server/sources/cloudwatch-alarms/adapter.ts';
import { parsePeriod } from '../../../server/time/calendar.ts';
import { ACCOUNT, DAY_MS, HOUR_MS, MINUTE_MS, NOW, openWatchHouse, REGION, type WatchHouse } from '../aws/watch-house.ts';

let house: WatchHouse;
beforeEach(async () => {
  house = await openWatchHouse();
});
afterEach(() => house.close());

const ORGANISATION = `version: organisation/v1
name: Alarm house
zone: UTC
fiscal_year_ends: december
teams:
  payments: { name: Payments, zone: UTC }
services:
  checkout: { name: Checkout, owner: payments }
`;

/** The value of a KPI of the standard pack in the week before last Monday noon. */
async function valueOf(name: string): Promise<number | null | undefined> {
  const { organisation } = parseOrganisation(ORGANISATION, 'organisation.yaml');
  if (organisation === null) throw new Error('no organisation');
  const text = readFileSync(new URL(`../../../kpis/on-call/${name}.yaml`, import.meta.url), 'utf8');
  const kpis = [...loadCatalogue([{ file: `${name}.yaml`, text }], { digest }).kpis.values()];
  const [kpi] = kpis;
  const week = parsePeriod(organisation.calendar, '2026-W46');
  if (kpi === undefined || week === null) throw new Error('no definition');
  const world = worldOf({ organisation, events: await house.events(), samples: [], kpis, now: NOW, digest });
  return evaluate(kpi, world, ['organisation'], [week])[0]?.value;
}

describe('KPIs of the standard pack', () => {
  it('tell noise and repeats of alarms that call a person', async () => {
    const monday = Date.parse('2026-11-09T00:00Z');
    const book = house.server.state.cloudwatch.alarms;
    const turn = (name: string, at: number, lastsMs: number): void => {
      book.turn({ name, account: ACCOUNT, region: REGION }, at, 'ALARM');
      book.turn({ name, account: ACCOUNT, region: REGION }, at + lastsMs, 'OK');
    };
    for (const name of ['disk-full', 'checkout-errors'])
      book.put({ name, account: ACCOUNT, region: REGION, type: 'MetricAlarm', createdAt: monday });
    turn('disk-full', monday + 10 * HOUR_MS, 2 * MINUTE_MS);
    turn('disk-full', monday + DAY_MS, 2 * MINUTE_MS);
    turn('disk-full', monday + 4 * DAY_MS, HOUR_MS);
    turn('checkout-errors', monday + 4 * DAY_MS, HOUR_MS);
    const source = house.source(
      cloudWatchAlarmsAdapter,
      "id: alarms, type: cloudwatch-alarms, pages: { alarms: ['*'], no_action_within: 5 minutes }",
    );
    await house.pull(source);
    expect(await valueOf('pages')).toBe(4);
    expect(await valueOf('repeat-pages')).toBe(0.25);
    expect(await valueOf('noise')).toBe(0.5);
  });
});
