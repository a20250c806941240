import { describe, expect, it } from 'vitest';
import { buildShift } from '../../server/review/shift.ts';
import type { GroupNumber, ShiftInput, ShiftLoad } from '../../server/review/shift-input.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import type { Calendar, Period } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

const zone = findZone('Europe/Berlin');
if (zone === null) throw new Error('no zone');
const CALENDAR: Calendar = { zone, weekStart: 1, fiscalYearEndMonth: 12 };
const HOUR_MS = 3_600_000;
const FROM = Date.parse('2026-11-09T09:00:00Z');
const TO = FROM + 7 * 24 * HOUR_MS;

const QUIET: ShiftLoad = { interruptions: [], mostIncidents: 0, disruptedHours: 0, brokenNights: 0, lostNights: 0, pages: [] };
const called = (...nights: boolean[]): ShiftLoad['interruptions'] =>
  nights.map((isNight, index) => ({ at: FROM + index * HOUR_MS, isNight }));

function periodOf(id: string): Period {
  const period = parsePeriod(CALENDAR, id);
  if (period === null) throw new Error(id);
  return period;
}
const told = (id: string, value: number): GroupNumber => ({ value, emptiness: null, period: periodOf(id) });
const hidden = (id: string): GroupNumber => ({ value: null, emptiness: 'hidden', period: periodOf(id) });

const shown = (load: Partial<ShiftLoad>, rest: Partial<ShiftInput> = {}) =>
  buildShift({
    organisation: 'Northwind Cloud',
    teamLabel: 'Payments',
    shift: {
      uid: 'rota:shift:1',
      rotation: 'payments-primary',
      team: 'payments',
      responder: 'p-1',
      zone: zone.name,
      from: FROM,
      to: TO,
    },
    zone,
    calendar: CALENDAR,
    now: TO + HOUR_MS,
    pagesUntil: TO + HOUR_MS,
    load: { ...QUIET, ...load },
    days: [],
    group: new Map(),
    open: { at: TO + HOUR_MS, rows: [], total: 0 },
    survey: { closesAt: TO + 168 * HOUR_MS, asks: true, given: null, answeredAt: null },
    ...rest,
  });

describe('what a shift asked, in words', () => {
  it.each<[Partial<ShiftLoad>, string]>([
    [{}, 'You were not interrupted in 7 d on call.'],
    [{ interruptions: called(false) }, 'You were interrupted once in 7 d on call.'],
    [{ interruptions: called(true) }, 'You were interrupted once in 7 d on call, at night.'],
    [{ interruptions: called(true, true) }, 'You were interrupted twice in 7 d on call, always at night.'],
    [
      { interruptions: called(true, false, false), mostIncidents: 2, brokenNights: 1 },
      'You were interrupted 3 times in 7 d on call, 1 of them at night. Never did more than 2 incidents page you within 12 hours, where 2 are the most there should be. 1 night was broken.',
    ],
    [
      { interruptions: called(true, true, true), mostIncidents: 3, brokenNights: 2, lostNights: 2 },
      'You were interrupted 3 times in 7 d on call, always at night. 3 incidents paged you within 12 hours; there should be 2 at most. 2 nights were broken, all of them lost.',
    ],
  ])('%#', (load, words) => {
    expect(shown(load).verdict).toBe(words);
  });

  it('is against whoever bore more than the budget or lost a night, and else nothing', () => {
    expect(shown({ mostIncidents: 2 }).judgement).toBe('neutral');
    expect(shown({ mostIncidents: 3 }).judgement).toBe('against');
    expect(shown({ brokenNights: 1, lostNights: 1 }).judgement).toBe('against');
  });

  it('says so far while the shift runs, of the hours that are over', () => {
    const made = shown(
      { interruptions: called(false, false, false) },
      { now: FROM + 24 * HOUR_MS, pagesUntil: FROM + 24 * HOUR_MS },
    );
    expect(made.verdict).toBe('You were interrupted 3 times in 1 d on call so far.');
    expect(made.figures[0]?.own).toBe('1.5');
    expect(made.survey).toMatchObject({
      state: 'later',
      text: 'Three questions wait here once the shift is over, from Mon 16 Nov 2026, 10:00 on.',
    });
  });

  it('tells up to when pages are known, and that nothing is known where none are', () => {
    expect(shown({}).doubts).toEqual([]);
    expect(shown({}, { pagesUntil: TO - 10 * HOUR_MS }).doubts).toEqual([
      'Pages are known up to Mon 16 Nov 2026, 00:00; later ones may be missing.',
    ]);
    expect(shown({}, { pagesUntil: null }).doubts).toEqual(['No source vouches for pages, so some may be missing.']);
    expect(shown({}, { pagesUntil: FROM })).toMatchObject({
      judgement: 'unknown',
      verdict: expect.stringMatching(/^Nothing is known of this shift yet/) as unknown,
    });
  });
});

describe('the hours of a shift', () => {
  const days = Array.from({ length: 3 }, (_, index) => ({
    day: zone.dayOf(FROM) + index,
    hours: Array.from({ length: 24 }, (_hour, hour) => ({
      at: zone.instantOf(zone.dayOf(FROM) + index, hour * HOUR_MS),
      isNight: hour < 7,
    })),
  }));

  it('that nobody knows of yet are not quiet ones', () => {
    const { hours, figures } = shown({ interruptions: called(false) }, { days, pagesUntil: FROM + 15 * HOUR_MS });
    const [first, second, third] = hours.days;
    expect([first?.label, first?.total, second?.total, third?.total]).toEqual(['Mon 9 Nov', 1, 0, null]);
    expect(first?.hours.map(({ on }) => on).indexOf(true)).toBe(10);
    expect(second?.hours.map(({ known }) => known).lastIndexOf(true)).toBe(0);
    expect(third?.hours.every(({ on, known }) => on && !known)).toBe(true);
    expect(hours.text).toBe('1 interruption, none at night.');
    // One in the fifteen hours that are known.
    expect(figures[0]?.own).toBe('0.8');
  });
});

