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
