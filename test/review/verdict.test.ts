import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Emptiness } from '../../server/kpi/measurement.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Value } from './build.ts';
import {
  atLeast,
  atMost,
  card,
  cardOf,
  day,
  days,
  failures,
  hours,
  incidents,
  instant,
  kpi,
  period,
  queue,
  review,
  rows,
  waves,
} from './build.ts';

/** Forty weeks of a median of 4.1 h that swings by 22 minutes: limits of 2.1 h and 6.1 h. */
const usual = waves(40, hours(4.1), hours(0.376));
const fourHours = { targets: [atMost(hours(4), '4 hours')] };
const age = (rest: Partial<Kpi> = {}) =>
  kpi({ measure: { type: 'age', of: 'ticket', since: 'first opened', summarise: 'median' }, countedIn: null, ...rest });
const level = (statistic: 'p99' | 'max' | 'mean', label: string, rest: Partial<Kpi> = {}) =>
  kpi({
    measure: { type: 'level', series: 'latency', statistic },
    unit: { type: 'number', label, isTotal: false },
    countedIn: null,
    ...rest,
  });
const deploymentsPerDay = kpi({
  better: 'higher',
  measure: { type: 'count', of: 'deployment', per: 'day' },
  unit: { type: 'number', label: 'per day', isTotal: false },
  countedIn: 'finished',
  targets: [atLeast(0.5, '0.5')],
});
const availability = kpi({
  better: 'higher',
  measure: { type: 'combine', operation: 'divide', parts: ['good', 'valid'] },
  unit: { type: 'share', label: '', isTotal: false },
  countedIn: null,
  targets: [atLeast(0.999, '99.9%')],
});

/** Why it stands first on the agenda. */
function why(of: Kpi, values: readonly Value[]): string | undefined {
  return review([{ kpi: of, weeks: rows('2026-W46', values) }]).agenda[0]?.why;
}