describe('what is usual', () => {
  const usualOf = (group: ShiftInput['group']) =>
    Object.fromEntries(shown({}, { group }).figures.map(({ name, usual, of }) => [name, [usual, of]]));

  it('is the latest number that the team is told of, a total for as long as the shift was', () => {
    const usual = usualOf(
      new Map([
        ['interruptions-per-12h', [told('2026-Q3', 1), told('2026-09', 1.5), told('2026-10', 1.8)]],
        ['shifts-over-budget', [told('2026-10', 0.41)]],
        ['disrupted-hours', [told('2026-09', 9), told('2026-10', 60)]],
        // Thirty days on call.
        ['time-on-call', [told('2026-09', 1), told('2026-10', 30 * 86_400)]],
      ]),
    );
    expect(usual['Interruptions per 12 h on call']).toEqual(['1.8', 'October 2026']);
    expect(usual['Most paged incidents within 12 h (at most 2)']).toEqual(['41% of shifts were over it', 'October 2026']);
    expect(usual['Disrupted hours']).toEqual(['14 in as long', 'October 2026']);
    expect(usual['Broken nights']).toEqual(['not known yet', '']);
  });

  it('is hidden where the team is, and falls back on what is told of it', () => {
    const usual = usualOf(
      new Map([
        ['interruptions-per-12h', [hidden('2026-Q3'), hidden('2026-10')]],
        ['shifts-over-budget', [told('2026-Q3', 0.5), hidden('2026-10')]],
        ['disrupted-hours', [told('2026-10', 60)]],
        ['time-on-call', [hidden('2026-10')]],
      ]),
    );
    expect(usual['Interruptions per 12 h on call']).toEqual(['hidden', 'fewer than five people shared these days']);
    expect(usual['Most paged incidents within 12 h (at most 2)']?.[0]).toBe('50% of shifts were over it');
    expect(usual['Disrupted hours']?.[0]).toBe('hidden');
  });
});

describe('the questions', () => {
  const answered = {
    asks: true,
    closesAt: TO + 168 * HOUR_MS,
    given: { feeling: 4, rest: 2, pages: 5 },
    answeredAt: Date.parse('2026-11-30T23:30:00Z'),
  };

  it('say until when they are open, and when and to whom answers are shown: by the month of the organisation', () => {
    expect(shown({}).survey.text).toBe(
      'They take a minute. You may answer, and change your answers, until Mon 23 Nov 2026, 10:00; then this link closes.',
    );
    expect(shown({}, { survey: answered }).survey).toMatchObject({
      text: 'You may change your answers until Mon 23 Nov 2026, 10:00; then this link closes.',
      thanks: expect.stringMatching(/given in December 2026.*for Payments where five or more people answered/) as unknown,
    });
  });

  it('are not there where nobody asks', () => {
    expect(shown({}, { survey: { ...answered, asks: false, given: null, answeredAt: null } }).survey).toEqual({
      state: 'none',
      text: 'Northwind Cloud does not ask about this shift here. This link opens until Mon 23 Nov 2026, 10:00.',
      questions: [],
      given: null,
      thanks: null,
    });
  });
});

describe('what goes to the next person', () => {
  it('is what is open, as of when that is known', () => {
    expect(shown({}).open.text).toBe('No incident of Payments is open.');
    expect(shown({}, { open: null }).open.text).toMatch(/not known/);
    const rows = [{ title: 'INC-1', service: 'ledger', severity: 2, state: 'in_progress', age: 90_000 }];
    expect(shown({}, { open: { at: TO - 48 * HOUR_MS, rows, total: 3 } }).open).toEqual({
      text: '3 incidents of Payments are open, the oldest 1 here. As of 14 Nov 2026: later ones are not known yet.',
      rows: [{ title: 'INC-1', service: 'ledger', severity: 2, state: 'in progress', age: 'open for 1 d 1 h' }],
    });
  });

  it('names the loudest alerts, with their runbooks, and how many it does not', () => {
    const page = (key: string | null, rest = {}) => ({
      key,
      service: null,
      runbook: null,
      isRepeat: false,
      neededAction: null,
      ...rest,
    });
    const pages = [
      page('b', { neededAction: true }),
      page('a', { isRepeat: true, neededAction: false, runbook: 'runbooks/a' }),
      page('a'),
      page(null),
      ...['c', 'd', 'e', 'f'].map((key) => page(key)),
    ];
    const { alerts } = shown({ pages });
    expect(alerts.text).toBe('8 pages from 7 alerts. 1 page of 1 other alert not listed.');
    expect(alerts.rows.slice(0, 2)).toMatchObject([
      {
        key: 'a',
        pages: 2,
        repeats: 1,
        runbook: 'runbooks/a',
        text: '2 pages, 1 within 24 h of the same alert, 1 of 1 answered needed no action',
      },
      { key: 'b', pages: 1, runbook: null, text: '1 page, 0 of 1 answered needed no action' },
    ]);
  });
});
