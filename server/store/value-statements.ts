import { sql, type Expression } from 'kysely';

/** In the order in which the tables of values keep them, so that neighbours are written, and looked up, together. */
export const inKeyOrder = <Row extends { readonly period: string; readonly scope: string; readonly kpi?: string }>(
  rows: readonly Row[],
): Row[] =>
  rows.toSorted(
    (one, other) =>
      compareCode(one.period, other.period) || compareCode(one.scope, other.scope) || compareCode(one.kpi ?? '', other.kpi ?? ''),
  );

const compareCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export function* chunksOf<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

/**
 * A KPI to compare with. A scope has a few hundred values of it, and all scopes have hundred thousands, so where a scope
 * is given, too, the index of KPIs must not be taken: SQLite, which has no statistics, would take it.
 */
export const kpiBeside = (scope: string | undefined): Expression<string> =>
  scope === undefined ? sql.ref<string>('kpi') : sql<string>`coalesce(kpi, '')`;

/** Rows that one function made, and that so have the same columns in the same order, as parameters of a kept statement. */
export function cellsOf(rows: readonly object[]): unknown[] {
  const cells: unknown[] = [];
  for (const row of rows) {
    const own: unknown[] = Object.values(row);
    cells.push(...own);
  }
  return cells;
}
