import { Value as Schema } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { ReviewInput, ReviewRestatement, ReviewRow, ReviewSource } from '../../server/review/input.ts';
import { ReviewSchema } from '../../server/review/schema.ts';
import type { Given } from './build.ts';
import {
  atMost,
  card,
  failures,
  hours,
  incidents,
  instant,
  kpi,
  period,
  queue,
  review,
  row,
  rows,
  toDateIds,
  waves,
} from './build.ts';

const usual = waves(40, hours(4.1), hours(0.376));
const fourHours = { targets: [atMost(hours(4), '4 hours')] };
const slower: Given = { kpi: kpi(fourHours), weeks: rows('2026-W46', [...usual, hours(6.4)]) };
const failing: Given = { kpi: failures({ role: 'input' }), weeks: rows('2026-W46', [...waves(30, 0.12, 0.02), 0.3], 31) };
const faster: Given = { kpi: kpi({ id: 'detect', name: 'Time to detect' }), weeks: rows('2026-W46', [...usual, hours(1)]) };
const missed: Given = { kpi: incidents({ targets: [atMost(5, '5')] }), weeks: rows('2026-W46', [...waves(30, 4, 1), 3, 6]) };
const steady: Given = { kpi: queue(), weeks: rows('2026-W46', waves(30, 140, 5)) };
const moved: Given = {
  kpi: incidents({ id: 'calls', name: 'Calls', better: 'neither' }),
  weeks: rows('2026-W46', [...waves(30, 40, 5), 120]),
};
const overdue: Given = {
  kpi: incidents({ id: 'escalations', name: 'Escalations' }),
  weeks: rows('2026-W46', [...waves(30, 10, 1), ...Array.from({ length: 14 }, () => 30)]),
};
const again: Given = {
  kpi: kpi({ id: 'acknowledge', name: 'Time to acknowledge', ...fourHours }),
  weeks: rows('2026-W46', [...usual, hours(4.3), hours(4.4)]),
};

const pagerDuty: ReviewSource = {
  id: 'pd',
  name: 'PagerDuty',
  freshness: 'stale',
  completeUntil: instant('2026-11-12T10:00Z'),
  text: 'last complete pass 9 days ago',
};
const october = (rest: Partial<ReviewRestatement> = {}): ReviewRestatement => ({
  period: '2026-10',
  before: { value: hours(4.1), emptiness: null, count: 30 },
  after: { value: hours(4.9), emptiness: null, count: 33 },
  causes: ['late'],
  moved: 3,
  at: instant('2026-11-17T10:00Z'),
  ...rest,
});
const reasons = (given: readonly Given[], rest: Partial<ReviewInput> = {}) =>
  review(given, rest).agenda.map(({ reason, kpi: id }) => `${reason}: ${id}`);

