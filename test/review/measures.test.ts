import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { limitsOf } from '../../server/review/process.ts';
import { shiftPeriod } from '../../server/time/calendar.ts';
import type { Value } from './build.ts';
import { atLeast, atMost, borne, calendar, card, cardOf, hours, kpi, period, row, rows, waves } from './build.ts';

const growth = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    measure: { type: 'depth', of: 'ticket', growth: true },
    unit: { type: 'count', label: 'tickets', isTotal: true },
    countedIn: null,
    minimumCount: 1,
    ...rest,
  });
const budget = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    better: 'higher',
    measure: { type: 'budget', good: 'good', valid: 'valid', objective: 0.999, overDays: 28 },
    unit: { type: 'share', label: '', isTotal: false },
    countedIn: null,
    minimumCount: 1,
    ...rest,
  });
const score = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    better: 'higher',
    measure: { type: 'score', of: 'feedback', instrument: 'shift', summarise: 'mean' },
    unit: { type: 'number', label: 'of 5', isTotal: false },
    countedIn: 'answered',
    ...rest,
  });
const spread = (statistic: 'gini' | 'top share' = 'gini'): Kpi =>
  kpi({
    measure: { type: 'spread', of: 'disrupted_hour', across: 'responder', statistic },
    unit: { type: statistic === 'gini' ? 'number' : 'share', label: '', isTotal: false },
    minimumCount: 1,
    isPersonal: true,
  });
const overlap = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    measure: { type: 'overlap', of: 'incident', from: 'impact_started', to: 'restored', oncePer: 'service' },
    unit: { type: 'duration', label: '', isTotal: true },
    countedIn: null,
    minimumCount: 1,
    ...rest,
  });
const said = (of: Kpi, values: readonly Value[], count = 20) => cardOf(of, values, count).verdict;
const box = (of: Kpi, values: readonly Value[], label = 'Last wk') =>
  cardOf(of, values, 20).boxes.find((each) => each.label === label)?.text;

describe('growth of a queue', () => {
  const usual = waves(30, 2, 6);

  it('is told with its sign, and is a flow: judged on its value', () => {
    expect(said(growth(), [...usual, 12])).toBe('Routine: +12 tickets, between its limits of −30 and +34.');
    expect(said(growth(), [...usual, -3])).toBe('Routine: −3 tickets, between its limits of −30 and +34.');
    expect(said(growth(), [...usual, 0])).toBe('Routine: no change in tickets, between its limits of −30 and +34.');
    expect(cardOf(growth(), [...usual, 12]).judgedAs).toBe('its weekly value');
    expect(box(growth(), [...usual, 12])).toBe('+12');
    expect(cardOf(growth(), [...usual, -3]).current.text).toBe('−3');
  });

  it('grows and shrinks more and less than usual', () => {
    expect(said(growth({ targets: [atMost(0, '0')] }), [...usual, 60])).toBe(
      'Grew more than usual: +60 tickets, above its limit of +34 for the first time on record (31 weeks); the target is at most 0.',
    );
    expect(said(growth(), [...usual, -60])).toMatch(/^Shrank more than usual: −60 tickets, below its limit of −30/);
    const growing = waves(30, 60, 4);
    expect(said(growth(), [...growing, 10])).toMatch(/^Grew less than usual: \+10 tickets, below its limit of \+39/);
    expect(said(growth(), [...growing.map((value) => -value), -10])).toMatch(/^Shrank less than usual: −10 tickets/);
  });

  it('has a lower limit even if it never shrank', () => {
    const limits = cardOf(growth(), waves(30, 6, 4)).limits[0];
    expect(limits?.lower).toBeLessThan(0);
  });

  it('is compared as what it is and was: there is no percentage of a change', () => {
    expect(box(growth(), [...usual, 40, -20], 'WoW')).toBe('−20, was +40');
    expect(box(growth(), [...usual, -20, -40], 'WoW')).toBe('−40, was −20');
  });
});

