import { expect } from 'vitest';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { scopesFor } from '../../server/jobs/measure-plan.ts';
import { digest } from '../../server/main.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import type { MeasurementRow, SnapshotRow } from '../../server/store/store.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import type { History } from './history.ts';
import { ORGANISATION, VIEWER, type PropertyHouse } from './house.ts';

const { organisation } = parseOrganisation(ORGANISATION, 'organisation.yaml');
if (organisation === null) throw new Error('the organisation of the properties cannot be read');

/** All revisions, without what only tells in how many batches their facts came. */
export async function revisionsOf({ store }: PropertyHouse): Promise<Omit<SnapshotRow, 'watermark'>[]> {
  const rows: Omit<SnapshotRow, 'watermark'>[] = [];
  for await (const chunk of store.allSnapshots()) for (const { watermark: _, ...row } of chunk) rows.push(row);
  return rows;
}

/** Repeating the log of runs gives every stored revision to the byte. */
export async function checkRebuilt(house: PropertyHouse): Promise<void> {
  const { differences, told, made, stored } = await house.engine().rebuild(VIEWER, false, () => undefined);
  expect({ differences, told, made }).toEqual({ differences: 0, told: [], made: stored });
}

/** What is shown after the last step is what one evaluation over all facts gives, item by item (their digest). */
export function checkMeasuredAnew(house: PropertyHouse, { steps }: History): void {
  const last = steps.at(-1);
  if (last === undefined || organisation === null) throw new Error('no steps');
  const world = worldOf({
    organisation,
    events: steps.flatMap(({ events }) => events),
    samples: [],
    kpis: house.kpis,
    now: last.now,
    coverage: { from: null, until: last.now },
    digest,
  });
  const { live, snapshots } = house.shown.at(-1) ?? { live: [], snapshots: [] };
  const byKpi = Map.groupBy([...live, ...snapshots], (row) => row.kpi);
  for (const kpi of house.kpis) {
    const rows = new Map((byKpi.get(kpi.id) ?? []).map((row) => [`${row.scope} ${row.period}`, row]));
    const periods = [...new Set([...rows.values()].map((row) => row.period))].flatMap((id) => {
      const period = parsePeriod(organisation.calendar, id);
      return period === null ? [] : [period];
    });
    for (const made of evaluate(kpi, world, scopesFor(kpi, organisation), periods)) {
      const row = rows.get(`${made.scope} ${made.period}`);
      expect({ kpi: kpi.id, scope: made.scope, period: made.period, ...told(row) }).toEqual({
        kpi: kpi.id,
        scope: made.scope,
        period: made.period,
        value: made.value,
        emptiness: made.emptiness,
        count: made.count,
        exclusions: made.exclusions,
        digest: made.digest,
      });
    }
  }
}

const told = (row: MeasurementRow | undefined) =>
  row === undefined
    ? { value: 'not measured' }
    : { value: row.value, emptiness: row.emptiness, count: row.count, exclusions: row.exclusions, digest: row.digest };

const withoutBatch = ({ watermark: _, ...row }: MeasurementRow): Omit<MeasurementRow, 'watermark'> => row;

/** Asked for as known at each step, every series is what was shown at that step; later revisions lead from it to the present. */
export async function checkKnownThen(house: PropertyHouse, { steps }: History): Promise<void> {
  const engine = house.engine();
  for (const [index, { now }] of steps.entries()) {
    for (const kpi of house.kpis) {
      const then = await engine.snapshots(VIEWER, { kpi: kpi.id, knownAt: now });
      const ofKpi = <Row extends MeasurementRow>(rows: readonly Row[] = []): Row[] => rows.filter((row) => row.kpi === kpi.id);
      // A live value that no batch touched keeps the batch it was made at.
      expect(sorted(then.live).map(withoutBatch)).toEqual(sorted(ofKpi(house.shown[index]?.live)).map(withoutBatch));
      expect(sorted(then.snapshots)).toEqual(sorted(ofKpi(house.shown[index]?.snapshots)));
    }
  }
  // Known then, plus every revision recorded since, is what is known now.
  const [first] = steps;
  if (first === undefined) return;
  const latest = new Map<string, SnapshotRow>();
  const keyOf = (row: SnapshotRow): string => `${row.kpi} ${row.scope} ${row.period}`;
  for (const row of await house.store.latestSnapshots({ knownAt: first.now })) latest.set(keyOf(row), row);
  for await (const rows of house.store.allSnapshots()) {
    for (const row of rows) if (row.recordedAt > first.now) latest.set(keyOf(row), row);
  }
  expect(sorted([...latest.values()])).toEqual(sorted(await house.store.latestSnapshots({})));
}

const sorted = <Row extends MeasurementRow>(rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));

const nameOf = (row: MeasurementRow): string => `${row.kpi} ${row.scope} ${row.period}`;
