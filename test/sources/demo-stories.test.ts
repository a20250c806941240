import { describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { teamOf } from '../../server/sources/demo/company.ts';
import { demoStart, startAt } from '../../server/sources/demo/cursor.ts';
import { LAST_WEEK, PROGRESSIVE_DELIVERY_WEEK, WEEKS } from '../../server/sources/demo/story.ts';
import { partnerMonth } from '../../server/sources/demo/tickets.ts';
import { timelineFrom, type Timeline } from '../../server/sources/demo/timeline.ts';
import { SourceError } from '../../server/sources/source.ts';
import type { Bounds } from '../../server/stats/limits.ts';
import { quantile } from '../../server/stats/quantile.ts';
import { judge, type ProcessSignal } from '../../server/stats/signals.ts';
import { weekdayOf } from '../../server/time/day.ts';
import type { Instant } from '../../server/time/period.ts';
import { NOW, berlin, pullAll, streamSource, wholeOf } from './demo-pull.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;

/** An item with its latest fields and the instant of each state's first entry. */
interface Told {
  readonly item: string;
  readonly fields: Record<string, unknown>;
  readonly first: Map<string, Instant>;
  readonly states: string[];
}

function itemsOf(events: readonly Event[], kind: string): Told[] {
  const items = new Map<string, Told>();
  for (const event of events) {
    if (event.kind !== kind) continue;
    const item = items.get(event.item) ?? { item: event.item, fields: {}, first: new Map<string, Instant>(), states: [] };
    items.set(event.item, item);
    Object.assign(item.fields, event.fields);
    if (event.state === null) continue;
    item.states.push(event.state);
    if (!item.first.has(event.state)) item.first.set(event.state, event.effectiveAt);
  }
  return [...items.values()];
}

const numberOf = (item: Told, field: string): number => {
  const value = item.fields[field];
  return typeof value === 'number' ? value : Number.NaN;
};

/** Signals of a weekly series that complete in the last week. */
function newsOf(values: readonly number[], bounds: Bounds): ProcessSignal[] {
  const points = values.map((value, week) => ({
    period: String(week),
    value,
    isJudged: true,
    isUnsettled: false,
    startsStretch: false,
  }));
  return judge(points, bounds, String(LAST_WEEK)).signals.filter((signal) => signal.isNews);
}

const weekly = (timeline: Timeline, instants: readonly number[]): number[] => {
  const counts = new Array<number>(WEEKS).fill(0);
  for (const instant of instants) {
    const week = timeline.weekOf(instant);
    if (week >= 0 && week < WEEKS) counts[week] = (counts[week] ?? 0) + 1;
  }
  return counts;
};
const at = (values: readonly number[], weeksBack: number): number => values[LAST_WEEK - weeksBack] ?? Number.NaN;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe.each(['2026-07-15T10:00Z', '2026-11-21T02:15Z', '2027-04-07T09:00Z'])(
  'the stories of a demo first started at %s',
  (text) => {
    const now = Date.parse(text);
    const timeline = timelineFrom(berlin(), startAt(berlin(), now).startDay);

    it('shows Payments sliding into overload, and the organisation crossing its limit in the last week only', async () => {
      const { events } = await wholeOf('alerts-and-pages', now);
      const pages = itemsOf(events, 'page');
      const all = weekly(
        timeline,
        pages.map((page) => numberOf(page, 'sent')),
      );
      const payments = weekly(
        timeline,
        pages.filter((page) => page.fields['team'] === 'payments').map((page) => numberOf(page, 'sent')),
      );
      const usual = sum(payments.slice(0, 100)) / 100;
      expect(sum(payments.slice(LAST_WEEK - 5, LAST_WEEK)) / 5).toBeGreaterThan(1.3 * usual);
      expect(at(payments, 0)).toBeGreaterThan(2.5 * usual);
      const signals = newsOf(all, { lower: 0, upper: null });
      expect(signals).toContainEqual(
        expect.objectContaining({ rule: 'beyond a limit', side: 'above', since: String(LAST_WEEK) }),
      );
    });

    it('shows severity 1 and 2 missing four hours to restore in the last week, after weeks that met it', async () => {
      const { events } = await wholeOf('incidents', now);
      const medians = Array.from({ length: 4 }, (_, weeksBack) => {
        const hours = itemsOf(events, 'incident').flatMap((incident) => {
          const restored = incident.first.get('restored') ?? 0;
          const counts = numberOf(incident, 'severity') <= 2 && timeline.weekOf(restored) === LAST_WEEK - weeksBack;
          return counts ? [(restored - (incident.first.get('opened') ?? 0)) / HOUR_MS] : [];
        });
        expect(hours.length).toBeGreaterThanOrEqual(5);
        return quantile(hours, 0.5) ?? Number.NaN;
      });
      expect(medians[0]).toBeGreaterThan(4);
      for (const median of medians.slice(1)) expect(median).toBeLessThanOrEqual(4);
    });

    it('shows fewer harmful deployments since twenty weeks', async () => {
      const incidents = itemsOf((await wholeOf('incidents', now)).events, 'incident');
      const deployments = itemsOf((await wholeOf('deployments', now)).events, 'deployment');
      const blamed = new Set([
        ...incidents.map((incident) => incident.fields['caused_by']),
        ...deployments.map((deployment) => deployment.fields['rolls_back']),
      ]);
      const share = (from: number, to: number): number => {
        const counted = deployments.filter(({ fields }) => {
          const week = timeline.weekOf(Number(fields['finished']));
          const isProduction = fields['environment'] === 'production' && fields['outcome'] === 'succeeded';
          return isProduction && fields['purpose'] !== 'rollback' && week >= from && week < to;
        });
        return counted.filter(({ item }) => blamed.has(item)).length / counted.length;
      };
      expect(share(0, PROGRESSIVE_DELIVERY_WEEK)).toBeGreaterThan(0.13);
      expect(share(PROGRESSIVE_DELIVERY_WEEK, WEEKS)).toBeLessThan(0.09);
    });

    it('completes eight weeks of less noise in the last week', async () => {
      const { events } = await wholeOf('alerts-and-pages', now);
      const said = itemsOf(events, 'page').filter(({ fields }) => typeof fields['needed_action'] === 'boolean');
      const noisy = said.filter(({ fields }) => fields['needed_action'] === false);
      const [out, of] = [noisy, said].map((pages) =>
        weekly(
          timeline,
          pages.map((page) => numberOf(page, 'sent')),
        ),
      );
      const share = (out ?? []).map((count, week) => count / (of?.[week] ?? 0));
      expect(newsOf(share, { lower: 0, upper: 1 })).toEqual([expect.objectContaining({ rule: '8 in a row', side: 'below' })]);
    });

    it('hands over satisfaction until three weeks ago and then fails with what to do', async () => {
      const { samples, error } = await wholeOf('satisfaction', now);
      expect(error).toBeInstanceOf(SourceError);
      expect(String(error)).toContain('401');
      expect(error).toHaveProperty('fix', expect.stringContaining('token'));
      const latest = samples.reduce((last, sample) => Math.max(last, sample.at), 0);
      expect(timeline.weekOf(latest)).toBe(LAST_WEEK - 3);
    });

    it("tells the partner's tickets of one month two weeks after everything else", async () => {
      const month = partnerMonth(timeline);
      const source = streamSource('tickets');
      const end = berlin().zone.startOfDay(month.endDay);
      const openedInMonth = (events: readonly Event[]): string[] =>
        itemsOf(events, 'ticket')
          .filter(({ first }) => {
            const day = berlin().zone.dayOf(first.get('opened') ?? 0);
            return day >= month.firstDay && day < month.endDay;
          })
          .map(({ item }) => item);
      const cursor = demoStart(berlin(), now);
      const soon = openedInMonth((await pullAll(source, end + WEEK_MS, cursor)).events);
      const settled = openedInMonth((await pullAll(source, now, cursor)).events);
      const late = settled.filter((item) => !soon.includes(item));
      expect(soon.filter((item) => item.startsWith('HARBOUR'))).toEqual([]);
      expect(late.length).toBeGreaterThan(20);
      expect(late.every((item) => item.startsWith('HARBOUR'))).toBe(true);
      expect((now - end) / WEEK_MS).toBeGreaterThan(5);
      expect((now - end) / WEEK_MS).toBeLessThan(13);
    });

    it('tells six incidents of a settled week only with the last one', async () => {
      const source = streamSource('incidents');
      const cursor = demoStart(berlin(), now);
      const before = await pullAll(source, timeline.startOf(LAST_WEEK) + 6 * HOUR_MS, cursor);
      const last = await pullAll(source, now, before.end?.cursor ?? null);
      const late = itemsOf(last.events, 'incident').filter(
        ({ first }) => timeline.weekOf(first.get('opened') ?? now) === LAST_WEEK - 3,
      );
      expect(late).toHaveLength(6);
    });
  },
);

describe('the routine of the demo', () => {
  const now = NOW;

  it('has one incident restored before it was opened', async () => {
    const incidents = itemsOf((await wholeOf('incidents', now)).events, 'incident');
    const wrong = incidents.filter(
      ({ first }) => (first.get('restored') ?? Number.POSITIVE_INFINITY) < (first.get('opened') ?? 0),
    );
    expect(wrong).toHaveLength(1);
  });

  it('has what real incidents have: unacknowledged, merged, cancelled, planned, reopened and blamed on a deployment', async () => {
    const incidents = itemsOf((await wholeOf('incidents', now)).events, 'incident');
    const having = (test: (incident: Told) => boolean): number => incidents.filter(test).length;
    expect(having(({ first }) => !first.has('acknowledged'))).toBeGreaterThan(100);
    expect(having(({ fields }) => fields['merged_into'] !== undefined)).toBeGreaterThan(50);
    expect(having(({ first }) => first.has('cancelled'))).toBeGreaterThan(50);
    expect(having(({ fields }) => fields['planned'] === true)).toBeGreaterThan(50);
    expect(having(({ fields }) => typeof fields['caused_by'] === 'string')).toBeGreaterThan(500);
    const gaps = incidents.flatMap(({ first }) => {
      const reopened = first.get('reopened');
      return reopened === undefined ? [] : [(reopened - (first.get('restored') ?? 0)) / WEEK_MS];
    });
    expect(gaps.filter((gap) => gap < 1).length).toBeGreaterThan(30);
    expect(gaps.filter((gap) => gap > 1).length).toBeGreaterThan(15);
  });

  it('has a ticket queue that neither empties nor grows without end', async () => {
    const tickets = itemsOf((await wholeOf('tickets', now)).events, 'ticket');
    const timeline = timelineFrom(berlin(), startAt(berlin(), now).startDay);
    const openAt = (week: number): number =>
      tickets.filter(({ first }) => {
        const done = first.get('resolved') ?? first.get('closed') ?? first.get('cancelled') ?? Number.POSITIVE_INFINITY;
        return (first.get('opened') ?? now) < timeline.startOf(week) && done >= timeline.startOf(week);
      }).length;
    for (const week of [0, 1, 10, 65, 130]) {
      expect(openAt(week)).toBeGreaterThan(15);
      expect(openAt(week)).toBeLessThan(120);
    }
  });

  it('keeps somebody on call in every rotation at every hour, one person at a time', async () => {
    const shifts = itemsOf((await wholeOf('shifts', now)).events, 'shift');
    const byTeam = Map.groupBy(shifts, ({ fields }) => String(fields['rotation']));
    expect(byTeam.size).toBe(8);
    for (const rotation of byTeam.values()) {
      const spans = rotation
        .map((shift) => [numberOf(shift, 'from'), numberOf(shift, 'to')] as const)
        .sort((a, b) => a[0] - b[0]);
      for (const [index, span] of spans.entries()) if (index > 0) expect(span[0]).toBe(spans[index - 1]?.[1]);
    }
  });

  it('lets people pause between their shifts, and nobody be on call while out of the rotation', async () => {
    const { events } = await wholeOf('shifts', now);
    const byPerson = Map.groupBy(itemsOf(events, 'membership'), ({ fields }) => String(fields['responder']));
    expect(byPerson.size).toBe(60);
    expect([...byPerson.values()].filter((stays) => stays.length > 1).length).toBeGreaterThan(30);
    const spans = new Map(
      [...byPerson].map(([person, stays]) => {
        const own = stays.map((stay) => [numberOf(stay, 'from'), Number(stay.fields['to'] ?? Number.POSITIVE_INFINITY)] as const);
        return [person, own.sort((a, b) => a[0] - b[0])];
      }),
    );
    for (const own of spans.values()) {
      for (const [index, [from, to]] of own.entries()) {
        expect(to).toBeGreaterThan(from);
        if (index > 0) expect(from).toBeGreaterThan(own[index - 1]?.[1] ?? Number.POSITIVE_INFINITY);
      }
    }
    const start = timelineFrom(berlin(), startAt(berlin(), now).startDay).startOf(1);
    for (const shift of itemsOf(events, 'shift')) {
      if (numberOf(shift, 'from') < start) continue;
      const stays = spans.get(String(shift.fields['responder'])) ?? [];
      const handedOver = Math.min(numberOf(shift, 'to'), now);
      // Who leaves for good hands over on Monday morning.
      const isMember = stays.some(([from, to]) => from <= numberOf(shift, 'from') && handedOver <= to + 24 * HOUR_MS);
      expect(isMember).toBe(true);
    }
  });

  it('reviews nine of ten severe incidents within five days of their restoration, and never one before it', async () => {
    const incidents = itemsOf((await wholeOf('incidents', now)).events, 'incident');
    const sessions = itemsOf((await wholeOf('sessions', now)).events, 'session');
    const reviews = new Map(sessions.map((session) => [session.fields['incident'], numberOf(session, 'held')]));
    const waits = incidents.flatMap(({ item, fields, first }) => {
      const restored = Math.max(first.get('restored') ?? Number.NaN, first.get('opened') ?? Number.NaN);
      // What was restored in the last weeks may be reviewed yet.
      const isDue = Number(fields['severity']) <= 2 && fields['planned'] !== true && restored < now - 4 * WEEK_MS;
      return isDue ? [((reviews.get(item) ?? Number.POSITIVE_INFINITY) - restored) / (24 * HOUR_MS)] : [];
    });
    expect(waits.length).toBeGreaterThan(1500);
    expect(waits.filter((days) => days <= 0)).toEqual([]);
    expect(waits.filter((days) => days <= 5).length / waits.length).toBeGreaterThan(0.85);
    expect(waits.filter((days) => days <= 5).length / waits.length).toBeLessThan(0.95);
    expect(waits.filter((days) => days === Number.POSITIVE_INFINITY).length).toBeGreaterThan(10);
  });

  it('has each team hold a game day in every quarter of the history, and somebody missing now and then', async () => {
    const sessions = itemsOf((await wholeOf('sessions', now)).events, 'session');
    const gameDays = sessions.filter(({ fields }) => fields['type'] === 'game day');
    const byTeam = Map.groupBy(gameDays, ({ fields }) => String(fields['team']));
    expect([...byTeam.values()].map((held) => held.length)).toEqual(Array.from({ length: 8 }, () => 10));
    for (const { fields } of sessions) expect(Number(fields['attended'])).toBeLessThanOrEqual(Number(fields['invited']));
    expect(sessions.filter(({ fields }) => fields['attended'] !== fields['invited']).length).toBeGreaterThan(500);
  });

  it('has actions from reviews, game days and retrospectives: most done in time, some late, some given up, some overdue', async () => {
    const actions = itemsOf((await wholeOf('actions', now)).events, 'action');
    expect([...new Set(actions.map(({ fields }) => fields['origin']))].sort()).toEqual([
      'game day',
      'incident review',
      'retrospective',
    ]);
    const done = actions.filter(({ fields }) => typeof fields['done'] === 'number');
    const late = done.filter((action) => numberOf(action, 'done') > numberOf(action, 'due'));
    expect(late.length / done.length).toBeGreaterThan(0.08);
    expect(late.length / done.length).toBeLessThan(0.2);
    expect(actions.filter(({ first }) => first.has('cancelled')).length).toBeGreaterThan(10);
    const open = actions.filter(({ first }) => !first.has('resolved') && !first.has('cancelled'));
    expect(open.length).toBeGreaterThan(15);
    expect(open.length).toBeLessThan(100);
    expect(open.filter((action) => numberOf(action, 'due') < now).length).toBeGreaterThan(0);
  });

  it('decides requests in working hours, and lets exceptions expire', async () => {
    const requests = itemsOf((await wholeOf('requests', now)).events, 'request');
    expect([...new Set(requests.map(({ fields }) => fields['type']))].sort()).toEqual(['addition', 'change', 'exception']);
    for (const { fields } of requests) {
      if (typeof fields['decided'] !== 'number') continue;
      const { zone } = teamOf(String(fields['team']));
      const hour = zone.minuteOfDay(fields['decided']) / 60;
      expect(weekdayOf(zone.dayOf(fields['decided'])) <= 5 && hour >= 9 && hour < 17).toBe(true);
      expect(typeof fields['expires'] === 'number').toBe(fields['type'] === 'exception');
    }
  });

  it('escalates some severe incidents, and not every escalation is answered', async () => {
    const escalations = itemsOf((await wholeOf('escalations', now)).events, 'escalation');
    expect(escalations.length).toBeGreaterThan(300);
    const unanswered = escalations.filter(({ fields }) => fields['answered'] === undefined);
    expect(unanswered.length).toBeGreaterThan(5);
    expect(unanswered.length / escalations.length).toBeLessThan(0.1);
    for (const escalation of escalations) {
      expect(Number(escalation.fields['severity'])).toBeLessThanOrEqual(2);
      if (escalation.fields['answered'] === undefined) continue;
      expect(numberOf(escalation, 'answered')).toBeGreaterThan(numberOf(escalation, 'raised'));
    }
  });

  it('tells the calls of each day and line once, fewer on weekends', async () => {
    const { samples } = await wholeOf('calls', now);
    expect(samples).toHaveLength(WEEKS * 7 * 2);
    const ofDay = (weekday: number): number =>
      sum(samples.filter(({ at: instant }) => weekdayOf(berlin().zone.dayOf(instant)) === weekday).map(({ value }) => value));
    expect(ofDay(7)).toBeLessThan(0.5 * ofDay(3));
  });
});