describe('an error budget', () => {
  const usual = waves(30, 0.6, 0.03);

  it('is judged on its change, because its windows overlap', () => {
    expect(said(budget({ targets: [atLeast(0.2, '20%')] }), [...usual, 0.34])).toBe(
      'Routine: 34% of the error budget left, 23 points less than the week before, where changes between −32 and +32 points are usual; the target of at least 20% is met.',
    );
    expect(said(budget(), [...usual, 0.57])).toContain('57% of the error budget left, as much as the week before');
    expect(cardOf(budget(), usual).judgedAs).toBe('its change per week');
  });

  it('burns and recovers', () => {
    const burnt = cardOf(budget(), [...usual, 0.2]);
    expect(burnt.verdict).toBe(
      'Burned more than usual for the first time on record (30 weeks): 20% of the error budget left, 37 points less than the week before; a fall of up to 32 points is routine.',
    );
    expect(burnt.judgement).toBe('against');
    expect(burnt.history.at(-1)?.text).toBe('−37 points, to 20% left');
    expect(burnt.limits[0]?.text).toBe('mean change 0, routine between −32 and +32 points, from 24 weeks to week 40 of 2026');
    expect(said(budget(), [...usual, 1])).toMatch(
      /^Recovered more than usual .*: 100% of the error budget left, 43 points more than/,
    );
  });

  it('is left or overspent', () => {
    expect(box(budget(), [...usual, 0.34])).toBe('34% left');
    expect(box(budget(), [...usual, -0.12])).toBe('−12%: overspent');
    expect(box(budget(), [...usual, 0])).toBe('0% left');
    expect(box(budget(), [...usual, 0.34], 'WoW')).toBe('−23 points');
    expect(said(budget(), [...usual, -0.12])).toContain('error budget overspent by 12%, 69 points less than the week before');
  });

  it('says which points are missing', () => {
    expect(said(budget(), [...usual, 'no data'])).toBe(
      'No data: its metrics have no points in the 28 days; the last value was 57%, in week 45.',
    );
    const missing = rows('2026-W46', [...usual, 'no data']).map((each) => ({ ...each, also: { coverage: 0.9 } }));
    expect(card({ kpi: budget({ minimumCoverage: 1 }), weeks: missing }).verdict).toMatch(
      /^No data: the points of its metrics cover 90% of the 28 days, and all of it is needed/,
    );
  });
});

describe('a score', () => {
  const usual = waves(30, 3.9, 0.1);

  it('is told of five, over its answers', () => {
    expect(said(score({ targets: [atLeast(3.5, '3.5')] }), [...usual, 3.9])).toBe(
      'Routine: mean 3.9 of 5 over 20 answers, between its limits of 3.4 and 4.4 of 5; the target of at least 3.5 of 5 is met.',
    );
    expect(cardOf(score(), [...usual, 3.8712]).current.text).toBe('3.9 of 5');
    expect(box(score(), [...usual, 3.6], 'WoW')).toBe('3.6, was 3.8');
  });

  it('from few answers is not judged', () => {
    expect(said(score(), [...usual, { value: 2, count: 4 }])).toBe(
      'Too few to judge: mean 2 of 5 over 4 answers, where 5 are needed.',
    );
  });

  it('lies in one to five', () => {
    const limits = cardOf(score(), waves(30, 4.5, 0.4)).limits[0];
    expect(limits).toMatchObject({ upper: null });
    expect(cardOf(score(), waves(30, 1.5, 0.4)).limits[0]).toMatchObject({ lower: null });
  });

  it('without answers says so', () => {
    expect(said(score(), [...usual, 'none to measure'])).toMatch(/^Nothing to measure: no answers were given in the week;/);
  });
});