function said(of: Kpi, values: readonly Value[], count = 9): string {
  return cardOf(of, values, count).verdict;
}
const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe('a verdict on a signal', () => {
  it('says what, how much, against what, and since when', () => {
    const withEarlier = usual.map((value, index) => (index === 26 ? hours(8) : value));
    expect(said(kpi(fourHours), [...withEarlier, hours(6.4)])).toBe(
      'Slower than usual: median 6.4 h over 9 incidents, above its limit of 6.1 h for the first time in 14 weeks; the target is at most 4 h.',
    );
  });

  it('says so when nothing like it is on record', () => {
    expect(said(kpi(), [...usual, hours(6.4)])).toBe(
      'Slower than usual: median 6.4 h over 9 incidents, above its limit of 6.1 h for the first time on record (41 weeks).',
    );
  });

  it('says so when it is the second time in three weeks', () => {
    expect(said(kpi(), [...usual, hours(6.4), hours(4), hours(6.4)])).toContain(
      'above its limit of 6.1 h for the second time in three weeks.',
    );
  });

  it('writes enough digits to show that the value is beyond its limit', () => {
    expect(said(kpi(), [...usual, hours(6.11)])).toContain('median 6.11 h over 9 incidents, above its limit of 6.1 h');
  });

  it('says that it is just beyond where one digit more would not show it', () => {
    expect(said(kpi(), [...usual, hours(6.1012)])).toContain('median 6.1 h over 9 incidents, just above its limit of 6.1 h');
  });

  it('on a target that is missed by less than can be read says so', () => {
    const [of, values] = [kpi({ targets: [atMost(hours(4.6), '4.6 hours')] }), [...usual, hours(4.6002)]];
    expect(said(of, values)).toContain('Target missed: median 4.6 h over 9 incidents just beyond a target of at most 4.6 h');
    expect(why(of, values)).toBe('Just missed its target of at most 4.6 h, after 40 weeks that met it.');
  });

  it('names its limit with two digits where the value is not said beside it', () => {
    const values = [...usual, hours(6.11)];
    expect(why(kpi(), values)).toMatch(/^Above its limit of 6\.1 h /);
    expect(cardOf(kpi(), values).signals.at(-1)?.text).toBe('above the limit of 6.1 h: week 46');
  });

  it('in our favour reads faster', () => {
    expect(said(kpi(fourHours), [...usual, hours(1.2)])).toBe(
      'Faster than usual: median 1.2 h over 9 incidents, below its limit of 2.1 h for the first time on record (41 weeks); the target of at most 4 h is met.',
    );
  });

  it('of eight in a row tells the run and the mean', () => {
    expect(said(kpi(fourHours), [...usual, ...repeat(8, hours(4.6))])).toBe(
      'Slower than usual for 8 weeks: median 4.6 h over 9 incidents, the eighth week in a row above the mean of 4.1 h; the target of at most 4 h is missed for the eighth week running.',
    );
  });

  it('of three in four names limit and mean', () => {
    expect(said(kpi(), [...usual, hours(5.4), hours(3.8), hours(5.3), hours(5.6)])).toBe(
      'Slower of late: median 5.6 h over 9 incidents; three of the last four weeks lie nearer its limit of 6.1 h than its mean of 4.1 h.',
    );
  });

  it('that completes two rules tells the plainer first', () => {
    expect(said(kpi(), [...usual, ...repeat(7, hours(4.6)), hours(7)])).toBe(
      'Slower than usual: median 7 h over 9 incidents, above its limit of 6.1 h for the first time on record (48 weeks). It is also the eighth week in a row above the mean.',
    );
  });

  it('that stands already says still, and how long', () => {
    expect(said(kpi(fourHours), [...usual, hours(6.4), hours(6.6)])).toBe(
      'Still slower than usual: median 6.6 h over 9 incidents, above its limit of 6.1 h for the second week running; the target of at most 4 h is missed for the second week running.',
    );
    expect(said(kpi(), [...usual, ...repeat(11, hours(4.6))])).toBe(
      'Still slower than usual: median 4.6 h over 9 incidents, the 11th week in a row above the mean of 4.1 h.',
    );
  });

  it('asks after twelve weeks to act or to re-base', () => {
    expect(said(kpi(), [...usual, ...repeat(13, hours(6.4))])).toMatch(
      /13th week running\. After 12 weeks, act on it or re-base its limits\.$/,
    );
    expect(said(kpi(), [...usual, ...repeat(12, hours(6.4))])).toMatch(/12th week running\.$/);
    expect(said(kpi(), [...usual, ...repeat(14, hours(1.2))])).toMatch(
      /After 13 weeks, this may be its new routine: re-base its limits\.$/,
    );
  });

  it('reads changed where neither way is better', () => {
    const found = cardOf(incidents({ better: 'neither' }), [...waves(30, 40, 5), 30, 120]);
    expect(found.verdict).toBe(
      'Changed, more than usual: 120 incidents, above its limit of 67 for the first time on record (32 weeks).',
    );
    expect(found.judgement).toBe('changed');
  });

  it('is not made again by what a divider has explained', () => {
    const divided = kpi({ dividers: [{ on: day('2026-07-08'), because: 'new failover' }] });
    // The new stretch begins in the week that holds the divider, 6 July 2026.
    const values = [...usual, ...waves(19, hours(9), hours(0.2))];
    expect(said(divided, values)).toBe(
      'Routine: median 8.8 h over 9 incidents, between its limits of 7.9 h and 10 h. Limits are provisional (from 19 weeks).',
    );
    expect(cardOf(divided, values).limits.map(({ from, to }) => `${from} to ${to}`)).toEqual([
      '2025-W40 to 2026-W27',
      '2026-W28 to 2026-W46',
    ]);
  });

  it('comes only from points since limits_from', () => {
    const later = kpi({ limitsFrom: day('2026-02-09') });
    expect(cardOf(later, [...repeat(10, hours(9)), ...usual]).signals).toEqual([]);
  });
});

