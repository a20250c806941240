import { describe, expect, it } from 'vitest';
import { hourClassOf } from '../../server/event/hours.ts';
import type { HourRules, Organisation } from '../../server/event/organisation.ts';
import type { Kpi, Measure } from '../../server/kpi/kpi.ts';
import { findZone } from '../../server/time/zone.ts';
import { everywhere } from './support/everywhere.ts';
import { HOUR, LATER, at, item, one } from './support/in-berlin.ts';
import { teamAt } from './support/oracle.ts';
import { HOURS, ORGANISATION, kpiOf, zoneNamed, type PlainItem } from './support/plain.ts';

const duration = (more: Partial<Extract<Measure, { type: 'duration' }>> = {}, kpi: Partial<Kpi> = {}): Kpi =>
  kpiOf(
    {
      type: 'duration',
      of: 'incident',
      from: 'opened',
      to: 'restored',
      excluding: [],
      clock: 'business_hours',
      summarise: 'sum',
      ...more,
    },
    { countedIn: 'restored', ...kpi },
  );

const zones = new Map([...ORGANISATION.teams.map((team) => [team.id, findZone(team.zone)] as const)]);
const holidays = ORGANISATION.holidays['all'] ?? [];

/** Every minute from the first on is asked whose it is and what the clock there says; ends of minutes are cut off. */
const minuteByMinute = (each: PlainItem, from: number, to: number, isPaused: (instant: number) => boolean): number => {
  let ms = 0;
  // In steps that no bound of hours, owners or states lies within.
  const bounds = [...each.stretches.map((stretch) => stretch.from), Date.UTC(2026, 2, 14, 23)];
  for (let start = from; start < to;) {
    const minute = Math.floor(start / 60_000) * 60_000 + 60_000;
    const next = Math.min(minute, to, ...bounds.filter((bound) => bound > start));
    const zone = zones.get(teamAt(each, ORGANISATION, start) ?? '') ?? ORGANISATION.calendar.zone;
    const isCounted = hourClassOf(start, zone, HOURS, (day) => holidays.includes(day)) === 'business' && !isPaused(start);
    if (isCounted) ms += next - start;
    start = next;
  }
  return ms / 1000;
};

describe('time in business hours', () => {
  it.each([[[]], [['on_hold', 'acknowledged']]])(
    'agrees with asking every minute whose it was, without time in %s',
    (excluding) => {
      everywhere(
        25,
        () => duration({ excluding }),
        (measured, question) => {
          if (measured.period !== '2026-03') return;
          for (const { uid, value, excluded } of measured.evidence()) {
            const each = question.items.find((candidate) => candidate.uid === uid);
            if (excluded !== null || each === undefined) continue;
            const isPaused = (instant: number): boolean => {
              const state = each.stretches.filter((stretch) => stretch.from <= instant).at(-1)?.state;
              return state != null && excluding.includes(state);
            };
            const { opened = 0, restored = 0 } = each.instants;
            expect(value).toBe(minuteByMinute(each, opened, restored, isPaused));
          }
        },
      );
    },
  );

  const always: HourRules = { night: { from: 0, to: 0 }, evenings: [], weekend: [] };
  const tokyo: Organisation = {
    ...ORGANISATION,
    holidays: { all: [], 'Asia/Tokyo': ['2026-03-03'] },
    teams: [
      ...ORGANISATION.teams,
      { id: 'tokyo', name: 'Tokyo', zone: 'Asia/Tokyo', hours: HOURS },
      { id: 'around-the-clock', name: 'Around the clock', zone: 'Europe/Berlin', hours: always },
    ],
  };
  const world = (items: readonly PlainItem[], organisation = ORGANISATION) => ({
    items: { incident: items },
    now: LATER,
    organisation,
  });
  const during = (from: string, to: string, more: { team?: string } & Partial<PlainItem> = {}): PlainItem =>
    item(
      'A',
      [
        ['opened', from],
        ['restored', to],
      ],
      { team: 'payments', ...more },
    );
  const hours = (
    items: readonly PlainItem[],
    organisation = ORGANISATION,
    kpi = duration(),
    period = '2026-03',
  ): number | null => {
    const { value } = one(kpi, world(items, organisation), period);
    return value === null ? null : value / HOUR;
  };

  it('leaves out nights, evenings and weekends', () => {
    expect(hours([during('2026-03-06T17:00', '2026-03-09T10:00')])).toBe(2);
    expect(hours([during('2026-03-07T08:00', '2026-03-08T20:00')])).toBe(0);
    expect(hours([during('2026-03-06T17:00', '2026-03-09T10:00')], ORGANISATION, duration({ clock: 'wall' }))).toBe(65);
  });

  it('is the whole day of 23 hours, and of 25, where a team works around the clock', () => {
    const team = 'around-the-clock';
    expect(hours([during('2026-03-29T00:00', '2026-03-30T00:00', { team })], tokyo)).toBe(23);
    expect(hours([during('2026-10-25T00:00', '2026-10-26T00:00', { team })], tokyo, duration(), '2026-10')).toBe(25);
  });

  it("goes by the zone and the holidays of the item's team, and by the item's own zone where it has one", () => {
    expect(hours([during('2026-03-02T00:00', '2026-03-05T00:00', { team: 'tokyo' })], tokyo)).toBe(2 * 9);
    const there = { team: 'payments', codes: { zone: 'America/New_York' } };
    expect(hours([during('2026-03-02T09:00', '2026-03-02T16:00', there)])).toBe(1);
  });

  it('runs on the clock of each team that had it', () => {
    const moved = during('2026-03-02T09:00', '2026-03-02T20:00');
    const [opened, restored] = moved.stretches;
    if (opened === undefined || restored === undefined) throw new Error('no stretches');
    const handed = { ...opened, from: at('2026-03-02T12:00'), team: 'platform' };
    // Three hours in Berlin, then from nine o'clock in New York, which is three in the afternoon, until eight.
    expect(hours([{ ...moved, stretches: [opened, handed, { ...restored, team: 'platform' }] }])).toBe(3 + 5);
  });

  it('runs on the clock of the new owner from the day a service changed hands', () => {
    const service = item(
      'A',
      [
        ['opened', '2026-03-13T14:00'],
        ['restored', '2026-03-16T12:00'],
      ],
      { service: 'search' },
    );
    // Platform is in New York, where it was nine: nine hours of Friday; payments in Berlin has it from Sunday on.
    expect(zoneNamed('America/New_York').minuteOfDay(at('2026-03-13T14:00'))).toBe(9 * 60);
    expect(hours([service])).toBe(9 + 3);
  });

  it('leaves out time in states only as far as it is business time', () => {
    const paused = item('A', [
      ['opened', '2026-03-06T09:00'],
      ['on_hold', '2026-03-06T17:00'],
      ['in_progress', '2026-03-09T10:00'],
      ['restored', '2026-03-09T12:00'],
    ]);
    expect(hours([paused], ORGANISATION, duration({ excluding: ['on_hold'] }))).toBe(8 + 2);
  });
});