describe('how evenly a burden falls', () => {
  const usual = waves(30, 0.3, 0.02);

  it('is a Gini of two decimals, more or less even than usual', () => {
    expect(said(spread(), [...usual, 0.38])).toBe(
      'Routine: Gini 0.38 over 20 disrupted hours, between its limits of 0.19 and 0.41.',
    );
    expect(said(spread(), [...usual, 0.6])).toMatch(
      /^Less even than usual: Gini 0\.60 over 20 disrupted hours, above its limit of 0\.41/,
    );
    expect(said(spread(), [...usual, 0.1])).toMatch(/^More even than usual: Gini 0\.10/);
    expect(box(spread(), [...usual, 0.4])).toBe('0.40');
    expect(box(spread(), [...usual, 0.4], 'WoW')).toBe('0.40, was 0.28');
  });

  it('cannot be more uneven than one who bears all', () => {
    expect(cardOf(spread(), waves(30, 0.9, 0.06)).limits[0]).toMatchObject({ upper: null });
  });

  it('or the share that one bore', () => {
    expect(said(spread('top share'), [...usual, 0.6])).toMatch(
      /^Less even than usual: 60% of 20 disrupted hours borne by one, above its limit of 41%/,
    );
  });

  it('is shown and not judged with fewer than five a head', () => {
    const few = rows('2026-W46', [...usual, 0.6], 20).map((each) => ({ ...each, also: { 'per head': 4.9 } }));
    expect(card({ kpi: spread(), weeks: few }).verdict).toMatch(/^Too few to judge: Gini 0\.60/);
  });

  it('has beside it what equal chance would give, as a Gini whatever it is told by', () => {
    const also = { people: 8, 'per head': 7.5, 'equal chance': 0.2, 'time on call': 0.1, 'top share': 0.25 };
    for (const of of [spread(), spread('top share')]) {
      const weeks = rows('2026-W46', usual, 20).map((each) => ({ ...each, also }));
      expect(card({ kpi: of, weeks }).also.map(({ name, text }) => `${name} ${text}`)).toEqual([
        'people 8',
        'per head 7.5',
        'equal chance 0.20',
        'time on call 0.10',
        'top share 25%',
      ]);
    }
  });
});

describe('an empty queue', () => {
  it('has no age', () => {
    const age = kpi({ measure: { type: 'age', of: 'ticket', since: 'first opened', summarise: 'median' }, countedIn: null });
    expect(said(age, [...waves(30, hours(90), hours(5)), 'none to measure'])).toBe(
      'Nothing to measure: no tickets were open at the end of the week; the last value was 3.5 d, in week 45.',
    );
  });
});

describe('time within the week', () => {
  const usual = waves(30, hours(5), hours(1));

  it('is a total over its items', () => {
    expect(said(overlap({ targets: [atMost(hours(8), '8 hours')] }), [...usual, hours(6)])).toBe(
      'Routine: 6 h over 20 incidents, below its limit of 10 h; the target of at most 8 h is met.',
    );
    expect(said(overlap(), [...usual, hours(16)], 3)).toMatch(
      /^Longer than usual: 16 h over 3 incidents, above its limit of 10 h/,
    );
    expect(cardOf(overlap(), [...usual, hours(14)]).current.drawn).toBe(hours(2));
    expect(cardOf(overlap({ targets: [atMost(hours(8), '8 hours')] }), usual).target?.text).toBe(
      'at most 8 hours a week, since 1 Jan 2024',
    );
  });

  it('is none where nothing happened', () => {
    expect(said(overlap({ whenEmpty: 'zero' }), [...usual, { value: 0, count: 0 }])).toBe(
      'Routine: no incidents, below its limit of 10 h.',
    );
    expect(said(overlap(), [...usual, 'none to measure'])).toMatch(/^Nothing to measure: there were no incidents in the week;/);
  });
});