describe('a verdict in every unit', () => {
  it('tells small counts beside the last one, never as a percentage', () => {
    expect(said(incidents(), [...waves(30, 4, 1), 3, 1])).toBe('Routine: 1 incident, was 3, below its limit of 9.3.');
    expect(said(incidents(), [...waves(30, 4, 1), 3, 0])).toBe('Routine: no incidents, was 3, below its limit of 9.3.');
    expect(said(incidents({ targets: [atMost(6, '6')] }), [...waves(30, 4, 1), 3, 14])).toBe(
      'More than usual: 14 incidents, was 3, above its limit of 9.3 for the first time on record (32 weeks); the target is at most 6.',
    );
  });

  it('tells a share of what', () => {
    expect(said(failures({ targets: [atMost(0.15, '15%')] }), [...waves(30, 0.12, 0.02), 0.3], 31)).toBe(
      'Higher than usual: 30% of 31 deployments, above its limit of 23% for the first time on record (31 weeks); the target is at most 15%.',
    );
  });

  it('never shows a share below its limit as a hundred percent', () => {
    expect(said(availability, [...waves(30, 0.9995, 0.0001), 0.9982])).toBe(
      'Lower than usual: 99.82%, below its limit of 99.9% for the first time on record (31 weeks); the target is at least 99.9%.',
    );
  });

  it('tells a rate with the items behind it', () => {
    expect(said(deploymentsPerDay, [...waves(30, 5 / 7, 1 / 7), 2 / 7], 2)).toBe(
      'Target missed: 0.29 per day (2 deployments) against a target of at least 0.5 per day, after 30 weeks that met it. The value is routine, below its limit of 1.5 per day.',
    );
  });

  it('tells a metric with its label', () => {
    expect(said(level('p99', 'ms'), [...waves(30, 420, 12), 900], 2_016)).toBe(
      'Higher than usual: p99 900 ms, above its limit of 484 ms for the first time on record (31 weeks).',
    );
    expect(said(level('max', '%'), [...waves(30, 60, 2), 61], 2_016)).toBe(
      'Routine: peak 61%, between its limits of 49% and 71%.',
    );
  });

  it('judges a queue on its change', () => {
    const steady = waves(30, 140, 5);
    expect(said(queue(), [...steady, 138])).toBe(
      'Routine: 138 open tickets, 3 more than the week before, where changes between −53 and +53 are usual.',
    );
    expect(said(queue(), [...steady, 135])).toContain('135 open tickets, as many as the week before');
    expect(said(queue(), [...steady, 199])).toBe(
      'Grew more than usual for the first time on record (30 weeks): 199 open tickets, 64 more than the week before; a rise of up to 53 is routine.',
    );
    expect(said(queue(), [...steady, 60])).toBe(
      'Shrank more than usual for the first time on record (30 weeks): 60 open tickets, 75 fewer than the week before; a fall of up to 53 is routine.',
    );
    expect(said(queue(), [...steady, 199, 270])).toMatch(
      /^Again grew more than usual for the second week running: 270 open tickets/,
    );
  });

  it('tells a queue that creeps up', () => {
    const creeping = [...waves(30, 140, 5), ...Array.from({ length: 8 }, (_, index) => 138 + index * 3)];
    expect(said(queue(), creeping)).toBe(
      'Tending up for 8 weeks: 159 open tickets, 3 more than the week before, the eighth week in a row with a change above the mean of 0.',
    );
  });

  it('does not call a queue tending that stands still, or goes the other way', () => {
    // It shrank by two a week: no change at all is above that mean.
    const shrinking = Array.from({ length: 26 }, (_, index) => 100 - index * 2 - (index % 2));
    const still = [...shrinking, ...repeat(9, 49)];
    expect(cardOf(queue(), still).signals).toEqual([]);
    const slower = [...shrinking, ...Array.from({ length: 9 }, (_, index) => 48 - index)];
    expect(cardOf(queue(), slower).signals.filter(({ rule }) => rule === '8 in a row')).toEqual([]);
    const growing = [...shrinking, ...Array.from({ length: 9 }, (_, index) => 50 + index)];
    expect(said(queue(), growing)).toMatch(/ending up for 8 weeks|ending up: 58 open tickets/);
  });

  it('tells ages as older and younger', () => {
    const steady = waves(30, days(10), days(0.4));
    expect(said(age(), [...steady, days(14)], 182)).toBe(
      'Aged more than usual for the first time on record (30 weeks): median age 14 d over 182 open tickets, 4.4 d older than the week before; a rise of up to 4.3 d is routine.',
    );
    expect(said(age(), [...steady, days(5)], 182)).toMatch(/^Grew younger than usual .* 4\.6 d younger than the week before/);
    const oldest = age({ measure: { type: 'age', of: 'ticket', since: 'first opened', summarise: 'max' } });
    expect(said(oldest, [...waves(30, days(40), days(0.4)), days(41)], 182)).toMatch(
      /^Routine: the oldest of 182 open tickets is 41 d old, 1\.4 d older/,
    );
  });
});

