import { describe, expect, it } from 'vitest';
import { buildReport } from '../../server/review/report.ts';
import type { FigureRevision, ReportInput, ReportKpiInput } from '../../server/review/report-input.ts';
import type { Figure, Report } from '../../server/review/report-schema.ts';
import { NO_TALK } from '../../server/review/talk.ts';
import {
  atMost,
  calendar,
  day,
  hours,
  instant,
  kpi,
  kpiInput,
  organisation,
  period,
  queue,
  row,
  rows,
  waves,
  type Given,
} from './build.ts';
import { shiftPeriod } from '../../server/time/calendar.ts';

/** Q3 2026 of one or more KPIs, from weeks that end with its last whole week (39), and quarters that end with it. */
interface Asked extends Given {
  readonly figures?: ReportKpiInput['figures'];
  readonly revisions?: readonly FigureRevision[];
}

function report(given: readonly Asked[], rest: Partial<ReportInput> = {}): Report {
  return buildReport({
    organisation,
    scope: 'organisation',
    scopes: [{ id: 'organisation', label: 'All teams', group: 'Organisation', parent: null }],
    quarter: period('2026-Q3'),
    week: period('2026-W40'),
    firstDay: day('2024-01-01'),
    now: instant('2026-10-20T09:00Z'),
    kpis: given.map(({ figures = [], revisions = [], ...one }) => ({ ...kpiInput(one), figures, revisions })),
    sources: [],
    broken: [],
    talk: NO_TALK,
    narratives: [],
    watermark: 7,
    measuredAt: null,
    ...rest,
  });
}
const figure = (asked: Asked, rest: Partial<ReportInput> = {}): Figure => {
  const [found] = report([asked], rest).figures;
  if (found === undefined) throw new Error('a report has a figure for each KPI');
  return found;
};
const weeks = (values: readonly number[]) => rows('2026-W39', values);
const quarters = (...values: number[]) =>
  values.map((value, index) => row(shiftPeriod(calendar, period('2026-Q3'), index - values.length + 1).id, value, 40));
const within = (count: number, mean: number) => waves(count, hours(mean), hours(0.2));
const target = (count: number) => [atMost(hours(count), `${count} hours`)];

describe('a goal of the quarter', () => {
  it('is met where the whole quarter meets the target, and says in how many weeks it was kept', () => {
    const asked = { kpi: kpi({ targets: target(4) }), weeks: weeks([...within(40, 3), ...within(12, 3), hours(5)]) };
    expect(figure({ ...asked, figures: quarters(hours(3.1), hours(4)) }).target).toMatchObject({
      isMet: true,
      stand: 'met',
      text: '≤ 4 h',
      kept: 'in 12 of 13 weeks',
    });
    expect(figure({ ...asked, figures: quarters(hours(3.1), hours(4.1)) }).target).toMatchObject({
      isMet: false,
      stand: 'missed',
    });
  });

  it('scales a total by the days of the quarter', () => {
    const asked = {
      kpi: kpi({
        measure: { type: 'count', of: 'incident', per: null },
        unit: { type: 'count', label: 'incidents', isTotal: true },
        targets: [atMost(7, '7')],
      }),
      weeks: weeks(waves(52, 6, 1)),
      figures: quarters(80, 92),
    };
    expect(figure(asked).target).toMatchObject({ value: 92, isMet: true, every: '7 a week' });
    expect(figure({ ...asked, figures: quarters(80, 93) }).target?.isMet).toBe(false);
  });

  it('is not judged while the quarter runs, without a value, or from too few', () => {
    const asked = { kpi: kpi({ targets: target(4) }), weeks: weeks(within(52, 3)) };
    const isRunning = { now: instant('2026-09-20T09:00Z'), week: period('2026-W37') };
    expect(figure({ ...asked, figures: quarters(hours(3)) }, isRunning).target).toMatchObject({
      isMet: null,
      stand: 'runs until 30 Sep',
    });
    expect(figure({ ...asked, figures: [row('2026-Q3', 'hidden', 0)] }).target).toMatchObject({ isMet: null, stand: 'hidden' });
    expect(figure({ ...asked, figures: [row('2026-Q3', hours(3), 2)] }).target).toMatchObject({ isMet: null });
  });

  it('makes the headline: what is met, of what can be told', () => {
    const one = { kpi: kpi({ targets: target(4) }), weeks: weeks(within(52, 3)), figures: quarters(hours(3)) };
    const other = { ...one, kpi: kpi({ id: 'other', name: 'Other', targets: target(4) }), figures: quarters(hours(5)) };
    expect(report([one]).headline).toBe('The one goal is met');
    expect(report([one, other]).headline).toBe('1 of 2 goals met');
    expect(report([one, other]).lead).toContain('Missed: other (5 h, target ≤ 4 h).');
    expect(report([{ ...one, kpi: kpi() }]).headline).toBe('No goals are set');
  });
});