describe('judged by the quarter', () => {
  const few = Array.from({ length: 60 }, () => ({ value: hours(3), count: 1 }));
  const fewMonths = rows(
    '2026-10',
    Array.from({ length: 40 }, () => ({ value: hours(3), count: 3 })),
  );
  const quarters = (values: readonly Value[], last = '2026-Q3') => rows(last, values, 11);

  it('is what holds too few by the week and the month', () => {
    const found = card({
      kpi: kpi(),
      weeks: rows('2026-W46', few),
      months: fewMonths,
      quarters: quarters(waves(24, hours(4), hours(0.5))),
    });
    expect(found.verdict).toBe(
      'Median 3 h over 1 incident, too few a month to judge. By the quarter it is routine: median 3.5 h over 11 incidents in Q3 2026, between its limits of 1.3 h and 6.7 h.',
    );
    expect(found.judgedAs).toBe('its quarterly value: too few a month');
    expect(found.judgement).toBe('routine');
    expect(found.history.at(-1)).toMatchObject({ period: '2026-Q3' });
  });

  it('is not judged yet with fewer than twelve quarters', () => {
    const found = card({
      kpi: kpi(),
      weeks: rows('2026-W46', few),
      months: fewMonths,
      quarters: quarters(waves(11, hours(4), hours(0.5))),
    });
    expect(found.judgedAs).toBe('not judged yet: too few a month; limits take 12 quarters, so far 11');
    expect(found.verdict).toMatch(/ Limits take 12 settled quarters; so far there are 11\.$/);
    expect(found.judgement).toBe('unknown');
    const monthly = kpi({ targets: [atMost(hours(2), '2 hours', 'month')] });
    const months = fewMonths.map((each) => (each.period === '2026-10' ? { ...each, count: 6 } : each));
    expect(
      card({ kpi: monthly, weeks: rows('2026-W46', few), months, quarters: quarters(waves(11, hours(4), hours(0.5))) }).verdict,
    ).toMatch(/ so far there are 11\. October missed its target of at most 2 h\.$/);
  });

  it('prefers the month where 10 of its last 12 hold enough', () => {
    const enough = rows('2026-10', waves(24, hours(4), hours(0.5)), 7);
    const nine = enough.map((each, index) => (index >= 21 ? { ...each, count: 4 } : each));
    const grain = (months: typeof enough) =>
      card({ kpi: kpi(), weeks: rows('2026-W46', few), months, quarters: quarters(waves(24, hours(4), hours(0.5))) }).judgedAs;
    expect(grain(enough.map((each, index) => (index >= 22 ? { ...each, count: 4 } : each)))).toBe(
      'its monthly value: too few a week',
    );
    expect(grain(nine)).toBe('its quarterly value: too few a month');
  });

  it('is news in the week in which the quarter ends, and stands afterwards', () => {
    const months = rows(
      '2026-09',
      Array.from({ length: 40 }, () => ({ value: hours(3), count: 3 })),
    );
    const found = (week: string, last: string) =>
      card(
        { kpi: kpi(), weeks: rows(week, few), months, quarters: quarters([...waves(24, hours(4), hours(0.5)), hours(8)], last) },
        { week: period(week) },
      );
    // The third quarter of 2026 ends on a Wednesday, in week 40.
    const news = found('2026-W40', '2026-Q3');
    expect(news.signals.map(({ isNews }) => isNews)).toEqual([true]);
    expect(news.verdict).toMatch(
      / By the quarter it is slower than usual: median 8 h over 11 incidents in Q3 2026, above its limit/,
    );
    const later = found('2026-W41', '2026-Q3');
    expect(later.signals.map(({ isNews }) => isNews)).toEqual([false]);
    expect(later.verdict).toMatch(/ By the quarter it is still slower than usual: median 8 h/);
  });

  it('is what is hidden by the week and by the month', () => {
    const hidden = (last: string) =>
      rows(
        last,
        Array.from({ length: 40 }, (): Value => 'hidden'),
      );
    const found = card({
      kpi: spread(),
      weeks: hidden('2026-W46'),
      months: hidden('2026-10'),
      quarters: borne(spread(), rows('2026-Q3', waves(14, 0.3, 0.02), 60)),
    });
    expect(found.judgedAs).toBe('its quarterly value: hidden by the month');
    expect(found.verdict).toMatch(
      /^Hidden by the week: .* By the quarter it is routine: Gini 0\.28 over 60 disrupted hours in Q3 2026/,
    );
  });
});

describe('limits kept with values', () => {
  it('are none for a time since the last one: no value tells the times between', () => {
    const values = waves(30, 5, 1).map((value, index) => {
      const each = shiftPeriod(calendar, period('2026-W46'), index - 29);
      return { period: each, row: row(each.id, value, 1) };
    });
    expect(limitsOf(kpi({ measure: { type: 'since', of: 'incident' } }), values)).toBeNull();
    expect(limitsOf(growth(), values)).not.toBeNull();
  });
});

describe('what is not judged', () => {
  it('says by which span answers and spreads are shown', () => {
    expect(said(spread(), ['hidden'])).toBe(
      'Hidden by the week: how a load was spread is shown by the quarter, of five people or more.',
    );
  });

  it('says when limits begin that are not drawn yet', () => {
    expect(said(overlap({ limitsFrom: 50_000 }), waves(30, 3600, 60))).toMatch(
      /^Not judged: .*\. Its limits begin with 24 Nov 2106\.$/,
    );
  });
});
