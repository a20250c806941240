import { dayTitle } from '../time/calendar.ts';
import type { Kind } from '../event/kinds.ts';
import { fieldsOf, pluralWords } from './fields.ts';
import type { Kpi, Measure, Target, Unit } from './kpi.ts';
import { happened, lately, noun, once } from './words-moments.ts';
import { conditionWords, listed, pointsWords, spanWords } from './words-where.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  median: 'median',
  mean: 'mean',
  max: 'longest',
  min: 'shortest',
  sum: 'total',
};
const STATISTICS: Readonly<Record<string, string>> = {
  mean: 'mean',
  sum: 'sum',
  max: 'maximum',
  min: 'minimum',
  first: 'first value',
  last: 'last value',
};

const ordinal = (percent: string): string => {
  const last = percent.slice(-1);
  const ending = percent.includes('.') || /^1[123]$/.test(percent) ? 'th' : ({ '1': 'st', '2': 'nd', '3': 'rd' }[last] ?? 'th');
  return `${percent}${ending} percentile`;
};
const summaryWords = (summary: string, names = SUMMARIES): string => names[summary] ?? ordinal(summary.slice(1));

/** `good-requests` as people say it: `good requests`. */
const idWords = (id: string): string => id.replaceAll('-', ' ');

/**
 * The definition read aloud: what it is, which way is good and where we want to be, and when a value
 * counts. Two or three plain sentences, finished text.
 */
export const definitionWords = (kpi: Kpi): string => [measureWords(kpi), aimWords(kpi), rulesWords(kpi)].join(' ');

const measureWords = ({ measure, where, countedIn }: Kpi): string => {
  switch (measure.type) {
    case 'duration': {
      const without =
        measure.excluding.length === 0
          ? ''
          : `, without time in ${listed(
              measure.excluding.map((state) => `'${idWords(state.replaceAll('_', '-'))}'`),
              'and',
            )}`;
      const start = `The ${summaryWords(measure.summarise)} time from ${noun(measure.from)} to ${noun(measure.to)}`;
      const clock = measure.clock === 'business_hours' ? ", in business hours of the item's team" : '';
      return `${start} of ${conditionWords(measure.of, where)}${without}${clock}, each counted in the period in which it ${once(happened(countedIn ?? measure.to))}.`;
    }
    case 'ratio': {
      const population = conditionWords(measure.of, measure.outOf);
      const chosen = conditionWords(measure.of, where).slice(pluralWords(measure.of).length).trim();
      return `Of ${population}, the share ${chosen}, each counted in the period in which it ${once(happened(countedIn ?? ''))}.`;
    }
    case 'count':
      return countWords(measure, conditionWords(measure.of, where), countedIn);
    case 'depth':
      if (measure.growth)
        return `By how many the open ${conditionWords(measure.of, where)} changed over the period: what was opened, reopened or moved in, less what was closed, cancelled or moved out.`;
      return `How many ${conditionWords(measure.of, where)} were open at the end of the period, those on hold included.`;
    case 'age': {
      const since = measure.since === 'last opened' ? 'last opened, reopening included' : 'first opened';
      return `The ${summaryWords(measure.summarise, { ...SUMMARIES, max: 'greatest', min: 'least' })} age of the ${conditionWords(measure.of, where)} that were open at the end of the period, since they were ${since}.`;
    }
    case 'since':
      return `The time since ${conditionWords(measure.of, where)} ${lately(happened(countedIn ?? ''))}, up to the end of the period.`;
    case 'overlap':
      return overlapWords(measure, conditionWords(measure.of, where));
    case 'budget':
      return `The share of the error budget that is left of the last ${spanWords(measure.overDays * DAY_MS)} up to the end of the period: ${idWords(measure.good)} should be ${percentWords(measure.objective)} of ${idWords(measure.valid)}${pointsWords(where)}; below 0% it is overspent.`;
    case 'score':
      return scoreWords(measure, where);
    case 'spread':
      return spreadWords(measure, conditionWords(measure.of, where));
    case 'level':
      return levelWords(measure, pointsWords(where));
    case 'combine':
      return `${combineWords(measure)}.`;
  }
};

const DAY_MS = 86_400_000;
const percentWords = (share: number): string => `${Number((share * 100).toPrecision(12))}%`;

const LINES: Readonly<Record<string, string>> = {
  sum: 'added up',
  mean: 'as their mean',
  max: 'the greatest of them',
  min: 'the least of them',
};