describe('a verdict on a target', () => {
  it('newly missed says for how long it was met, and that the value is routine', () => {
    expect(said(kpi({ targets: [atMost(hours(4.6), '4.6 hours')] }), [...usual, hours(4.7)])).toBe(
      'Target missed: median 4.7 h over 9 incidents against a target of at most 4.6 h, after 40 weeks that met it. The value is routine, between its limits of 2.1 h and 6.1 h.',
    );
  });

  it('missed again counts the weeks', () => {
    expect(said(kpi(fourHours), [...usual, hours(4.4), hours(4.2), hours(4.4)])).toBe(
      'Routine: median 4.4 h over 9 incidents, between its limits of 2.1 h and 6.1 h; the target of at most 4 h is missed for the third week running.',
    );
  });

  it('missed for twelve weeks asks to act or for another target', () => {
    const around = Array.from({ length: 12 }, (_, index) => hours(index % 2 === 0 ? 4.2 : 4.05));
    expect(said(kpi(fourHours), [...usual, ...around])).toMatch(
      /12th week running\. Act on it, or agree a target that can be met\.$/,
    );
  });

  it('met again after a while says so', () => {
    expect(said(kpi(fourHours), [...usual, hours(4.2), hours(4.2), hours(4.2), hours(4.05), hours(3.8)])).toBe(
      'On target again after 4 weeks: median 3.8 h over 9 incidents, between its limits of 2.1 h and 6.1 h; the target of at most 4 h is met.',
    );
  });

  it('met exactly is met', () => {
    expect(said(kpi({ targets: [atMost(hours(4.4), '4.4 hours')] }), [...usual, hours(4.4)])).toContain(
      'the target of at most 4.4 h is met.',
    );
  });

  it('of a month is judged by the last complete month, in a sentence of its own', () => {
    const monthly = kpi({ targets: [atMost(hours(4), '4 hours', 'month')] });
    const found = card({
      kpi: monthly,
      weeks: rows('2026-W46', [...usual, hours(4.4)]),
      months: rows('2026-10', [hours(3), hours(5), hours(5)], 40),
    });
    expect(found.verdict).toBe(
      'Routine: median 4.4 h over 9 incidents, between its limits of 2.1 h and 6.1 h. October missed its target of at most 4 h, the second month running.',
    );
    expect(found.target).toMatchObject({
      isMet: false,
      short: '≤ 4 h each month',
      text: 'at most 4 hours each month, since 1 Jan 2024',
    });
  });

  it('of a quarter is judged by the last complete quarter', () => {
    const quarterly = kpi({ targets: [atMost(hours(4), '4 hours', 'quarter')] });
    const found = card({
      kpi: quarterly,
      weeks: rows('2026-W46', [...usual, hours(4.4)]),
      quarters: rows('2026-Q3', [hours(3.5), hours(3)], 90),
    });
    expect(found.verdict).toMatch(/ Q3 2026 met its target of at most 4 h\.$/);
  });

  it('is the one in force in the week', () => {
    const moved = kpi({ targets: [atMost(hours(4), '4 hours'), { ...atMost(hours(5), '5 hours'), since: day('2026-11-16') }] });
    expect(said(moved, [...usual, hours(4.4)])).toContain('at most 4 h');
  });
});

