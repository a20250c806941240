import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForEvents } from '../../server/review/rare.ts';
import { shiftPeriod } from '../../server/time/calendar.ts';
import { atLeast, atMost, calendar, card, day, days, instant, period, review, row, rows, waves } from './build.ts';
import { eventsApart, rareCard, rowsOf, severe, sinceLast, usual } from './rare-events.ts';

const said = (apart: readonly number[], since: number) => rareCard(severe(), eventsApart(apart, since)).verdict;
const week = (id: string) => period(id);
const DAY_MS = 86_400_000;

describe('a verdict on events that hardly happen', () => {
  it('tells a routine week by the time since the last one, or between the last two', () => {
    expect(said(usual, 12)).toBe('Routine: no incidents, 13 d since the last one; between 4.2 d and 62 d apart is routine.');
    expect(said(usual, 2)).toBe('Routine: 1 incident, 26 d after the one before; between 4.2 d and 62 d apart is routine.');
  });

  it('says that one came too soon', () => {
    const found = rareCard(severe(), eventsApart([...usual, 3], 2));
    expect(found.verdict).toBe(
      'More often than usual: 2 incidents, the last only 3 d after the one before, sooner than the limit of 4.2 d for the first time on record (32 incidents).',
    );
    expect(found.judgement).toBe('against');
    expect(said([...usual, 3, 20, 3], 2)).toMatch(/sooner than the limit of 4\.2 d for the first time since 21 Oct 2026\.$/);
    // The second of three came too soon, the last one did not.
    expect(said([...usual, 0.25, 4.5], 0.5)).toMatch(/^More often than usual: 3 incidents, one only 6 h after the one before,/);
  });

  it('says that none has come for long, before the next one comes', () => {
    const found = rareCard(severe(), eventsApart(usual, 63));
    expect(found.verdict).toBe(
      'Rarer than usual: no incidents, 64 d since the last one, longer than the limit of 62 d for the first time on record (31 incidents).',
    );
    expect(found.judgement).toBe('with');
  });

  it('goes on with it without making it news again, also when the next one comes', () => {
    const later = rareCard(severe(), eventsApart(usual, 70));
    expect(later.verdict).toBe(
      'Still rarer than usual: no incidents, 71 d since the last one, longer than the limit of 62 d since 7 Nov.',
    );
    expect(later.signals.map(({ isNews }) => isNews)).toEqual([false]);
    const ended = rareCard(severe(), eventsApart([...usual, 80], 2));
    expect(ended.verdict).toBe('Still rarer than usual: 1 incident, 80 d after the one before, longer than the limit of 62 d.');
    expect(ended.signals.map(({ isNews }) => isNews)).toEqual([false]);
    expect(said([...usual, 80], 10)).toMatch(/^Routine: no incidents, 11 d since the last one;/);
  });

  it('says that a time beyond the limit is the second one running', () => {
    expect(said([...usual, 80], 63)).toBe(
      'Still rarer than usual: no incidents, 64 d since the last one, longer than the limit of 62 d for the second time running.',
    );
  });

  it('is news of a long time once, in the week in which it grows beyond the limit', () => {
    const events = eventsApart([...usual, 90], 2);
    const news = Array.from({ length: 16 }, (_, back) => shiftPeriod(calendar, week('2026-W46'), -back)).filter((each) =>
      rareCard(severe(), events, each).signals.some(({ isNews }) => isNews),
    );
    // The last but one came on 15 August, the limit is 62 days.
    expect(news.map(({ id }) => id)).toEqual(['2026-W42']);
  });

  it('tells runs on either side of the mean, until a longer time ends those below it', () => {
    const seldom = rareCard(severe(), eventsApart([...usual.slice(0, -1), ...Array<number>(8).fill(30)], 2));
    expect(seldom.verdict).toBe(
      'Rarer than usual: 1 incident, 30 d after the one before; each of the last 8 came later than the mean of 21 d after the one before.',
    );
    const often = [...usual, ...Array<number>(8).fill(12)];
    expect(said(often, 12)).toBe(
      'Still more often than usual: no incidents, 13 d since the last one; each of the last 8 came sooner than the mean of 21 d after the one before.',
    );
    expect(said(often, 21)).toMatch(/^Routine: no incidents, 22 d since the last one;/);
  });

  it('tells three of four', () => {
    expect(said([...usual, 45, 16, 45, 45], 2)).toBe(
      'Rarer of late: 1 incident, 45 d after the one before; three of the last four times between them lie nearer the limit of 62 d than the mean of 21 d.',
    );
  });

  it('has limits from 12 times on, provisional below 24', () => {
    expect(said(usual.slice(0, 11), 12)).toBe(
      'Too early to judge: no incidents, 13 d since the last one. Limits take 12 settled times between incidents; so far there are 11.',
    );
    expect(said(usual.slice(0, 15), 12)).toMatch(/ apart is routine\. Limits are provisional \(from 15 times between\)\.$/);
    expect(said([], 2)).toMatch(/^Too early to judge: 1 incident, the first on record\./);
    expect(rareCard(severe(), []).verdict).toMatch(/^Too early to judge: no incidents, none on record\./);
  });

  it('stands also where weeks without any have no value', () => {
    const found = rareCard(severe({ whenEmpty: 'none to measure' }), eventsApart(usual, 63));
    expect(found.current.emptiness).toBe('none to measure');
    expect(found.verdict).toMatch(/^Rarer than usual: no incidents, 64 d since the last one,/);
    expect(found.judgement).toBe('with');
  });

  it('holds the week against its target beside it', () => {
    const target = { targets: [atMost(0, '0')] };
    expect(rareCard(severe(target), eventsApart(usual, 2)).verdict).toBe(
      'Target missed: 1 incident, was 0 against a target of at most 0, after 3 weeks that met it. The time between is routine: 26 d after the one before; between 4.2 d and 62 d apart is routine.',
    );
    expect(rareCard(severe(target), eventsApart(usual, 12)).verdict).toMatch(
      /apart is routine; the target of at most 0 is met\.$/,
    );
    const monthly = severe({ targets: [atMost(1, '1', 'month')] });
    const given = { kpi: monthly, weeks: rowsOf(monthly, eventsApart(usual, 2)), events: eventsApart(usual, 2) };
    const found = card({ ...given, months: rows('2026-10', [{ value: 3, count: 3 }]) });
    expect(found.verdict).toMatch(/apart is routine\. October missed its target of at most 1\.$/);
  });

  it('reads changed where neither way is better', () => {
    const found = rareCard(severe({ better: 'neither' }), eventsApart(usual, 63));
    expect(found.verdict).toMatch(/^Changed, rarer than usual: no incidents,/);
    expect(found.judgement).toBe('changed');
  });

  it('stays open while the week runs or is not known to its end', () => {
    const events = eventsApart(usual, 63);
    const given = { kpi: severe(), weeks: rowsOf(severe(), events), events };
    const running = card(given, { now: instant('2026-11-12T11:00Z') });
    expect(running.verdict).toBe('Still running until Sun 15 Nov: no incidents so far.');
    expect(running.signals).toEqual([]);
    // Two of this week so far, too close together: they wait for its end.
    const soon = eventsApart([...usual, 2], 2);
    const early = { kpi: severe(), weeks: rowsOf(severe(), soon), events: soon };
    expect(card(early, { now: instant('2026-11-14T11:00Z') }).signals).toEqual([]);
    expect(card(early).signals).toHaveLength(1);
    const stale = given.weeks.map((each, index) =>
      index === given.weeks.length - 1 ? { ...each, flags: ['stale' as const] } : each,
    );
    expect(card({ ...given, weeks: stale }).signals).toEqual([]);
    expect(card({ ...given, weeks: given.weeks.slice(0, -1) }).verdict).toMatch(/^No data: /);
  });

  it('has no limit for bursts within a minute', () => {
    // 17 and 45 minutes in turn: the lower limit would be 18 s.
    const bursts = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 17 : 45) / 1_440);
    expect(rareCard(sinceLast(), eventsApart(bursts, 0)).limits.map(({ lower }) => lower)).toEqual([null]);
  });

  it('takes two at one instant for a time of 0', () => {
    const events = eventsApart(usual, 2);
    const twice = [...events, events.at(-1) ?? 0];
    expect(rareCard(severe(), twice).verdict).toMatch(
      /^More often than usual: 2 incidents, the last at the same moment as the one before, sooner than the limit of 4\.2 d/,
    );
  });
});