describe('a forecast carries the limits to the end of the next quarter', () => {
  const forecast = (mean: number) =>
    figure({ kpi: kpi({ targets: target(4) }), weeks: weeks(within(52, mean)), figures: quarters(hours(mean)) }).forecast;

  it('will be met where all of routine variation meets the target', () => {
    expect(forecast(2)).toMatchObject({ is: 'will', until: 'the end of Q4 2026' });
  });
  it('may be met or missed where the target lies within it', () => {
    expect(forecast(4)?.is).toBe('may');
    expect(forecast(4)?.text).toMatch(
      /^May be met or missed by the end of Q4 2026: a routine week lies between .* on both sides of ≤.4.h\.$/,
    );
  });
  it('will not be met where none of it does', () => {
    expect(forecast(6)?.is).toBe('will not');
  });

  it('takes the limits since a shift, and says nothing until there are enough', () => {
    const asked = (after: number) =>
      figure({
        kpi: kpi({ targets: target(4) }),
        weeks: weeks([...within(40, 6), ...within(after, 2)]),
        figures: quarters(hours(2)),
      }).forecast;
    expect(asked(10)).toMatchObject({
      is: 'cannot be told',
      text: expect.stringContaining('it shifted 11 weeks ago') as unknown,
    });
    expect(asked(14)).toMatchObject({ is: 'will', text: expect.stringContaining('since it shifted 15 weeks ago') as unknown });
  });

  it('extrapolates nothing: a slow rise within its limits stays what it is', () => {
    const rising = Array.from({ length: 52 }, (_, index) => hours(3) + index * 10 + (index % 2) * 1800);
    expect(
      figure({ kpi: kpi({ targets: target(6) }), weeks: weeks(rising), figures: quarters(hours(3)) }).forecast?.text,
    ).not.toMatch(/trend|slope|will reach/);
  });

  it('is told of a target that is agreed for a later day', () => {
    const coming = { ...atMost(hours(0.5), '30 minutes'), since: day('2027-01-01') };
    const asked = { kpi: kpi({ targets: [...target(4), coming] }), weeks: weeks(within(52, 2)), figures: quarters(hours(2)) };
    expect(figure(asked).forecast).toMatchObject({ is: 'will not', until: '1 Jan 2027' });
  });

  it('is not told of a level that carries over', () => {
    const asked = { kpi: queue({ targets: [atMost(50, '50')] }), weeks: weeks(waves(52, 30, 2)), figures: quarters(30) };
    expect(figure(asked).forecast?.is).toBe('cannot be told');
  });
});

describe('what moved beyond noise', () => {
  const asked = (values: readonly number[], rest = {}) =>
    figure({ kpi: kpi(rest), weeks: weeks(values), figures: quarters(hours(3), hours(3)) }).move;

  it('is routine within limits, however much it changed', () => {
    expect(asked(within(52, 3))).toMatchObject({ judgement: 'routine', word: 'routine' });
  });
  it('is better or worse by a run that lies in the quarter', () => {
    expect(asked([...within(42, 3), ...within(10, 2)])).toMatchObject({ judgement: 'with', word: 'better', isLasting: true });
    expect(asked([...within(42, 3), ...within(10, 4)])).toMatchObject({ judgement: 'against', word: 'worse', isLasting: true });
  });
  it('says of a single week that it was one', () => {
    expect(asked([...within(44, 3), hours(9), ...within(7, 3)])).toMatchObject({ word: 'one week worse', isLasting: false });
  });
  it('leaves to the quarter before what lay there', () => {
    expect(asked([...within(30, 3), ...within(9, 2), ...within(13, 3)])).toMatchObject({ judgement: 'routine' });
  });
  it('says so where the quarter before points the other way', () => {
    const lead = (before: number): string | undefined =>
      report([{ kpi: kpi(), weeks: weeks([...within(42, 3), ...within(10, 2)]), figures: quarters(hours(before), hours(3)) }])
        .moved[0]?.lead;
    expect(lead(4)).toBe('Better: 3 h (−25%) against Q2 2026');
    expect(lead(2)).toBe('Better: 3 h, though +50% against Q2 2026');
  });
  it('is claimed of nothing while nothing is judged', () => {
    const made = report([{ kpi: kpi(), weeks: weeks(within(5, 3)), figures: quarters(hours(3)) }]);
    expect(made.lead).toBe('Whether anything moved beyond noise in Q3 2026 cannot be told yet: limits take twelve periods.');
  });
  it('is drawn over a year of weeks', () => {
    const { points } = figure({ kpi: kpi(), weeks: weeks(within(60, 3)), figures: quarters(hours(3)) }).trend;
    expect([points.length, points.at(-1)?.period]).toEqual([52, '2026-W39']);
  });
  it('is told with what was done about it, on the page and among what is asked', () => {
    const made = report([
      {
        kpi: kpi({ targets: target(4) }),
        weeks: weeks([...within(42, 3), ...within(10, 5)]),
        figures: quarters(hours(3), hours(5)),
      },
    ]);
    expect(made.moved.map(({ kpi: id, judgement }) => [id, judgement])).toEqual([['time-to-restore', 'against']]);
    expect(made.risks.map(({ why }) => why)).toEqual(['Missed: 5 h for ≤ 4 h, kept in 3 of 13 weeks.']);
    expect(made.asks[0]?.text).toMatch(/^Agree on an action for time to restore service/);
  });
});