const levelWords = ({ series, statistic, atMost, across }: Extract<Measure, { type: 'level' }>, points: string): string => {
  const metric = `the metric '${series}'${points}`;
  if (statistic === 'share') return `Of all values of ${metric} in the period, the share at or under ${String(atMost)}.`;
  const what = summaryWords(statistic, STATISTICS);
  if (across === undefined) return `The ${what} of ${metric} over the period.`;
  return statistic === 'first' || statistic === 'last'
    ? `The ${what} of each line of ${metric} in the period, ${LINES[across] ?? across}.`
    : `The ${what} of ${metric} over the period, where all lines of one moment are taken together, ${LINES[across] ?? across}.`;
};

const overlapWords = (measure: Extract<Measure, { type: 'overlap' }>, items: string): string => {
  const once =
    measure.oncePer === null
      ? ''
      : `; where those of one ${wordsOfField(measure.of, measure.oncePer)} overlap, the time counts once`;
  return `The time from ${noun(measure.from)} to ${noun(measure.to)} of ${items}, as far as it lies in the period, added up${once}.`;
};

const scoreWords = (measure: Extract<Measure, { type: 'score' }>, where: Kpi['where']): string => {
  const answers = conditionWords(measure.of, where).replace(/^feedback/, `'${idWords(measure.instrument)}' feedback`);
  return `The ${summaryWords(measure.summarise, { ...SUMMARIES, max: 'highest', min: 'lowest' })} score of ${answers} answered in the period, beside the share of those invited who answered.`;
};

const spreadWords = (measure: Extract<Measure, { type: 'spread' }>, items: string): string =>
  measure.statistic === 'gini'
    ? `How unevenly ${items} fell on the people of the rotation in the period, those with none included: 0 where all bore alike, near 1 where one bore all (Gini coefficient).`
    : `The share of ${items} in the period that fell on who bore most, whoever that was.`;

const wordsOfField = (kind: Kind, name: string): string => fieldsOf(kind).get(name)?.words ?? name.replaceAll('_', ' ');

const countWords = (measure: Extract<Measure, { type: 'count' }>, items: string, countedIn: string | null): string => {
  const base = `How many ${items} ${happened(countedIn ?? '')} in the period`;
  if (measure.per === 'day') return `${base}, per day.`;
  if (measure.per === '12 hours on call') return `${base}, per 12 hours that people were on call, quiet hours included.`;
  return `${base}.`;
};

const combineWords = (measure: Extract<Measure, { type: 'combine' }>): string => {
  const [first = '', second = ''] = measure.parts.map(idWords);
  const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  switch (measure.operation) {
    case 'divide':
      return sentence(`${first} divided by ${second}`);
    case 'difference':
      return sentence(`${first} minus ${second}`);
    case 'sum':
      return sentence(`${listed(measure.parts.map(idWords), 'and')} added up`);
    case 'product':
      return sentence(`${listed(measure.parts.map(idWords), 'and')} multiplied`);
  }
};

const BETTER = { lower: 'Lower is better', higher: 'Higher is better', neither: 'Neither way is better' } as const;

const aimWords = (kpi: Kpi): string => {
  const target = kpi.targets.at(-1);
  return target === undefined
    ? `${BETTER[kpi.better]}; no target is set.`
    : `${BETTER[kpi.better]}; it should be ${targetWords(target, kpi.unit)}.`;
};

/** `at most 4 hours a week, since 1 Jan 2026`. */
export const targetWords = (target: Target, { label, isTotal }: Unit): string => {
  const value = /^-?[0-9.]+$/.test(target.text) && label !== '' ? `${target.text} ${label}` : target.text;
  const every = isTotal ? ` a ${target.every}` : ` in every ${target.every}`;
  return `${target.direction === 'at_most' ? 'at most' : 'at least'} ${value}${every}, since ${dayTitle(target.since)}`;
};

const rulesWords = (kpi: Kpi): string => {
  const { measure } = kpi;
  const parts: string[] = [];
  if (kpi.minimumCount > 1)
    parts.push(`judged from ${kpi.minimumCount} ${'of' in measure ? pluralWords(measure.of) : 'items'} on`);
  if ((measure.type === 'level' || measure.type === 'budget') && kpi.minimumCoverage > 0)
    parts.push(`no data below ${Number((kpi.minimumCoverage * 100).toPrecision(6))}% coverage`);
  parts.push(
    kpi.settlesAfterMs === 0
      ? 'settled as soon as the period ends'
      : `settled ${spanWords(kpi.settlesAfterMs)} after the period ends`,
  );
  if (kpi.whenEmpty === 'zero') parts.push('a period without any reads 0');
  if (kpi.isPersonal)
    parts.push(
      `shown for five or more people together only, ${measure.type === 'spread' ? 'by the quarter' : 'for a team by the month'}`,
    );
  const [first = '', ...rest] = parts;
  return `${[`${first.charAt(0).toUpperCase()}${first.slice(1)}`, ...rest].join('; ')}.`;
};