describe('the agenda', () => {
  it('takes signals against us first, then missed targets, restatements, stale sources, broken definitions, changes and wins', () => {
    const restated: Given = {
      kpi: kpi({ id: 'restated', name: 'Restored' }),
      weeks: rows('2026-W46', usual),
      restatements: [october()],
    };
    const broken = {
      file: 'kpis/x.yaml',
      lastGoodKpi: null,
      problems: [{ file: 'kpis/x.yaml', line: 3, column: 4, path: 'measure', message: 'no such kind', fix: 'Use incidents' }],
    };
    const found = review([faster, moved, restated, missed, slower], { sources: [pagerDuty], broken: [broken] });
    expect(found.agenda.map(({ position, mark, title, reason }) => `${position} ${mark} ${title} (${reason})`)).toEqual([
      '1 ▲ Time to restore service (signal against us)',
      '2 ✕ Incidents (target missed)',
      '3 ↻ Restated: Restored (restated)',
      '4 ◌ Stale: PagerDuty (stale source)',
      '5 ! Broken definition: x.yaml (broken definition)',
      '6 ~ Calls (changed)',
      '7 ✓ Time to detect (win)',
    ]);
  });

  it('takes inputs, which we control, before outcomes', () => {
    expect(reasons([slower, failing])).toEqual(['signal against us: change-failure-rate', 'signal against us: time-to-restore']);
  });

  it('says in a sentence why each stands there', () => {
    const found = review([slower, failing, missed, faster, moved]);
    expect(found.agenda.map(({ why }) => why)).toEqual([
      'Above its limit of 23% for the first time on record (31 weeks).',
      'Above its limit of 6.1 h for the first time on record (41 weeks), and its target is missed.',
      'Missed its target of at most 5 with 6, after 31 weeks that met it.',
      'Above its limit of 67 for the first time on record (31 weeks).',
      'Below its limit of 2.1 h for the first time on record (41 weeks).',
    ]);
  });

  it('takes no time for what is old: a signal that stands, a target missed again', () => {
    expect(review([overdue, again, steady]).agenda).toEqual([]);
  });

  it('counts a target that is met again after a month as a win', () => {
    const regained: Given = {
      kpi: kpi(fourHours),
      weeks: rows('2026-W46', [...usual, ...[4.2, 4.2, 4.2, 4.05, 3.8].map(hours)]),
    };
    expect(review([regained]).agenda[0]).toMatchObject({
      reason: 'win',
      why: 'Meets its target of at most 4 h again, after 4 weeks that missed it.',
      judgement: 'with',
    });
  });

  it('does not call it news when three of four rest on a signal that was told', () => {
    const echoing: Given = { kpi: kpi(), weeks: rows('2026-W46', [...usual, ...[6.4, 4, 5.6, 5.7].map(hours)]) };
    const found = review([echoing]);
    expect(found.cards[0]?.signals.filter(({ isNews }) => isNews).map(({ rule }) => rule)).toEqual(['3 of 4']);
    expect(found.agenda).toEqual([]);
  });

  it('has nothing from a week that is still running', () => {
    expect(review([slower, missed], { now: instant('2026-11-12T10:00Z') }).agenda).toEqual([]);
  });

  it('names the KPIs that wait for a stale source', () => {
    const waiting = [slower, missed, steady, faster].map((given) => ({ ...given, sources: ['pd'] }));
    const item = review(waiting, { sources: [pagerDuty] }).agenda.find(({ reason }) => reason === 'stale source');
    expect(item).toMatchObject({
      source: 'pd',
      kpi: null,
      why: 'PagerDuty is known only until 12 Nov; 4 KPIs wait for it: Time to restore service, Incidents and 2 more.',
    });
  });

  it('names the year of a source that fell silent in another one', () => {
    const silent = { ...pagerDuty, completeUntil: instant('2025-02-18T10:00Z') };
    expect(review([steady], { sources: [silent] }).agenda[0]?.why).toBe('PagerDuty is known only until 18 Feb 2025.');
  });

  it('leaves out a source that fails today but covers the week', () => {
    const covering = { ...pagerDuty, freshness: 'failing' as const, completeUntil: instant('2026-11-16T00:00Z') };
    expect(reasons([steady], { sources: [covering] })).toEqual([]);
    expect(review([steady], { sources: [{ ...pagerDuty, freshness: 'never pulled', completeUntil: null }] }).agenda[0]?.why).toBe(
      'PagerDuty has never been read completely.',
    );
  });

  it('says where a broken definition is broken, and that its last good version is measured', () => {
    const problem = {
      file: 'kpis/queues/depth.yaml',
      line: 12,
      column: 3,
      path: 'measure.of',
      message: 'no such kind',
      fix: null,
    };
    const found = review([steady], {
      broken: [{ file: 'kpis/queues/depth.yaml', lastGoodKpi: 'queue-depth', problems: [problem, problem] }],
    });
    expect(found.agenda[0]).toMatchObject({
      title: 'Broken definition: depth.yaml',
      why: 'kpis/queues/depth.yaml:12:3: measure.of: no such kind (and 1 more problem). Its last good version is still measured.',
    });
    expect(found.problems).toHaveLength(2);
    // The last good version is judged like any other KPI: here it is routine.
    expect(found.routine).toEqual([{ section: 'Queues', line: '1 routine.', kpis: ['queue-depth'] }]);
  });
});

