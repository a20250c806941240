import { describe, expect, test } from 'vitest';
import { parseKpi } from '../../server/kpi/parse.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { definitionWords } from '../../server/kpi/words.ts';

const wordsOf = (measure: string, more = ''): string => {
  const text = `version: kpi/v1\nid: x\nname: X\nquestion: What?\nsection: S\nrole: outcome\nowner: O\nbetter: lower\nmeasure: { ${measure} }\n${more}`;
  const { kpi, problems } = parseKpi(text, 'x.yaml', { digest: String });
  if (kpi === null) throw new Error(problems.map(formatProblem).join('\n'));
  return definitionWords(kpi);
};
const first = (measure: string): string => wordsOf(measure).split('. ')[0] ?? '';

test('a definition says what it is, where we want to be, and when a value counts', () => {
  expect(
    wordsOf(
      'duration: { of: incidents, from: opened, to: restored }, where: { severity: [1, 2] }, summarise: median',
      'targets: [{ at_most: 4 hours, every: week, since: 2026-01-01 }]\nminimum_count: 5\n',
    ),
  ).toBe(
    'The median time from opening to restoration of incidents of severity 1 or 2, each counted in the period in which it was restored. Lower is better; it should be at most 4 hours in every week, since 1 Jan 2026. Judged from 5 incidents on; settled 3 days after the period ends.',
  );
});

test('the latest target is the one that is read aloud', () => {
  const targets = 'targets: [{ at_most: 9, every: week, since: 2026-01-01 }, { at_most: 12, every: week, since: 2025-01-01 }]\n';
  expect(wordsOf('count: { of: incidents }', targets)).toContain('it should be at most 9 incidents a week, since 1 Jan 2026.');
});

describe('each measure has its sentence', () => {
  test.each([
    [
      'duration: { of: tickets, from: opened, to: resolved, excluding: [on_hold] }, summarise: p90',
      "The 90th percentile time from opening to resolution of tickets, without time in 'on hold', each counted in the period in which it was resolved",
    ],
    [
      'ratio: { of: tickets, where: { within_due: true }, out_of: { within_due: [true, false], type: question } }, counted_in: due',
      'Of tickets with an agreed time of type question, the share that were resolved by their due time, each counted in the period in which it was due',
    ],
    [
      'count: { of: deployments, per: day }, where: { environment: production, outcome: succeeded }',
      'How many deployments to production that succeeded finished in the period, per day',
    ],
    [
      'count: { of: sessions }, where: { type: game day, outcome: halted }',
      'How many sessions of type game day that were halted were held in the period',
    ],
    [
      'count: { of: interruptions, per: 12 hours on call }, where: { during: nights }',
      'How many interruptions at night started in the period, per 12 hours that people were on call, quiet hours included',
    ],
    [
      'depth: { of: tickets }, where: { type: { not: defect } }',
      'How many tickets of type other than defect were open at the end of the period, those on hold included',
    ],
    [
      'age: { of: tickets, since: last opened }, summarise: max',
      'The greatest age of the tickets that were open at the end of the period, since they were last opened, reopening included',
    ],
    [
      'level: { series: checkout-latency, statistic: share, at_most: 250 }, where: { tier: gold }',
      "Of all values of the metric 'checkout-latency' (only points whose tier is gold) in the period, the share at or under 250",
    ],
    [
      'level: { series: risks, statistic: last, across: sum }',
      "The last value of each line of the metric 'risks' in the period, added up",
    ],
    [
      'level: { series: queue-depth, statistic: max, across: sum }',
      "The maximum of the metric 'queue-depth' over the period, where all lines of one moment are taken together, added up",
    ],
    ['level: { series: request-latency, statistic: p95 }', "The 95th percentile of the metric 'request-latency' over the period"],
    [
      'level: { series: page-views, statistic: sum }, where: { country: [US, DE], plan: { not: free_trial }, region: set, during: nights }',
      "The sum of the metric 'page-views' (only points with a region at night whose country is US or DE and whose plan is not free_trial) over the period",
    ],
    [
      'level: { series: page-views, statistic: max }, where: { host: { not: { matches: "^test" } }, page: not set }',
      "The maximum of the metric 'page-views' (only points without a page whose host does not match '^test') over the period",
    ],
    [
      'since: { of: incidents }, where: { severity: 1 }',
      'The time since incidents of severity 1 were last opened, up to the end of the period',
    ],
    ['since: { of: deployments }', 'The time since deployments last finished, up to the end of the period'],
    [
      'overlap: { of: incidents, from: impact_started, to: restored, once_per: service }',
      'The time from start of impact to restoration of incidents, as far as it lies in the period, added up; where those of one service overlap, the time counts once',
    ],
    [
      'budget: { good: good-requests, valid: valid-requests, objective: 99.9%, over: 28 days }, where: { country: US }',
      'The share of the error budget that is left of the last 28 days up to the end of the period: good requests should be 99.9% of valid requests (only points whose country is US); below 0% it is overspent',
    ],
    [
      'score: { of: feedback, instrument: shift }',
      "The mean score of 'shift' feedback answered in the period, beside the share of those invited who answered",
    ],
    [
      'spread: { of: disrupted_hours, across: responder }',
      'How unevenly disrupted hours fell on the people of the rotation in the period, those with none included: 0 where all bore alike, near 1 where one bore all (Gini coefficient)',
    ],
    [
      'spread: { of: nights, across: responder, statistic: top share }, where: { quality: [broken, lost] }',
      'The share of nights that were broken or lost in the period that fell on who bore most, whoever that was',
    ],
    [
      'depth: { of: tickets, growth: true }, where: { type: question }',
      'By how many the open tickets of type question changed over the period: what was opened, reopened or moved in, less what was closed, cancelled or moved out',
    ],
    [
      'duration: { of: tickets, from: opened, to: resolved, clock: business_hours }',
      "The median time from opening to resolution of tickets, in business hours of the item's team, each counted in the period in which it was resolved",
    ],
    [
      'depth: { of: actions }, where: { overdue: true }',
      'How many actions that were overdue were open at the end of the period, those on hold included',
    ],
    ['combine: { divide: [good-requests, valid-requests] }', 'Good requests divided by valid requests'],
    ['combine: { sum: [a, b, c] }', 'A, b and c added up'],
    [
      'count: { of: incidents }, where: { planned: { not: true }, merged_into: not set, cause: { matches: "^net" } }',
      "How many incidents whose cause matches '^net' that were not planned and were not merged into another were opened in the period",
    ],
    [
      'count: { of: incidents }, where: { working: { at_most: 90 minutes } }',
      'How many incidents with time in progress at most 1 h 30 m were opened in the period',
    ],
    [
      'ratio: { of: pages, where: { repeats_within: 24 hours } }',
      'Of pages, the share that repeat one with the same alert key within 1 day, each counted in the period in which it was sent',
    ],
  ])('%s', (measure, words) => {
    expect(first(measure)).toBe(words);
  });
});

test('how evenly something fell on people is shown by the quarter', () => {
  expect(wordsOf('spread: { of: nights, across: responder }')).toContain(
    'shown for five or more people together only, by the quarter.',
  );
});

test('a personal KPI says that it is shown for groups only', () => {
  expect(wordsOf('count: { of: nights }, where: { quality: lost }', 'when_empty: zero\n')).toContain(
    'a period without any reads 0; shown for five or more people together only, for a team by the month.',
  );
});