describe('a verdict without a judgement', () => {
  it.each<[Emptiness, string]>([
    ['none to measure', 'Nothing to measure: no incidents were restored in the week; the last value was 3.7 h, in week 45.'],
    ['no data', 'No data: no complete pass of its sources covers the week; the last value was 3.7 h, in week 45.'],
    ['before history', 'Before history: its sources know nothing this early.'],
    ['hidden', 'Hidden: fewer than five people stand behind it, so it is theirs alone.'],
  ])('says why there is %s', (emptiness, text) => {
    const found = cardOf(kpi(fourHours), [...usual, emptiness]);
    expect(found.verdict).toBe(text);
    expect(found.judgement).toBe('unknown');
    expect(found.current).toMatchObject({ value: null, drawn: null, text: emptiness, emptiness });
  });

  it('says that a share has nothing to be a share of', () => {
    expect(said(failures(), [...waves(30, 0.12, 0.02), 'no denominator'])).toBe(
      'No share to tell: no deployments finished in the week; the last value was 10%, in week 45.',
    );
  });

  it('says what is missing where a week was never measured', () => {
    const found = card({ kpi: kpi(), weeks: rows('2026-W45', usual) });
    expect(found.verdict).toMatch(/^No data: /);
    expect(card({ kpi: kpi(), weeks: [], sources: ['pd'] }).verdict).toMatch(/^Before history: /);
    expect(card({ kpi: kpi(), weeks: [] }).verdict).toBe('No source yet: nothing in sources.yaml gives incidents.');
  });

  it('says of a metric that its points have gaps, and where that is decided', () => {
    const missing = rows('2026-W46', [...waves(30, 420, 12), 'no data']);
    const verdict = (also: Record<string, number>, minimumCoverage: number): string =>
      card({
        kpi: level('mean', 'ms', { minimumCoverage }),
        weeks: missing.map((each) => (each.value === null ? { ...each, also } : each)),
      }).verdict;
    expect(verdict({}, 1)).toBe('No data: the metric has no points in the week; the last value was 408 ms, in week 45.');
    expect(verdict({ coverage: 2010 / 2016 }, 1)).toMatch(
      /^No data: the points of the metric cover 99\.7% of the week, and all of it is needed \(`coverage` in its file\);/,
    );
    expect(verdict({ coverage: 0.4 }, 0.5)).toMatch(/cover 40% of the week, and 50% is needed/);
  });

  it('names the source that is behind', () => {
    const sources = [
      { id: 'pd', name: 'PagerDuty', freshness: 'stale' as const, completeUntil: instant('2026-11-12T10:00Z'), text: '' },
    ];
    const noData = card({ kpi: kpi(), weeks: rows('2026-W46', [...usual, 'no data']), sources: ['pd'] }, { sources });
    expect(noData.verdict).toMatch(/in week 45\. PagerDuty is known only until 12 Nov\.$/);
    const stale = card(
      { kpi: kpi(), weeks: rows('2026-W46', [...usual, { value: hours(4.4), flags: ['stale', 'unsettled'] }]), sources: ['pd'] },
      { sources },
    );
    expect(stale.verdict).toMatch(/and 6\.1 h\. PagerDuty is known only until 12 Nov\.$/);
  });

  it('says too few, and how many it takes', () => {
    const found = cardOf(kpi(fourHours), [...usual, { value: hours(9), count: 2 }]);
    expect(found.verdict).toBe('Too few to judge: median 9 h over 2 incidents, where 5 are needed.');
    expect(found.judgement).toBe('unknown');
    expect(found.signals).toEqual([]);
  });

  it('says how many weeks limits take', () => {
    expect(said(kpi(fourHours), waves(7, hours(4), 1_000))).toBe(
      'Too early to judge: median 3.7 h over 9 incidents; the target of at most 4 h is met. Limits take 12 settled weeks; so far there are 7.',
    );
    expect(said(kpi(), waves(1, hours(4), 1_000))).toMatch(/so far there is one\.$/);
  });

  it('says how sure it is', () => {
    const values: Value[] = [...waves(14, hours(4), 1_000), { value: hours(3.9), flags: ['unsettled'] }];
    const given = { kpi: kpi(), weeks: rows('2026-W46', values) };
    expect(card(given, { now: instant('2026-11-16T09:00Z') }).verdict).toMatch(
      / Limits are provisional \(from 14 weeks\); not settled until Thu 19 Nov\.$/,
    );
    expect(card(given).verdict).toMatch(/; not settled: it waits for a complete pass of its sources\.$/);
  });

  it('of a running week tells what there is so far and judges nothing', () => {
    const found = card(
      { kpi: incidents(), weeks: rows('2026-W46', [...waves(30, 40, 5), 120]) },
      { now: instant('2026-11-12T11:00Z') },
    );
    expect(found.verdict).toBe('Still running until Sun 15 Nov: 120 incidents so far.');
    expect(found.judgement).toBe('unknown');
    expect(found.current.flags).toEqual(['running']);
    expect(found.boxes[1]).toMatchObject({ label: 'WoW', text: 'running', value: null });
    // Three and a half days of it are over.
    expect(found.current.drawn).toBeCloseTo(120 / 3.5, 9);
  });
});