describe('restatements', () => {
  const given = (...restatements: ReviewRestatement[]): Given => ({ kpi: kpi(), weeks: rows('2026-W46', usual), restatements });

  it('say what was, what is, and what moved', () => {
    const found = review([given(october())]);
    expect(found.agenda[0]?.why).toBe('October now reads 4.9 h, was 4.1 h (late, 3 items).');
    expect(found.cards[0]?.revisions).toEqual([
      {
        period: '2026-10',
        title: 'October 2026',
        before: '4 h 6 m',
        after: '4 h 54 m',
        causes: ['late'],
        moved: 3,
        at: '2026-11-17T10:00:00.000Z',
        beforeAt: null,
      },
    ]);
  });

  it('that move nothing anyone can read say what still stands', () => {
    const [before, after] = [224_994, 225_029].map((value) => ({ value, emptiness: null, count: 30 }));
    const found = review([given({ ...october(), ...(before && after ? { before, after } : {}) })]);
    expect(found.agenda[0]?.why).toBe('October still reads 2.6 d (late, 3 items).');
  });

  it('of several figures are one entry', () => {
    const week = october({ period: '2026-W44', causes: ['late', 'reopened'] });
    expect(review([given(october(), week)]).agenda.map(({ why }) => why)).toEqual([
      'Week 44 now reads 4.9 h, was 4.1 h (late and reopened, 3 items); 1 more figure changed.',
    ]);
  });

  it('by a new definition are one entry', () => {
    const redefined = [
      october({ causes: ['redefined'], moved: 0 }),
      october({ period: '2026-09', causes: ['redefined'], moved: 0 }),
    ];
    expect(review([given(...redefined)]).agenda[0]?.why).toBe('Redefined on 17 Nov: 2 figures shown here changed with it.');
  });

  it('that alter no shown figure stay in the card', () => {
    const unseen = october({ period: '2024-03' });
    const rounded = october({ after: { value: hours(4.1) + 0.2, emptiness: null, count: 31 } });
    const found = review([given(unseen, rounded)]);
    expect(found.agenda).toEqual([]);
    expect(found.cards[0]?.revisions).toHaveLength(2);
  });

  it('to nothing say so', () => {
    const emptied = october({ after: { value: null, emptiness: 'none to measure', count: 0 }, causes: ['cancelled'], moved: 1 });
    expect(review([given(emptied)]).agenda[0]?.why).toBe('October now reads none to measure, was 4.1 h (cancelled, 1 item).');
  });
});