describe('footnotes', () => {
  const revision = (number: number, value: number, causes: string[], at: string): FigureRevision => ({
    period: '2026-Q3',
    revision: number,
    value,
    emptiness: null,
    at: instant(at),
    causes,
    moved: 2,
  });
  const revisions = [
    revision(1, hours(4.2), ['settled'], '2026-10-05T04:00Z'),
    revision(2, hours(4.4), ['late'], '2026-10-12T04:00Z'),
  ];
  const asked = { weeks: weeks(within(52, 4)), figures: quarters(hours(4.4)), revisions };

  it('tell what a figure said, what it says, since when and why', () => {
    const made = report([{ ...asked, kpi: kpi() }]);
    expect(made.notes).toEqual([
      {
        number: 1,
        kind: 'restated',
        kpi: 'time-to-restore',
        text: 'Time to restore service, Q3 2026: 4.2 h until 12 Oct 2026, 4.4 h since (late; 2 items moved).',
      },
    ]);
    expect(made.figures[0]?.notes).toEqual([1]);
  });
  it('do not tell what people bore said before: the difference could single somebody out', () => {
    const text = report([{ ...asked, kpi: kpi({ isPersonal: true }) }]).notes[0]?.text ?? '';
    expect(text).toContain('is not told');
    expect(text).not.toContain('4.2');
  });
  it('leave out what alters no shown figure', () => {
    const unseen = [
      revision(1, hours(4.4) + 3, ['settled'], '2026-10-05T04:00Z'),
      revision(2, hours(4.4), ['late'], '2026-10-12T04:00Z'),
    ];
    expect(report([{ ...asked, kpi: kpi(), revisions: unseen }]).notes).toEqual([]);
  });
  it('name targets and limits that began in the quarter', () => {
    const made = report([
      {
        ...asked,
        revisions: [],
        kpi: kpi({
          targets: [
            { ...atMost(hours(5), '5 hours'), since: day('2026-06-30') },
            { ...atMost(hours(4), '4 hours'), since: day('2026-08-01') },
          ],
          dividers: [{ on: day('2026-07-06'), because: 'a new pager' }],
        }),
      },
    ]);
    expect(made.notes.map(({ text }) => text)).toEqual([
      'Time to restore service: its target is at most 4 hours every week since 1 Aug 2026 (agreed with product leads).',
      'Time to restore service: its limits begin anew on 6 Jul 2026 (a new pager).',
    ]);
  });
});

describe('what cannot be told', () => {
  it('keeps its word and is no 0, in figures, pictures and lists', () => {
    const made = report([
      {
        kpi: kpi({ section: 'On-call', isPersonal: true }),
        weeks: [row('2026-W39', 'hidden', 0)],
        figures: [row('2026-Q3', 'hidden', 0)],
      },
    ]);
    expect(made.figures[0]?.now).toMatchObject({ value: null, text: 'hidden', emptiness: 'hidden' });
    expect(made.people).toEqual({ charts: [], rest: [], hidden: ['time-to-restore'] });
    expect(made.figures[0]?.trend.points.every(({ value }) => value === null)).toBe(true);
  });
  it('reads before history where the first row comes later', () => {
    expect(figure({ kpi: kpi(), weeks: weeks(within(20, 3)), figures: quarters(hours(3)) }).yearBefore).toMatchObject({
      value: null,
      text: 'before history',
    });
  });
});
