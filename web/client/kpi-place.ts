/** What the address of a KPI's page says beside its scope. Pure; route.ts reads and writes it. */
export interface KpiPlace {
  readonly id: string;
  /** `week`, `month`, `quarter`, `rules`; null for the one that is judged. */
  readonly view: string | null;
  /** The field that the number is cut by; null for the first there is. */
  readonly by: string | null;
  /** The period whose evidence is listed; null for the reviewed week. */
  readonly period: string | null;
  /** Items by value instead of over time. */
  readonly isByValue: boolean;
  /** The dry run is open. */
  readonly isTrying: boolean;
}

export const kpiPlace = (id: string): KpiPlace => ({
  id,
  view: null,
  by: null,
  period: null,
  isByValue: false,
  isTrying: false,
});

export const readKpiPlace = (id: string, query: URLSearchParams): KpiPlace => ({
  id,
  view: query.get('view') || null,
  by: query.get('by') || null,
  period: query.get('period') || null,
  isByValue: query.get('items') === 'by-value',
  isTrying: query.has('try'),
});

/** The parts of a query, ready to be joined. */
export const writeKpiPlace = ({ view, by, period, isByValue, isTrying }: KpiPlace): string[] => [
  ...(view === null ? [] : [`view=${encodeURIComponent(view)}`]),
  ...(by === null ? [] : [`by=${encodeURIComponent(by)}`]),
  ...(period === null ? [] : [`period=${encodeURIComponent(period)}`]),
  ...(isByValue ? ['items=by-value'] : []),
  ...(isTrying ? ['try'] : []),
];