describe('the time since the last one', () => {
  it('is judged by the times between, whether they are rare or not', () => {
    expect(rareCard(sinceLast(), eventsApart(usual, 12)).verdict).toBe(
      'Routine: 13 d since the last incident; between 4.2 d and 62 d apart is routine.',
    );
    const often = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 1 : 2));
    expect(rareCard(sinceLast(), eventsApart(often, 1)).judgedAs).toBe('the time between one and the next');
  });

  it('is with us when it grows long, against us when the next one comes soon', () => {
    const long = rareCard(sinceLast(), eventsApart(usual, 63));
    expect(long.verdict).toMatch(
      /^Rarer than usual: 64 d since the last incident, longer than the limit of 62 d for the first time/,
    );
    expect(long.judgement).toBe('with');
    const soon = rareCard(sinceLast(), eventsApart([...usual, 3], 2));
    expect(soon.verdict).toMatch(
      /^More often than usual: 2\.5 d since the last incident, which came only 3 d after the one before, sooner than the limit of 4\.2 d/,
    );
    expect(soon.judgement).toBe('against');
  });

  it('is held against its target', () => {
    const of = sinceLast({ targets: [atLeast(days(10), '10 days')] });
    expect(rareCard(of, eventsApart(usual, 12)).verdict).toMatch(/apart is routine; the target of at least 10 d is met\.$/);
    expect(rareCard(of, eventsApart(usual, 2)).verdict).toMatch(
      /^Target missed: 2\.5 d since the last incident against a target of at least 10 d, after 2 weeks that met it\. The time between is routine: 26 d after the one before;/,
    );
  });

  it('never had one', () => {
    expect(rareCard(sinceLast(), []).verdict).toBe('Nothing to measure: no incidents were opened so far.');
  });

  it('is not judged where its events are not known', () => {
    const of = sinceLast();
    const found = card({ kpi: of, weeks: rowsOf(of, eventsApart(usual, 12)) });
    expect(found.verdict).toBe(
      '13 d since the last incident. It is not judged: the times between one and the next are not known here.',
    );
    expect(found.judgedAs).toBe('not judged: the times between one and the next are not known here');
  });
});

