import type { Scope } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Wanted } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';

/** What is to be evaluated of one KPI. */
export interface Grid {
  readonly kpi: Kpi;
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
  /** For each scope, for each period, 1 where its value is asked for; absent where all are. */
  readonly wanted?: Uint8Array | undefined;
}

/** How many values are asked for. */
export function valuesIn({ scopes, periods, wanted }: Grid): number {
  if (wanted === undefined) return scopes.length * periods.length;
  let values = 0;
  for (const one of wanted) values += one;
  return values;
}

/** Whether the value of a scope in a period is asked for; undefined where all are. */
export function wantedIn({ scopes, periods, wanted }: Omit<Grid, 'kpi'>): Wanted | undefined {
  if (wanted === undefined) return undefined;
  const rows = new Map(scopes.map((scope, index) => [scope, index * periods.length]));
  const columns = new Map(periods.map(({ id }, index) => [id, index]));
  return (scope, { id }) => wanted[(rows.get(scope) ?? Number.NaN) + (columns.get(id) ?? 0)] === 1;
}

/** Of values by scope and period those that are asked for. */
export const onlyWanted = <V>(values: readonly V[], wanted: Uint8Array | undefined): readonly V[] =>
  wanted === undefined ? values : values.filter((_, index) => wanted[index] === 1);
