import type { Exclusion } from '../kpi/measurement.ts';
import { checkInteger, checkNumber, checkText, invalid, LONGEST } from './door.ts';
import { fromJson, isRecord, isTexts } from './json.ts';
import { checkSum, rowSum } from './row-sum.ts';
import type { Cause, MeasurementRow, SnapshotRow, StoredLimits } from './store.ts';
import type { MeasurementTable, SnapshotTable } from './tables.ts';

const CAUSES: readonly string[] = [
  'settled',
  'published',
  'late',
  'reopened',
  'corrected',
  'relinked',
  'merged',
  'cancelled',
  'remapped',
  'redefined',
] satisfies Cause[];

const isCauses = (value: unknown): value is Cause[] => isTexts(value) && value.every((text) => CAUSES.includes(text));
const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number';
const isAlso = (value: unknown): value is Record<string, number | null> =>
  isRecord(value) && Object.values(value).every(isNumberOrNull);
const isExclusions = (value: unknown): value is Exclusion[] =>
  Array.isArray(value) &&
  value.every((part) => isRecord(part) && typeof part['reason'] === 'string' && typeof part['count'] === 'number');
const isLimits = (value: unknown): value is StoredLimits =>
  isRecord(value) &&
  typeof value['mean'] === 'number' &&
  isNumberOrNull(value['lower']) &&
  isNumberOrNull(value['upper']) &&
  typeof value['isProvisional'] === 'boolean' &&
  typeof value['from'] === 'string' &&
  typeof value['to'] === 'string';

/** @throws StoreError `invalid`, naming KPI, scope and period */
export function measurementRow(row: MeasurementRow): MeasurementTable {
  const cells = measurementCells(row);
  return { ...cells, row_sum: measurementSum(cells) };
}

function measurementCells(row: MeasurementRow): MeasurementTable {
  const place = `KPI ${row.kpi}, ${row.scope}, ${row.period}`;
  for (const name of ['kpi', 'scope', 'period'] as const) checkText(row[name], LONGEST.valueKey, `${place}, ${name}`);
  for (const name of ['digest', 'definition'] as const) checkText(row[name], LONGEST.name, `${place}, ${name}`);
  for (const name of ['firstDay', 'count', 'watermark'] as const) checkInteger(row[name], `${place}, ${name}`);
  if ((row.value === null) === (row.emptiness === null)) {
    throw invalid(place, 'has both or neither of a value and a reason for having none', 'Exactly one of them is null.');
  }
  if (row.value !== null) checkNumber(row.value, `${place}, value`);
  for (const [name, value] of Object.entries(row.also)) if (value !== null) checkNumber(value, `${place}, ${name}`);
  for (const { reason, count } of row.exclusions) checkInteger(count, `${place}, exclusion '${reason}'`);
  if (row.limits !== null) {
    for (const name of ['mean', 'lower', 'upper'] as const) {
      const limit = row.limits[name];
      if (limit !== null) checkNumber(limit, `${place}, limit ${name}`);
    }
  }
  return {
    kpi: row.kpi,
    scope: row.scope,
    period: row.period,
    grain: row.grain,
    first_day: row.firstDay,
    // -0 would be kept as 0 by one database only.
    value: row.value === null ? null : row.value + 0,
    emptiness: row.emptiness,
    count: row.count,
    exclusions: JSON.stringify(row.exclusions),
    also: JSON.stringify(row.also),
    is_stale: row.isStale ? 1 : 0,
    digest: row.digest,
    definition: row.definition,
    watermark: row.watermark,
    limits: row.limits === null ? null : JSON.stringify(row.limits),
    row_sum: null,
  };
}

/** @throws StoreError `invalid`, naming KPI, scope and period */
export function snapshotRow(row: SnapshotRow): SnapshotTable {
  const place = `KPI ${row.kpi}, ${row.scope}, ${row.period}`;
  for (const name of ['revision', 'run', 'recordedAt', 'movedCount'] as const) checkInteger(row[name], `${place}, ${name}`);
  const cells: SnapshotTable = {
    ...measurementCells(row),
    revision: row.revision,
    run: row.run,
    recorded_at: row.recordedAt,
    causes: JSON.stringify(row.causes),
    moved: JSON.stringify(row.moved),
    moved_count: row.movedCount,
  };
  return { ...cells, row_sum: snapshotSum(cells) };
}

const measuredCells = (row: MeasurementTable): (string | number | null)[] => [
  row.kpi,
  row.scope,
  row.period,
  row.grain,
  row.first_day,
  row.value,
  row.emptiness,
  row.count,
  row.exclusions,
  row.also,
  row.is_stale,
  row.digest,
  row.definition,
  row.watermark,
  row.limits,
];

const measurementSum = (row: MeasurementTable): number => rowSum(measuredCells(row));

const snapshotSum = (row: SnapshotTable): number =>
  rowSum([...measuredCells(row), row.revision, row.run, row.recorded_at, row.causes, row.moved, row.moved_count]);

const placeOf = ({ kpi, scope, period }: MeasurementTable) => `KPI ${kpi}, ${scope}, ${period}`;

export function measurementOf(row: MeasurementTable): MeasurementRow {
  checkSum(
    row.row_sum,
    () => measurementSum(row),
    () => placeOf(row),
  );
  return measurementIn(row);
}

const measurementIn = (row: MeasurementTable): MeasurementRow => ({
  kpi: row.kpi,
  scope: row.scope,
  period: row.period,
  grain: row.grain,
  firstDay: row.first_day,
  value: row.value,
  emptiness: row.emptiness,
  count: row.count,
  exclusions: row.exclusions === '[]' ? [] : fromJson(row.exclusions, isExclusions, 'exclusions'),
  also: row.also === '{}' ? {} : fromJson(row.also, isAlso, 'also'),
  isStale: row.is_stale === 1,
  digest: row.digest,
  definition: row.definition,
  watermark: row.watermark,
  limits: row.limits === null ? null : fromJson(row.limits, isLimits, 'limits'),
});

export function snapshotOf(row: SnapshotTable): SnapshotRow {
  checkSum(
    row.row_sum,
    () => snapshotSum(row),
    () => placeOf(row),
  );
  return {
    ...measurementIn(row),
    revision: row.revision,
    run: row.run,
    recordedAt: row.recorded_at,
    causes: fromJson(row.causes, isCauses, 'causes'),
    moved: row.moved === '[]' ? [] : fromJson(row.moved, isTexts, 'moved'),
    movedCount: row.moved_count,
  };
}
