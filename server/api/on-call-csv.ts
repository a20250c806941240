import type { OnCallHealth, OnCallSeries } from './contract.ts';

type Cell = string | number | null;

export const ON_CALL_HEADER = ['part', 'id', 'name', 'period', 'weekday', 'hour', 'value', 'count', 'text', 'emptiness'] as const;

/** Every figure of the page, one a line. What is hidden there is hidden here. */
export function onCallRows(health: OnCallHealth): Cell[][] {
  const { measures, load, pages, nights, trends, hours, alerts, fairness, before } = health;
  const figures = measures.flatMap(({ kpi, name, now, before: was }) => [
    ['figure', kpi, name, now.span, null, null, now.value, now.count, now.text, now.emptiness],
    [
      'figure before',
      kpi,
      name,
      was.value === null ? before : was.span,
      null,
      null,
      was.value,
      was.count,
      was.text,
      was.emptiness,
    ],
  ]);
  const map = hours.counts.flatMap((row, day) =>
    row.map((count, hour): Cell[] => [
      'hour of week',
      'pages',
      'Pages',
      hours.span,
      hours.days[day] ?? '',
      hour,
      count,
      count,
      '',
      null,
    ]),
  );
  const lost = (nights?.series.points ?? []).map(({ period }, index): Cell[] => {
    const own = nights?.lost[index] ?? null;
    return ['series', 'lost-nights', 'Lost nights', period, null, null, own, own ?? 0, '', own === null ? 'hidden' : null];
  });
  const loud = (alerts?.rows ?? []).map(({ key, service, pages: own, shareText }): Cell[] => [
    'alert',
    key,
    service ?? '',
    alerts?.span ?? '',
    null,
    null,
    own,
    own,
    shareText,
    null,
  ]);
  return [
    ...figures,
    ...[load, pages, nights?.series ?? null, ...trends].flatMap((series) => (series === null ? [] : seriesRows(series))),
    ...lost,
    ...(fairness?.quarters ?? []).map(({ period, value, count, text, emptiness }): Cell[] => [
      'series',
      'fairness',
      'Fairness',
      period,
      null,
      null,
      value,
      count,
      text,
      emptiness,
    ]),
    ...map,
    ...loud,
  ];
}

const seriesRows = ({ kpi, name, points }: OnCallSeries): Cell[][] =>
  points.map(({ period, value, count, text, emptiness }) => [
    'series',
    kpi,
    name,
    period,
    null,
    null,
    value,
    count,
    text,
    emptiness,
  ]);
