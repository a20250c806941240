import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Fields, Sample } from '../../server/event/event.ts';
import type { Kind, State } from '../../server/event/kinds.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import { ORGANISATION, digest, kpiOf } from './support/plain.ts';

const WEEK = parsePeriod(ORGANISATION.calendar, '2026-W10');
if (WEEK === null) throw new Error('no week');
const START = WEEK.start;
const HOUR = 3_600_000;

const event = (item: string, hours: number, state: State | null, fields: Fields = {}, kind: Kind = 'incident'): Event => ({
  kind,
  source: 'demo',
  item,
  key: `${item}/${hours}/${state ?? ''}`,
  effectiveAt: START + hours * HOUR,
  sequence: 0,
  origin: 'native',
  state,
  fields,
  supersedes: null,
  slot: null,
});

const worldWith = (events: readonly Event[], samples: readonly Sample[] = []): ReturnType<typeof worldOf> =>
  worldOf({ organisation: ORGANISATION, events, samples, kpis: [], now: START + 400 * HOUR, digest });

const EVENTS: readonly Event[] = [
  event('A', 1, 'opened', { severity: 1, service: 'checkout' }),
  event('A', 3, 'restored'),
  event('A', 4, 'reopened'),
  event('A', 7, 'restored'),
  event('B', 2, 'opened', { severity: 2, team: 'platform' }),
  event('B', 12, 'resolved'),
  event('C', 5, 'opened', { severity: 3 }),
  event('D', 6, 'opened', {}),
  event('D', 7, null, { merged_into: 'A' }),
];

const restore = kpiOf(
  { type: 'duration', of: 'incident', from: 'opened', to: 'restored', excluding: [], clock: 'wall', summarise: 'max' },
  { countedIn: 'restored', alsoShow: ['min'] },
);
const scopes = ['organisation', 'team:payments', 'team:platform', 'service:checkout'] as const;
const [week] = [WEEK];

describe('a world of events', () => {
  it('counts the last restoration, says resolved where there is no restoration, and leaves out what was merged', () => {
    const [all, payments, platform] = evaluate(restore, worldWith(EVENTS), scopes, [week]);
    expect(all).toMatchObject({ value: 10 * 3600, count: 2, also: { min: 6 * 3600 } });
    expect(all?.exclusions).toEqual([
      { reason: 'merged', count: 1 },
      { reason: 'still open', count: 1 },
    ]);
    expect(payments?.evidence().map((each) => each.uid)).toEqual(['demo:incident:A']);
    expect(platform?.evidence().map((each) => each.uid)).toEqual(['demo:incident:B']);
  });

  it('is the same in whatever order and however often the facts arrive', () => {
    const expected = evaluate(restore, worldWith(EVENTS), scopes, [week]).map(({ value, digest: seen }) => ({ value, seen }));
    fc.assert(
      fc.property(fc.shuffledSubarray([...EVENTS], { minLength: EVENTS.length }), fc.subarray([...EVENTS]), (shuffled, again) => {
        const found = evaluate(restore, worldWith([...shuffled, ...again]), scopes, [week]);
        expect(found.map(({ value, digest: seen }) => ({ value, seen }))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('works out what is derived: interruptions from pages', () => {
    const pages = [0, 30, 5000].map((seconds, index) =>
      event(
        `P${index}`,
        10 + seconds / 3600,
        null,
        { responder: 'somebody', sent: START + 10 * HOUR + seconds * 1000, team: 'payments' },
        'page',
      ),
    );
    const kpi = kpiOf({ type: 'count', of: 'interruption', per: null }, { countedIn: 'started', whenEmpty: 'zero' });
    expect(evaluate(kpi, worldWith(pages), ['organisation'], [week])[0]?.value).toBe(2);
  });

  it('knows no night before it has ended', () => {
    const shift = event(
      'S',
      0,
      null,
      { responder: 'somebody', from: START, to: START + 7 * 24 * HOUR, zone: 'Europe/Berlin', team: 'payments' },
      'shift',
    );
    const nightsAt = (hours: number): number =>
      worldOf({ organisation: ORGANISATION, events: [shift], samples: [], kpis: [], now: START + hours * HOUR, digest }).columns(
        'night',
      ).length;
    expect([nightsAt(30), nightsAt(32), nightsAt(400)]).toEqual([1, 2, 8]);
  });

  it('keeps the last given of several values for one point, and series apart by statistic', () => {
    const sample = (value: number, statistic = 'average'): Sample => ({
      source: 'demo',
      series: 'latency',
      dimensions: '',
      statistic,
      at: START,
      value,
    });
    const world = worldWith([], [sample(1), sample(9, 'maximum'), sample(2)]);
    expect(world.series('latency').map((each) => [each.statistic, [...each.values]])).toEqual([
      ['average', [2]],
      ['maximum', [9]],
    ]);
    expect(world.series('unknown')).toEqual([]);
  });

  it('vouches for all of history up to now, unless told otherwise', () => {
    expect(worldWith([]).coverage({ kind: 'incident' })).toEqual({ from: null, until: START + 400 * HOUR });
    const world = worldOf({
      organisation: ORGANISATION,
      events: [],
      samples: [],
      kpis: [],
      now: START,
      digest,
      coverage: { from: START, until: null },
    });
    expect(world.coverage({ series: 'latency' })).toEqual({ from: START, until: null });
  });
});