describe('what is folded', () => {
  it('is one line a section, with old findings by name and age', () => {
    const small: Given = {
      kpi: kpi({ id: 'small', name: 'Small' }),
      weeks: rows('2026-W46', [...usual, { value: hours(9), count: 2 }]),
    };
    const young: Given = { kpi: kpi({ id: 'young', name: 'Young' }), weeks: rows('2026-W46', usual.slice(-5)) };
    const empty: Given = { kpi: kpi({ id: 'empty', name: 'Empty' }), weeks: rows('2026-W46', [...usual, 'none to measure']) };
    const found = review([overdue, steady, again, small, young, empty]);
    expect(found.routine).toEqual([
      {
        section: 'Incidents',
        line: '1 too few to judge; 1 without limits yet; 1 with nothing to measure; Escalations still above its limit, the 14th week in a row (act or re-base); Time to acknowledge misses its target for the second week running.',
        kpis: ['escalations', 'acknowledge', 'small', 'young', 'empty'],
      },
      { section: 'Queues', line: '1 routine.', kpis: ['queue-depth'] },
    ]);
    expect(found.headline.map(({ text }) => text)).toEqual([
      'Nothing asks for time',
      '2 older findings stand',
      '1 routine',
      '3 not judged',
    ]);
  });

  it('counts apart what no source gives', () => {
    const unsourced: Given = { kpi: kpi({ id: 'unsourced', name: 'Unsourced' }), weeks: [] };
    expect(review([unsourced]).routine[0]?.line).toBe('1 without a source.');
  });

  it('does not say of an old finding that it still stands where the week has no data', () => {
    const lost: Given = { ...overdue, weeks: rows('2026-W46', [...overdue.weeks.map(({ value }) => value ?? 0), 'no data']) };
    expect(review([lost]).routine[0]?.line).toBe('1 without data.');
    const nothing: Given = { ...overdue, weeks: rows('2026-W46', [...overdue.weeks.map(({ value }) => value ?? 0), 30]) };
    expect(review([nothing]).routine[0]?.line).toMatch(/still above its limit/);
  });

  it('comes after the agenda, so that every KPI has one card', () => {
    expect(review([steady, slower, again, failing]).cards.map(({ id }) => id)).toEqual([
      'change-failure-rate',
      'time-to-restore',
      'queue-depth',
      'acknowledge',
    ]);
  });
});

describe('the head of the review', () => {
  it('counts what there is', () => {
    const found = review([slower, failing, missed, faster, steady, again]);
    expect(found.headline.map(({ text }) => text).join(' · ')).toBe(
      '2 signals against us · 1 target newly missed · 1 win · 1 older finding stands · 1 routine',
    );
    expect(found.minutes).toBe(25);
  });

  it('asks for five minutes when nothing happened, and for an hour at most', () => {
    expect(review([steady]).minutes).toBe(5);
    const many = Array.from({ length: 30 }, (_, index): Given => ({ ...slower, kpi: kpi({ id: `k${index}`, ...fourHours }) }));
    expect(review(many).minutes).toBe(60);
  });

  it('says how final the week is', () => {
    const unsettled: Given = { kpi: kpi(), weeks: rows('2026-W46', [...usual, { value: hours(4), flags: ['unsettled'] }]) };
    const state = (given: Given, rest: Partial<ReviewInput> = {}) => review([given], rest).week.state;
    expect(state(steady)).toBe('settled');
    expect(state(unsettled, { now: instant('2026-11-16T09:00Z') })).toBe('closed, settles Thu 19 Nov');
    expect(state(unsettled)).toBe('closed, waits for its sources');
    expect(state(steady, { now: instant('2026-11-12T09:00Z') })).toBe('running');
    expect(state(unsettled, { publishedAt: instant('2026-11-17T09:00Z') })).toBe('published 17 Nov');
  });

  it('leads to the weeks before and after, as far as there are any', () => {
    expect(review([steady]).week).toMatchObject({
      id: '2026-W46',
      label: 'Week 46',
      days: '9–15 Nov 2026',
      previous: '2026-W45',
      next: '2026-W47',
      latest: '2026-W46',
    });
    expect(review([steady], { now: instant('2026-11-14T09:00Z') }).week).toMatchObject({
      isRunning: true,
      next: null,
      latest: '2026-W45',
    });
    expect(review([steady], { firstDay: period('2026-W46').firstDay }).week.previous).toBeNull();
  });

  it('keeps to its schema, also when there is nothing at all', () => {
    const full = review([slower, failing, missed, faster, steady, again, moved, { ...overdue, restatements: [october()] }], {
      sources: [pagerDuty],
    });
    for (const found of [full, review([], { firstDay: null })]) expect([...Schema.Errors(ReviewSchema, found)]).toEqual([]);
  });

  it('is the same for the same input', () => {
    expect(review([slower, failing])).toEqual(review([slower, failing]));
  });
});