describe('a verdict by the month', () => {
  const few = Array.from({ length: 40 }, (_, index) => ({ value: hours(3 + (index % 3)), count: 2 }));

  it('is given where weeks hold too few', () => {
    const found = card({
      kpi: kpi(fourHours),
      weeks: rows('2026-W46', few),
      months: rows('2026-10', waves(24, hours(4), hours(0.5)), 22),
    });
    expect(found.verdict).toBe(
      'Median 3 h over 2 incidents, too few a week to judge; the target is at most 4 h. By the month it is routine: median 3.5 h over 22 incidents in October, between its limits of 1.3 h and 6.7 h.',
    );
    expect(found.judgedAs).toBe('its monthly value: too few a week');
    expect(found.history.at(-1)).toMatchObject({ period: '2026-10' });
  });

  it('is news only in the week in which the month ends', () => {
    const months = rows('2026-10', [...waves(24, hours(4), hours(0.5)), hours(8)], 22);
    const inside = card({ kpi: kpi(), weeks: rows('2026-W46', few), months });
    expect(inside.verdict).toMatch(
      /By the month it is still slower than usual: median 8 h over 22 incidents in October, above its limit/,
    );
    expect(inside.signals.filter(({ isNews }) => isNews)).toEqual([]);
    const ended = { kpi: kpi(), weeks: rows('2026-W46', few).slice(0, -2), months };
    // Week 44 ends on 1 November: October ended in it.
    const atEnd = card(ended, { week: period('2026-W44') });
    expect(atEnd.signals.filter(({ isNews }) => isNews)).toHaveLength(1);
    expect(atEnd.verdict).toMatch(/By the month it is slower than usual: median 8 h over 22 incidents in October/);
  });

  it('stands beside a week in which nothing happened', () => {
    const months = rows('2026-10', waves(24, hours(4), hours(0.5)), 22);
    expect(card({ kpi: kpi(), weeks: rows('2026-W46', [...few, 'none to measure']), months }).verdict).toBe(
      'Nothing to measure: no incidents were restored in the week. By the month it is routine: median 3.5 h over 22 incidents in October, between its limits of 1.3 h and 6.7 h.',
    );
  });

  it('holds a monthly target against the month', () => {
    const monthly = kpi({ targets: [atMost(hours(4), '4 hours', 'month')] });
    const months = (last: number) => rows('2026-10', [...waves(24, hours(3.5), hours(0.4)), hours(last)], 22);
    const said = (last: number) => card({ kpi: monthly, weeks: rows('2026-W46', few), months: months(last) }).verdict;
    expect(said(3.6)).toBe(
      'Median 3 h over 2 incidents, too few a week to judge. By the month it is routine: median 3.6 h over 22 incidents in October, between its limits of 1.4 h and 5.6 h; the target of at most 4 h is met.',
    );
    const ended = card({ kpi: monthly, weeks: rows('2026-W44', few), months: months(4.5) }, { week: period('2026-W44') });
    expect(ended.verdict).toBe(
      'Median 3 h over 2 incidents, too few a week to judge. By the month its target is missed: median 4.5 h over 22 incidents in October against a target of at most 4 h, after 24 months that met it. The value is routine, between its limits of 1.4 h and 5.6 h.',
    );
  });

  it('is given for rare counts', () => {
    const rare = waves(30, 0.5, 0.5).map((value) => ({ value, count: value }));
    const months = rows(
      '2026-10',
      waves(24, 4, 1).map((value) => ({ value, count: value })),
    );
    expect(card({ kpi: incidents(), weeks: rows('2026-W46', rare), months }).verdict).toBe(
      'No incidents, was 1, too rare to judge by the week. By the month it is routine: 3 incidents in October, below its limit of 9.3.',
    );
    const alone = card({ kpi: incidents(), weeks: rows('2026-W46', rare) });
    expect(alone.verdict).toBe('No incidents, was 1. Fewer than two a week on average are too rare for limits.');
    expect(alone.judgedAs).toBe('not judged: fewer than two a week on average');
  });
});

