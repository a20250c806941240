import type { Sample } from '../../event/event.ts';
import { weekdayOf } from '../../time/day.ts';
import { SERVICES } from './company.ts';
import type { Incident } from './incidents.ts';
import { randomFrom } from './random.ts';
import { DAY_MS, HOUR_MS, type Timeline } from './timeline.ts';

type Point = Omit<Sample, 'source'>;
/** Four points a day, cut at the organisation's midnight so that a day's sum is a day's. */
const BIN_HOURS = 6;
/** Requests by quarter of the day. */
const SHAPE = [0.35, 1.1, 1.5, 1.05];
const CUSTOMER_FACING = SERVICES.filter((service) => service.isCustomerFacing);

/** Requests and latency of a week; what severities 1 and 2 broke shows in them. */
export function requestPoints(timeline: Timeline, seed: string, week: number, incidents: readonly Incident[]): Point[] {
  return CUSTOMER_FACING.flatMap((service, rank) => {
    const random = randomFrom(seed, 'requests', service.id, week);
    const harm = incidents.filter((incident) => incident.service === service && incident.severity <= 2 && !incident.isPlanned);
    const points: Point[] = [];
    const dimensions = `service=${service.id}`;
    for (let bin = 0; bin < (7 * 24) / BIN_HOURS; bin += 1) {
      const day = timeline.firstDayOf(week) + Math.floor((bin * BIN_HOURS) / 24);
      const hour = (bin * BIN_HOURS) % 24;
      const at = timeline.calendar.zone.instantOf(day, hour * HOUR_MS);
      const busy = (SHAPE[hour / BIN_HOURS] ?? 1) * (weekdayOf(day) >= 6 ? 0.7 : 1);
      const hurt = harm.reduce((sum, incident) => sum + hoursHurt(incident, at, at + BIN_HOURS * HOUR_MS), 0) / BIN_HOURS;
      const valid = Math.round(baseRequests(rank) * busy * random.logNormal(1, 0.06));
      const badShare = Math.min(0.5, 0.0006 * random.logNormal(1, 0.3) + Math.min(1, hurt) * 0.006);
      const latency = (90 + 14 * (rank % 5)) * (0.9 + 0.1 * busy) * random.logNormal(1, 0.05) * (1 + Math.min(1, hurt) * 0.3);
      points.push({ series: 'valid-requests', dimensions, statistic: 'sum', at, value: valid });
      points.push({ series: 'good-requests', dimensions, statistic: 'sum', at, value: valid - Math.round(valid * badShare) });
      points.push({ series: 'request-latency', dimensions, statistic: 'p95', at, value: Math.round(latency * 10) / 10 });
    }
    return points;
  });
}

/** What customers answer when asked, 1 to 5: one mean a service and day, told at noon. */
export function satisfactionPoints(timeline: Timeline, seed: string, week: number): Point[] {
  return CUSTOMER_FACING.flatMap((service, rank) => {
    const random = randomFrom(seed, 'satisfaction', service.id, week);
    return Array.from({ length: 7 }, (_, day) => ({
      series: 'customer-satisfaction',
      dimensions: `service=${service.id}`,
      statistic: 'average',
      at: timeline.calendar.zone.instantOf(timeline.firstDayOf(week) + day, DAY_MS / 2),
      value: Math.round(Math.min(5, 4.2 + 0.05 * (rank % 4) + random.normal() * 0.12) * 100) / 100,
    }));
  });
}

/** Lines on which people call, and how many do on a working day. All calls reach the support team. */
const LINES = [
  { line: 'customers', calls: 420, weekend: 0.3 },
  { line: 'partners', calls: 90, weekend: 0.1 },
];

/** Calls of a day by line, told at the day's midnight. */
export function callPoints(timeline: Timeline, seed: string, week: number): Point[] {
  return LINES.flatMap(({ line, calls, weekend }) => {
    const random = randomFrom(seed, 'calls', line, week);
    const ofWeek = calls * random.logNormal(1, 0.05);
    return Array.from({ length: 7 }, (_, index) => {
      const day = timeline.firstDayOf(week) + index;
      const usual = ofWeek * (weekdayOf(day) >= 6 ? weekend : weekdayOf(day) === 1 ? 1.2 : 1);
      return {
        series: 'calls',
        dimensions: `line=${line},team=support`,
        statistic: 'sum',
        at: timeline.calendar.zone.startOfDay(day),
        value: Math.round(usual * random.logNormal(1, 0.07)),
      };
    });
  });
}

const baseRequests = (rank: number): number => 60_000 + 45_000 * ((rank * 5) % 7);

function hoursHurt(incident: Incident, from: number, to: number): number {
  const end = incident.restored ?? incident.opened;
  return Math.max(0, Math.min(end, to) - Math.max(incident.impactStarted ?? incident.opened, from)) / HOUR_MS;
}

export type { Point };