describe('the numbers row', () => {
  const given: Given = {
    kpi: kpi(fourHours),
    weeks: [...rows('2026-W46', [...usual.slice(0, -1), hours(4.9), hours(6.4)], 40), row('2025-W46', hours(7), 40)],
    toDate: [5.2, 5, 4.9, 5, 4.4, 4.8].map((value, index) => row(toDateIds[index] ?? '', hours(value), 80)),
  };

  it('holds last week, the month, the quarter and the year to date, each against the year before, and the target', () => {
    expect(card(given).boxes.map(({ label, text }) => `${label} ${text}`)).toEqual([
      'Last wk 6.4 h',
      'WoW +31%',
      'YoY −8.6%',
      'MTD 5.2 h',
      'YoY +4%',
      'QTD 4.9 h',
      'YoY −2%',
      'YTD 4.4 h',
      'YoY −8.3%',
      'Target ≤ 4 h',
    ]);
  });

  it('judges values by limits and targets, and changes not at all', () => {
    expect(card(given).boxes.map(({ judgement }) => judgement)).toEqual([
      'against',
      'routine',
      'routine',
      'against',
      'routine',
      'against',
      'routine',
      'against',
      'routine',
      'against',
    ]);
  });

  it('says in full what each compares', () => {
    expect(card(given).boxes.map(({ title }) => title)).toContain('Against Week 46, 10–16 Nov 2025 (7 h)');
    expect(card(given).boxes.at(-1)?.title).toBe('at most 4 hours each week, since 1 Jan 2024: missed in Week 46, 9–15 Nov 2026');
  });

  it('scales the target of a total by days', () => {
    const total = (monthToDate: number): Given => ({
      kpi: incidents({ targets: [atMost(14, '14')] }),
      weeks: rows('2026-W46', waves(30, 10, 2)),
      // 1 to 15 November: fifteen days of two a day.
      toDate: [row('2026-W46-MTD', monthToDate, monthToDate)],
    });
    const judged = (count: number) => card(total(count)).boxes[3]?.judgement;
    expect([judged(30), judged(31)]).toEqual(['routine', 'against']);
  });

  it('says why a number is missing', () => {
    const found = card({ kpi: kpi(), weeks: rows('2026-W46', [...usual, 'none to measure']) });
    expect(found.boxes.slice(0, 3).map(({ text }) => text)).toEqual(['none to measure', 'none to measure', 'none to measure']);
    expect(found.boxes.at(-1)).toMatchObject({ text: 'none set', value: null });
    const young = card({ kpi: kpi(), weeks: rows('2026-W46', usual) });
    expect(young.boxes[2]).toMatchObject({ text: 'before history', value: null, judgement: 'unknown' });
  });
});