describe('every verdict', () => {
  it('is plain, whole sentences without because, NaN or null, whatever the values', () => {
    const kpis = fc.constantFrom(
      kpi(fourHours),
      incidents(),
      failures(),
      queue({ targets: [atMost(150, '150')] }),
      age(),
      level('p99', 'ms'),
      deploymentsPerDay,
      availability,
      incidents({ better: 'neither' }),
    );
    const value = fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000) },
      { weight: 1, arbitrary: fc.constantFrom<Emptiness>('none to measure', 'no denominator', 'no data', 'hidden') },
    );
    const flagged = fc.tuple(value, fc.integer({ min: 0, max: 12 }), fc.boolean());
    fc.assert(
      fc.property(kpis, fc.array(flagged, { minLength: 1, maxLength: 60 }), (of, list) => {
        const scale = of.unit.type === 'share' ? 1 : of.unit.type === 'count' ? 20 : 40_000;
        const values = list.map(([each, count, isUnsettled]): Value => {
          if (typeof each === 'string') return each;
          const scaled = of.unit.type === 'count' ? Math.round(each * scale) : each * scale;
          return { value: scaled, count, flags: isUnsettled ? ['unsettled'] : [] };
        });
        const found = cardOf(of, values);
        const words = [
          found.verdict,
          ...found.boxes.map(({ text }) => text),
          ...found.signals.map(({ text }) => text),
          ...found.limits.map(({ text }) => text),
        ];
        for (const text of words) expect(text).not.toMatch(/because|NaN|null|undefined|Infinity|\.\.|,,| {2}| [,.;:]/);
        expect(found.verdict).toMatch(/^[A-Z0-9].*\.$/);
      }),
      { numRuns: 400 },
    );
  });
});
