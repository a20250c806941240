import type { Kind } from '../../event/kinds.ts';
import { actionFacts } from './actions.ts';
import { deploymentFacts, deploymentsOf, type Deployment } from './deployments.ts';
import { escalationFacts } from './escalations.ts';
import type { Fact } from './fact.ts';
import { incidentsOf, type Incident } from './incidents.ts';
import { membershipFacts } from './memberships.ts';
import { callPoints, requestPoints, satisfactionPoints, type Point } from './metrics.ts';
import { pagingFacts } from './paging.ts';
import { requestFacts } from './requests.ts';
import { shiftFacts, shiftsOf, type Shift } from './rota.ts';
import { sessionFacts, sessionsOf, type Session } from './sessions.ts';
import { LAST_SATISFACTION_WEEK } from './story.ts';
import { surveyFacts } from './surveys.ts';
import { ticketFacts } from './tickets.ts';
import type { Timeline } from './timeline.ts';

export const STREAMS = [
  'incidents',
  'tickets',
  'deployments',
  'alerts-and-pages',
  'shifts',
  'surveys',
  'sessions',
  'actions',
  'requests',
  'escalations',
  'metrics',
  'satisfaction',
  'calls',
] as const;
export type StreamName = (typeof STREAMS)[number];

export interface StreamShape {
  readonly kinds: readonly Kind[];
  readonly series: readonly string[];
  /** Items that began so many weeks ago may still have news. Facts beyond that do not exist. */
  readonly reachWeeks: number;
  /** The last week it told anything about; later pulls fail. Null: it goes on. */
  readonly endsAfterWeek: number | null;
}

const items = (reachWeeks: number, ...kinds: Kind[]): StreamShape => ({ kinds, series: [], reachWeeks, endsAfterWeek: null });

export const SHAPES: Readonly<Record<StreamName, StreamShape>> = {
  incidents: items(16, 'incident'),
  tickets: items(18, 'ticket'),
  deployments: items(2, 'deployment'),
  'alerts-and-pages': items(2, 'alert', 'page'),
  shifts: items(2, 'shift', 'membership'),
  surveys: items(3, 'feedback'),
  sessions: items(8, 'session'),
  actions: items(24, 'action'),
  requests: items(6, 'request'),
  escalations: items(6, 'escalation'),
  metrics: { kinds: [], series: ['good-requests', 'valid-requests', 'request-latency'], reachWeeks: 0, endsAfterWeek: null },
  satisfaction: { kinds: [], series: ['customer-satisfaction'], reachWeeks: 0, endsAfterWeek: LAST_SATISFACTION_WEEK },
  calls: { kinds: [], series: ['calls'], reachWeeks: 0, endsAfterWeek: null },
};

/** What a stream has to say about one week. */
export interface WeekOfNews {
  readonly facts: readonly Fact[];
  readonly points: readonly Point[];
}

/** One stream of one history: a pure function of seed and start, with a short memory. */
export interface Generator {
  readonly timeline: Timeline;
  /** Everything that became known with a week (from 0), in order of time, item and sequence. */
  newsOf(week: number): WeekOfNews;
}

/** Weeks remembered: more than any reach, so that pulls week by week make each week once. */
const REMEMBERED_WEEKS = 40;

export function generatorOf(stream: StreamName, timeline: Timeline, seed: string): Generator {
  const { reachWeeks } = SHAPES[stream];
  const deployments = remembered((week): readonly Deployment[] => deploymentsOf(timeline, seed, week));
  const incidents = remembered((week): readonly Incident[] => incidentsOf(timeline, seed, week, deployments(week)));
  const sessions = remembered((week): readonly Session[] => sessionsOf(timeline, seed, week, incidents(week)));
  const shifts = remembered((week): readonly Shift[] => shiftsOf(timeline, seed, week));
  const recent = <T>(of: (week: number) => readonly T[], week: number): T[] => [...of(week - 1), ...of(week)];

  const told: Readonly<Record<StreamName, (week: number) => readonly Fact[]>> = {
    incidents: (week) => incidents(week).flatMap((incident) => incident.facts),
    tickets: (week) => ticketFacts(timeline, seed, week),
    deployments: (week) => deployments(week).flatMap(deploymentFacts),
    'alerts-and-pages': (week) =>
      pagingFacts(timeline, seed, week, incidents(week), [...recent(shifts, week), ...shifts(week + 1)]),
    shifts: (week) => [...(week < 0 ? [] : membershipFacts(timeline, seed, week, shifts)), ...shifts(week).flatMap(shiftFacts)],
    surveys: (week) => surveyFacts(timeline, seed, week, shifts(week)),
    sessions: (week) => sessions(week).flatMap(sessionFacts),
    actions: (week) => actionFacts(timeline, seed, week, sessions(week)),
    requests: (week) => requestFacts(timeline, seed, week),
    escalations: (week) => escalationFacts(seed, week, incidents(week)),
    metrics: () => [],
    satisfaction: () => [],
    calls: () => [],
  };
  /** Facts of the items that began in a week, by the week that makes them known. */
  const byKnownWeek = remembered((week): ReadonlyMap<number, readonly Fact[]> => {
    const facts = told[stream](week);
    // Of what began before the history, only what was still going on when it began is told: at once.
    const alive = week >= 0 ? null : new Set(facts.filter((fact) => reachesInto(timeline, fact)).map((fact) => fact.item));
    const known = new Map<number, Fact[]>();
    for (const fact of facts) {
      if (alive !== null && !alive.has(fact.item)) continue;
      const knownWeek = Math.max(0, timeline.weekOf(fact.at), fact.knownWeek);
      if (knownWeek > week + reachWeeks) continue;
      const list = known.get(knownWeek);
      if (list === undefined) known.set(knownWeek, [fact]);
      else list.push(fact);
    }
    return known;
  });
  const points = (week: number): Point[] => {
    if (stream === 'metrics') return requestPoints(timeline, seed, week, recent(incidents, week));
    if (stream === 'calls') return callPoints(timeline, seed, week);
    return stream === 'satisfaction' ? satisfactionPoints(timeline, seed, week) : [];
  };

  return {
    timeline,
    newsOf: (week) => {
      const facts: Fact[] = [];
      for (let began = week - reachWeeks; began <= week; began += 1) facts.push(...(byKnownWeek(began).get(week) ?? []));
      facts.sort((left, right) => left.at - right.at || compare(left.item, right.item) || left.sequence - right.sequence);
      return { facts, points: points(week) };
    },
  };
}

function reachesInto(timeline: Timeline, fact: Fact): boolean {
  const { to } = fact.fields;
  return fact.at >= timeline.start || (typeof to === 'number' && to > timeline.start);
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function remembered<T>(make: (week: number) => T): (week: number) => T {
  const known = new Map<number, T>();
  return (week) => {
    const found = known.get(week);
    if (found !== undefined) return found;
    const made = make(week);
    known.set(week, made);
    if (known.size > REMEMBERED_WEEKS) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    return made;
  };
}
