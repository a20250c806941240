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

/** Words are only made for a fault; a run writes ten thousands of these. */
function check(row: MeasurementRow, name: string, longest: number, text: string): void {
  if (typeof text === 'string' && text.length <= longest && text.isWellFormed() && !text.includes('\0')) return;
  checkText(text, longest, `${placeOf(row)}, ${name}`);
}

function checkWhole(row: MeasurementRow, name: string, number: number): void {
  if (!Number.isSafeInteger(number)) checkInteger(number, `${placeOf(row)}, ${name}`);
}

function checkFinite(row: MeasurementRow, name: string, number: number | null | undefined): void {
  if (number !== null && !Number.isFinite(number)) checkNumber(number, `${placeOf(row)}, ${name}`);
}

function measurementCells(row: MeasurementRow): MeasurementTable {
  for (const name of ['kpi', 'scope', 'period'] as const) check(row, name, LONGEST.valueKey, row[name]);
  for (const name of ['digest', 'definition'] as const) check(row, name, LONGEST.name, row[name]);
  for (const name of ['firstDay', 'count', 'watermark'] as const) checkWhole(row, name, row[name]);
  if ((row.value === null) === (row.emptiness === null)) {
    throw invalid(placeOf(row), 'has both or neither of a value and a reason for having none', 'Exactly one of them is null.');
  }
  checkFinite(row, 'value', row.value);
  for (const name in row.also) checkFinite(row, name, row.also[name]);
  for (const { reason, count } of row.exclusions) checkWhole(row, `exclusion '${reason}'`, count);
  if (row.limits !== null)
    for (const name of ['mean', 'lower', 'upper'] as const) checkFinite(row, `limit ${name}`, row.limits[name]);
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

/**
 * @param run that writes it
 * @throws StoreError `invalid`, naming KPI, scope and period
 */
export function snapshotRow(row: SnapshotRow, run: number): SnapshotTable {
  for (const name of ['revision', 'recordedAt', 'movedCount'] as const) checkWhole(row, name, row[name]);
  checkWhole(row, 'run', run);
  const cells: SnapshotTable = {
    ...measurementCells(row),
    revision: row.revision,
    run,
    recorded_at: row.recordedAt,
    causes: JSON.stringify(row.causes),
    moved: JSON.stringify(row.moved),
    moved_count: row.movedCount,
  };
  cells.row_sum = snapshotSum(cells);
  return cells;
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

function snapshotSum(row: SnapshotTable): number {
  const cells = measuredCells(row);
  cells.push(row.revision, row.run, row.recorded_at, row.causes, row.moved, row.moved_count);
  return rowSum(cells);
}

const placeOf = ({ kpi, scope, period }: Pick<MeasurementTable, 'kpi' | 'scope' | 'period'>): string =>
  `KPI ${kpi}, ${scope}, ${period}`;

/** Texts whose meaning is kept. */
const MEANINGS_KEPT = 4_096;

/** For texts that come often: from its 24th point on the limits of a series are the same in each of its values. */
function often<T extends object>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let meaning = known.get(text);
    if (meaning === undefined) {
      if (known.size >= MEANINGS_KEPT) known.clear();
      known.set(text, (meaning = Object.freeze(read(text))));
    }
    return meaning;
  };
}

const limitsIn = often((text) => fromJson(text, isLimits, 'limits'));
const causesIn = often((text) => fromJson(text, isCauses, 'causes'));

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
  limits: row.limits === null ? null : limitsIn(row.limits),
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
    causes: causesIn(row.causes),
    moved: row.moved === '[]' ? [] : fromJson(row.moved, isTexts, 'moved'),
    movedCount: row.moved_count,
  };
}
