import type { Kind } from '../event/kinds.ts';
import { pluralWords } from '../kpi/fields.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { formatNumber, withLabel } from './format.ts';

/** How a KPI's values compare, in words: `Slower` above, `Faster` below. */
interface Comparison {
  readonly above: string;
  readonly below: string;
}

const HIGHER: Comparison = { above: 'Higher', below: 'Lower' };

/** What more and less of this KPI are called; goes before `than usual`. Ages and depths are judged on their change: verdict-change.ts. */
export function comparisonOf(kpi: Kpi, value: number): Comparison {
  switch (kpi.measure.type) {
    case 'duration':
      return kpi.better === 'higher' ? { above: 'Longer', below: 'Shorter' } : { above: 'Slower', below: 'Faster' };
    case 'age':
      return { above: 'Older', below: 'Younger' };
    case 'depth':
      if (!kpi.measure.growth) return { above: 'Longer', below: 'Shorter' };
      return value < 0 ? { above: 'Shrank less', below: 'Shrank more' } : { above: 'Grew more', below: 'Grew less' };
    case 'since':
    case 'overlap':
      return { above: 'Longer', below: 'Shorter' };
    case 'spread':
      return { above: 'Less even', below: 'More even' };
    case 'count':
      return kpi.measure.per === null ? { above: 'More', below: 'Fewer' } : { above: 'More often', below: 'Less often' };
    case 'ratio':
    case 'level':
    case 'budget':
    case 'score':
    case 'combine':
      return HIGHER;
  }
}

const SINGULAR: ReadonlyMap<string, string> = new Map([
  ['queries', 'query'],
  ['feedback', 'answer'],
]);

/** `incidents`, and `incident` for one. */
export function itemWords(kind: Kind, count: number): string {
  const many = pluralWords(kind);
  if (count !== 1) return many === 'feedback' ? 'answers' : many;
  return SINGULAR.get(many) ?? many.replace(/s$/, '');
}

/** `9 incidents`, `1 open ticket`. */
export function items(kind: Kind, count: number, adjective = ''): string {
  return `${formatNumber(count, 3)} ${adjective}${itemWords(kind, count)}`;
}

const SUMMARIES: ReadonlyMap<string, string> = new Map([
  ['max', 'longest'],
  ['min', 'shortest'],
  ['sum', 'total'],
]);
const LEVELS: ReadonlyMap<string, string> = new Map([
  ['max', 'peak '],
  ['min', 'lowest '],
  ['sum', 'total '],
  ['first', ''],
  ['last', ''],
]);

/** What was measured, without its verdict: `median 6.4 h over 9 incidents`, `23% of 31 deployments`. */
export function measuredWords(kpi: Kpi, value: string, count: number, raw: number): string {
  const { measure } = kpi;
  switch (measure.type) {
    case 'duration': {
      const summary = SUMMARIES.get(measure.summarise) ?? measure.summarise;
      return `${summary} ${value} ${summary === 'longest' || summary === 'shortest' ? 'of' : 'over'} ${items(measure.of, count)}`;
    }
    case 'ratio':
      return `${value} of ${items(measure.of, count)}`;
    case 'count':
      return measure.per === null
        ? `${raw === 0 ? 'no' : value} ${itemWords(measure.of, raw)}`
        : `${value} (${items(measure.of, count)})`;
    case 'depth':
      if (measure.growth)
        return raw === 0 ? `no change in ${itemWords(measure.of, 2)}` : `${value} ${itemWords(measure.of, raw)}`;
      return `${raw === 0 ? 'no' : value} open ${itemWords(measure.of, raw)}`;
    case 'age': {
      if (measure.summarise === 'max') return `the oldest of ${items(measure.of, count, 'open ')} is ${value} old`;
      const summary = measure.summarise === 'min' ? 'least' : measure.summarise;
      return `${summary} age ${value} over ${items(measure.of, count, 'open ')}`;
    }
    case 'since':
      return `${value} since the last ${itemWords(measure.of, 1)}`;
    case 'overlap':
      return count === 0 ? `no ${itemWords(measure.of, 0)}` : `${value} over ${items(measure.of, count)}`;
    case 'budget':
      return raw < 0 ? `error budget overspent by ${value.replace(/^−/, '')}` : `${value} of the error budget left`;
    case 'score':
      return `${measure.summarise} ${value} over ${items(measure.of, count)}`;
    case 'spread':
      return measure.statistic === 'gini'
        ? `Gini ${value} over ${items(measure.of, count)}`
        : `${value} of ${items(measure.of, count)} borne by one`;
    case 'level':
      if (measure.statistic === 'share') return `${value} at or under ${formatNumber(measure.atMost ?? 0, 3)}`;
      return `${LEVELS.get(measure.statistic) ?? `${measure.statistic} `}${value}`;
    case 'combine':
      return kpi.unit.type === 'count' ? withLabel(value, kpi.unit.label) : value;
  }
}

const HAPPENED: ReadonlyMap<string, string> = new Map([
  ...['opened', 'acknowledged', 'restored', 'resolved', 'closed', 'reopened', 'cancelled', 'deployed', 'committed'].map(
    (name) => [name, `were ${name}`] as const,
  ),
  ...['raised', 'sent', 'answered', 'decided', 'held', 'done', 'made', 'due'].map((name) => [name, `were ${name}`] as const),
  ...['started', 'finished', 'cleared'].map((name) => [name, name] as const),
  ['from', 'began'],
  ['evening', 'began'],
  ['to', 'ended'],
]);

/** What sources give in the place of kinds that are worked out from others. */
const GIVEN_AS: ReadonlyMap<Kind, string> = new Map([
  ['change', 'deployments with commits'],
  ['interruption', 'pages'],
  ['disrupted_hour', 'pages'],
  ['night', 'pages and shifts'],
]);

/** What a source would have to give: `incidents`, `the metric checkout-latency`. */
export function madeFrom({ measure }: Kpi): string {
  switch (measure.type) {
    case 'level':
      return `the metric ${measure.series}`;
    case 'budget':
      return `the metrics ${measure.good} and ${measure.valid}`;
    case 'combine':
      return 'the numbers it is made from';
    case 'duration':
    case 'ratio':
    case 'count':
    case 'depth':
    case 'age':
    case 'since':
    case 'overlap':
    case 'score':
    case 'spread':
      return GIVEN_AS.get(measure.of) ?? pluralWords(measure.of);
  }
}

/** `no incidents were restored`: why there was nothing to measure. */
export function nothingHappened(kpi: Kpi): string {
  const { measure } = kpi;
  switch (measure.type) {
    case 'duration':
    case 'count':
    case 'ratio':
    case 'since':
    case 'spread':
      return `no ${itemWords(measure.of, 0)} ${HAPPENED.get(kpi.countedIn ?? '') ?? 'were counted'}`;
    case 'depth':
    case 'age':
      return `no ${itemWords(measure.of, 0)} were open`;
    case 'overlap':
      return `there were no ${itemWords(measure.of, 0)}`;
    case 'score':
      return 'no answers were given';
    case 'level':
    case 'budget':
      return 'the metric has no points';
    case 'combine':
      return 'the numbers it is made from have nothing to measure';
  }
}