describe('the points of a card', () => {
  it('are six weeks and twelve months with the year before beneath', () => {
    const found = card({
      kpi: kpi(),
      weeks: rows('2026-W46', waves(120, hours(4), 900)),
      months: rows('2026-10', waves(24, hours(4), 900)),
    });
    expect(
      [found.weeks, found.priorWeeks, found.months, found.priorMonths].map(
        (points) => `${points.length} ${points[0]?.period} ${points.at(-1)?.period}`,
      ),
    ).toEqual(['6 2026-W41 2026-W46', '6 2025-W41 2025-W46', '12 2025-11 2026-10', '12 2024-11 2025-10']);
    expect(found.history).toHaveLength(104);
    expect(found.current).toMatchObject({ label: 'W46', title: 'Week 46, 9–15 Nov 2026' });
  });

  it('draw totals per day, so that weeks and months share an axis, and the target with them', () => {
    const found = card({
      kpi: incidents({ targets: [atMost(14, '14')] }),
      weeks: rows('2026-W46', [21, 14]),
      months: rows('2026-10', [62]),
    });
    expect(found.current).toMatchObject({ value: 14, drawn: 2, text: '14' });
    expect(found.months.at(-1)).toMatchObject({ value: 62, drawn: 2 });
    expect(found.target).toMatchObject({
      value: 14,
      drawn: 2,
      short: '≤ 14',
      text: 'at most 14 incidents a week, since 1 Jan 2024',
    });
    expect(found.unit).toMatchObject({ axis: 'incidents per day', isTotal: true });
    // The process behaviour chart is of weeks alone, and its limits are limits of whole weeks.
    expect(found.history.at(-1)).toMatchObject({ drawn: 14 });
  });

  it('of a queue show its change in the process behaviour chart, with the level in words', () => {
    const found = card(steady);
    expect(found.history.at(-1)).toMatchObject({ value: -10, text: '−10, to 135' });
    expect(found.history[0]).toMatchObject({ value: null, text: 'no change known (145)' });
    expect(found.limits[0]?.text).toMatch(/^mean change 0, routine between −53 and \+53, from 24 weeks to week \d+ of 2026$/);
  });

  it('leave a gap where a week was not measured', () => {
    const holed = rows('2026-W46', usual).filter(({ period: id }) => id !== '2026-W44');
    const found = card({ kpi: kpi(), weeks: holed });
    expect(found.weeks.map(({ text }) => text === 'no data')).toEqual([false, false, false, true, false, false]);
    expect(found.history).toHaveLength(40);
  });

  it('carry count, exclusions and what else is shown', () => {
    const last = {
      ...row('2026-W46', hours(4), 9),
      exclusions: [{ reason: 'still open', count: 2 }],
      also: { p90: hours(30), coverage: 0.93, longest: null },
      revision: 2,
    };
    const found = card({ kpi: kpi(), weeks: [...rows('2026-W45', usual), last] });
    expect(found.counted).toBe('9 counted');
    expect(found.exclusions).toEqual([{ reason: 'still open', count: 2 }]);
    expect(found.also).toEqual([
      { name: 'p90', text: '30 h' },
      { name: 'coverage', text: '93%' },
    ]);
    expect(found.current.revision).toBe(2);
  });

  it('judge by the limits that were frozen with the values, not by what their first points say since', () => {
    const frozen = { mean: 5, lower: null, upper: 10, isProvisional: false, from: '2026-W07', to: '2026-W30' };
    const weeks = rows('2026-W46', waves(40, 20, 2));
    const kept = weeks.map((each, index) => (index < 24 ? each : { ...each, limits: frozen }));
    const drawn = (given: readonly ReviewRow[], rest: Partial<Kpi> = {}) =>
      card({ kpi: incidents(rest), weeks: given }).limits.map(({ mean, upper }) => [mean, upper]);
    expect(drawn(weeks)).toEqual([[20, 20 + 2.66 * 4]]);
    expect(drawn(kept)).toEqual([[5, 10]]);
    expect(card({ kpi: incidents(), weeks: kept }).signals.map(({ rule }) => rule)).toContain('beyond a limit');
    // Provisional ones may still move; those from before a divider belong to another stretch.
    expect(drawn(weeks.map((each) => ({ ...each, limits: { ...frozen, isProvisional: true } })))).toEqual([[20, 20 + 2.66 * 4]]);
    const dividers = [{ on: period('2026-W19').firstDay, because: 'another way of counting' }];
    expect(drawn(kept, { dividers })).toEqual([
      [20, 20 + 2.66 * 4],
      [20, 20 + 2.66 * 4],
    ]);
  });

  it('are judged by the month where weeks are hidden, as those of what people of a team bore', () => {
    const weeks = rows(
      '2026-W46',
      Array.from({ length: 40 }, () => 'hidden' as const),
    );
    const found = card({ kpi: incidents({ isPersonal: true }), weeks, months: rows('2026-10', waves(20, 40, 4)) });
    expect(found.judgedAs).toBe('its monthly value: hidden by the week');
    expect(found.limits).toMatchObject([{ isProvisional: true }]);
    expect(card({ kpi: incidents({ isPersonal: true }), weeks }).limits).toEqual([]);
  });
});