describe('the history of times between', () => {
  const found = rareCard(severe(), eventsApart([...usual, 3], 2));

  it('has a point for each time, at the day of the event that ended it, and the one that still runs', () => {
    expect(found.history).toHaveLength(32);
    expect(found.history.at(-2)).toMatchObject({
      period: '2026-11-13',
      evidence: '2026-W46',
      label: '13 Nov',
      title: '13 Nov 2026',
      value: days(3),
      drawn: days(3),
      text: '3 d after the one before',
      count: 1,
      flags: [],
    });
    expect(found.history.at(-1)).toMatchObject({ text: '2 d 12 h since the last one', flags: ['running'], evidence: '2026-W46' });
    expect(found.historyUnit).toEqual({ type: 'duration', label: '', axis: 'days', isTotal: false });
    expect(found.unit.type).toBe('count');
  });

  it('says how it is judged, its limits and its signals as times', () => {
    expect(found.judgedAs).toBe('the time between one and the next');
    expect(found.limits.map(({ text }) => text)).toEqual([
      'mean 21 d, routine between 4.2 d and 62 d, from 24 times to 7 Jul 2026',
    ]);
    expect(found.signals.map(({ text }) => text)).toEqual(['shorter than the limit of 4.2 d: 13 Nov']);
  });

  it('names several on one day apart', () => {
    const events = eventsApart([...usual, 0.1, 0.1], 2);
    expect(
      rareCard(severe(), events)
        .history.slice(-4, -1)
        .map(({ period: id }) => id),
    ).toEqual(['2026-11-13', '2026-11-13-2', '2026-11-13-3']);
  });

  it('begins anew at a divider, with the time that held it', () => {
    const divided = severe({ dividers: [{ on: day('2026-11-01'), because: 'new failover' }] });
    const limits = rareCard(divided, eventsApart([...usual, 3], 2)).limits;
    expect(limits.map(({ from, to }) => `${from} to ${to}`)).toEqual(['2025-03-06 to 2026-10-15']);
    const early = severe({ dividers: [{ on: day('2025-06-01'), because: 'new failover' }] });
    expect(rareCard(early, eventsApart(usual, 2)).limits).toHaveLength(1);
  });

  it('takes no limits from times that began before limits_from', () => {
    // The first seven of the 30 times began before it.
    const later = severe({ limitsFrom: day('2025-07-09') });
    expect(rareCard(later, eventsApart(usual, 2)).limits[0]?.text).toMatch(/from 23 times to 13 Nov 2026, provisional$/);
  });

  it('takes no limits from what has not settled, but judges it', () => {
    const events = eventsApart(usual.slice(0, 23), 2);
    const given = { kpi: severe(), events, weeks: rowsOf(severe(), events) };
    const settled = card(given).limits[0]?.text;
    const open = given.weeks.map((each) => (each.period === '2026-W46' ? { ...each, flags: ['unsettled' as const] } : each));
    expect(settled).toMatch(/from 23 times/);
    expect(card({ ...given, weeks: open }).limits[0]?.text).toMatch(/from 22 times/);
  });

  it('keeps to what the rules say, wherever the events lie', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 60 * 24 }), { minLength: 0, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 120 * 24 }), fc.boolean(), (apart, since, isSince) => {
        const events = eventsApart(
          apart.map((hours) => 10 + hours / 24),
          since / 24,
        );
        const of = isSince ? sinceLast() : severe();
        const made = rareCard(of, events);
        expect(made.verdict).toMatch(/^[A-Z0-9].*\.$/);
        expect(made.verdict).not.toMatch(/NaN|null|undefined|Infinity|\.\.|,,| {2}| [,.;:]/);
        const last = events.at(-1) ?? 0;
        const running = (period('2026-W46').end - last) / 1_000;
        if (made.judgedAs === 'the time between one and the next') {
          const upper = made.limits.at(-1)?.upper ?? Infinity;
          const isTold = made.signals.some(
            ({ rule, side, period: id }) => id.endsWith('-running') || (rule === 'beyond a limit' && side === 'above'),
          );
          if (running > upper * (1 + 1e-9)) expect(isTold).toBe(true);
          if (running > upper * (1 + 1e-9) && running - 7 * (DAY_MS / 1_000) > upper)
            expect(made.signals.filter(({ period: id, isNews }) => isNews && id.endsWith('-running'))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('which KPIs ask for their events', () => {
  const parse = (id: string) => period(id);

  it('are those that count under two a week, over the weeks that make their limits', () => {
    const weekly = (values: readonly number[]) =>
      rows(
        '2026-W46',
        values.map((value) => ({ value, count: value })),
      );
    expect(asksForEvents(severe(), weekly(waves(30, 1, 1)), parse)).toBe(true);
    expect(asksForEvents(severe(), weekly(waves(30, 2, 1)), parse)).toBe(false);
    // It began with two a week: a quiet half year since then does not change how it is judged.
    expect(asksForEvents(severe(), weekly([...waves(24, 2, 1), ...waves(26, 0.5, 0.5)]), parse)).toBe(false);
    expect(asksForEvents(severe(), weekly(waves(30, 1, 1)).toReversed(), parse)).toBe(true);
  });

  it('count weeks in which nothing happened as none', () => {
    const quiet = rows(
      '2026-W46',
      Array.from({ length: 30 }, (_, index) => (index % 4 === 0 ? { value: 3, count: 3 } : 'none to measure')),
    );
    expect(asksForEvents(severe(), quiet, parse)).toBe(true);
  });

  it('are never those of people, rates, or anything but counts and times since', () => {
    const weekly = rows(
      '2026-W46',
      waves(30, 0.5, 0.5).map((value) => ({ value, count: value })),
    );
    expect(asksForEvents(severe({ isPersonal: true }), weekly, parse)).toBe(false);
    expect(asksForEvents(sinceLast({ isPersonal: true }), weekly, parse)).toBe(false);
    expect(asksForEvents(severe({ measure: { type: 'count', of: 'incident', per: 'day' } }), weekly, parse)).toBe(false);
    expect(asksForEvents(sinceLast(), [row('2026-W46', 5, 1)], parse)).toBe(true);
  });
});

describe('the agenda', () => {
  it('says why in the words of times between', () => {
    const events = eventsApart([...usual, 3], 2);
    const long = eventsApart(usual, 63);
    const found = review([
      { kpi: severe(), weeks: rowsOf(severe(), events), events },
      { kpi: sinceLast(), weeks: rowsOf(sinceLast(), long), events: long },
    ]);
    expect(found.agenda.map(({ reason, why, mark }) => `${mark} ${reason}: ${why}`)).toEqual([
      '▲ signal against us: Only 3 d after the one before, sooner than the limit of 4.2 d for the first time on record (32 incidents).',
      '✓ win: 64 d since the last one, longer than the limit of 62 d for the first time on record (31 incidents).',
    ]);
  });

  it('folds what stands, and what is routine', () => {
    const still = eventsApart([...usual, ...Array<number>(8).fill(12)], 12);
    const calm = eventsApart(usual, 12);
    const found = review([
      { kpi: severe(), weeks: rowsOf(severe(), still), events: still },
      {
        kpi: severe({ id: 'other', name: 'Others', whenEmpty: 'none to measure' }),
        weeks: rowsOf(severe({ whenEmpty: 'none to measure' }), calm),
        events: calm,
      },
    ]);
    expect(found.agenda).toEqual([]);
    expect(found.routine.map(({ line }) => line)).toEqual(['1 routine; Incidents still closer together than usual.']);
  });
});
