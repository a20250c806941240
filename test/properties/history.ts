import fc from 'fast-check';
import type { Event, Fields } from '../../server/event/event.ts';
import type { Kind, State } from '../../server/event/kinds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Monday; the clocks of Berlin go back on 25 October, in the fourth week. */
export const START = Date.parse('2026-09-28T00:00:00Z');
const SPAN_HOURS = 40 * 24;

/** A fact and how long after it happened it becomes known. */
interface Told {
  readonly event: Event;
  readonly knownAt: number;
}

/** Everything that happened, and the instants at which the source is pulled. */
export interface History {
  /** For each step, its instant, what became known by it, and whether a review is published. */
  readonly steps: readonly { readonly now: number; readonly events: readonly Event[]; readonly publishes: boolean }[];
}

type Action =
  | 'acknowledge'
  | 'hold'
  | 'work'
  | 'restore'
  | 'resolve'
  | 'close'
  | 'reopen'
  | 'cancel'
  | 'move team'
  | 'move service'
  | 'escalate'
  | 'merge'
  | 'unmerge'
  | 'blame'
  | 'correct';

const STATE_OF: Partial<Record<Action, State>> = {
  acknowledge: 'acknowledged',
  hold: 'on_hold',
  work: 'in_progress',
  restore: 'restored',
  resolve: 'resolved',
  close: 'closed',
  reopen: 'reopened',
  cancel: 'cancelled',
};

const ACTIONS: readonly Action[] = [
  'acknowledge',
  'hold',
  'work',
  'restore',
  'restore',
  'resolve',
  'close',
  'reopen',
  'cancel',
  'move team',
  'move service',
  'escalate',
  'merge',
  'unmerge',
  'blame',
  'correct',
];

const RELATIONS = ['reviews', 'caused_by', 'not_caused_by', 'rolls_back'] as const;

const team = fc.constantFrom('payments', 'search', 'nobody', null);
const service = fc.constantFrom('checkout', 'index', null);
const delayHours = fc.oneof(
  { arbitrary: fc.constant(0), weight: 5 },
  { arbitrary: fc.integer({ min: 1, max: 60 }), weight: 2 },
  { arbitrary: fc.integer({ min: 60, max: 900 }), weight: 1 },
);
/** Bounds of weeks and the repeated hour are likelier than chance would have them. */
const begins = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: SPAN_HOURS * 60 }).map((minutes) => minutes / 60), weight: 6 },
  { arbitrary: fc.constantFrom(0, 7 * 24 - 2, 14 * 24 - 2, 21 * 24 - 2), weight: 1 },
  { arbitrary: fc.integer({ min: 0, max: 16 }).map((quarter) => 27 * 24 - 1 + quarter / 4), weight: 1 },
);

const step = fc.record({
  action: fc.constantFrom(...ACTIONS),
  hours: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 30, max: 400 })),
  delay: delayHours,
  team,
  service,
  severity: fc.integer({ min: 1, max: 4 }),
  other: fc.nat({ max: 5 }),
});

const item = fc.record({
  kind: fc.constantFrom<Kind>(
    ...([
      'incident',
      'incident',
      'incident',
      'ticket',
      'ticket',
      'deployment',
      'deployment',
      'page',
      'session',
      'action',
      'link',
    ] as const),
  ),
  begins,
  delay: delayHours,
  team,
  service,
  severity: fc.integer({ min: 1, max: 4 }),
  responder: fc.nat({ max: 6 }),
  other: fc.nat({ max: 6 }),
  steps: fc.array(step, { maxLength: 6 }),
});

/** Instants of the pulls: far enough apart that some weeks settle between them. */
const pulls = fc
  .array(fc.integer({ min: 30, max: 260 }), { minLength: 3, maxLength: 5 })
  .map((gaps) => gaps.reduce<number[]>((list, gap) => [...list, (list.at(-1) ?? 12 * 24) + gap], []));

export const history: fc.Arbitrary<History> = fc
  .record({
    items: fc.array(item, { minLength: 2, maxLength: 8 }),
    pulls,
    publishes: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  })
  .map(({ items, pulls: hours, publishes }) => {
    const told = items.flatMap((drawn, number) => tell(drawn, number));
    let before = -Infinity;
    const last = hours.length - 1;
    return {
      steps: hours.map((hour, index) => {
        const now = START + hour * HOUR;
        const events = told
          .filter(({ knownAt, event }) => {
            const at = Math.max(knownAt, event.effectiveAt);
            return at > before && (at <= now || index === last) && event.effectiveAt <= now;
          })
          .map(({ event }) => event);
        before = now;
        return { now, events, publishes: publishes[index] === true && index > 0 };
      }),
    };
  });

type Drawn = typeof item extends fc.Arbitrary<infer T> ? T : never;

function tell(drawn: Drawn, number: number): Told[] {
  const { kind } = drawn;
  const id = `I${number}`;
  const told: Told[] = [];
  let at = START + drawn.begins * HOUR;
  const say = (delay: number, state: State | null, fields: Fields, supersedes: string | null = null): void => {
    const effectiveAt = Math.round(at / 1000) * 1000;
    const event: Event = {
      kind,
      source: 'desk',
      item: id,
      key: `${id}-${told.length}`,
      effectiveAt,
      sequence: 0,
      origin: 'native',
      state,
      fields,
      supersedes,
      slot: null,
    };
    told.push({ event, knownAt: effectiveAt + delay * HOUR });
  };
  /** Kinds without states are deleted in their source at times. */
  const retract = (): void => {
    const [later] = drawn.steps;
    if (later?.action !== 'cancel' && later?.action !== 'close') return;
    at += later.hours * HOUR;
    say(later.delay, 'cancelled', {});
  };
  const place = { team: drawn.team, service: drawn.service, severity: drawn.severity };
  if (kind === 'deployment') {
    const finished = at + 2 * HOUR;
    say(drawn.delay, null, {
      ...place,
      environment: 'production',
      started: at,
      finished,
      outcome: drawn.severity === 4 ? 'failed' : 'succeeded',
      purpose: drawn.severity === 1 ? 'rollback' : 'release',
      ...(drawn.severity === 1 ? { rolls_back: `I${drawn.responder}` } : {}),
    });
    retract();
    return told;
  }
  if (kind === 'page') {
    say(drawn.delay, null, {
      ...place,
      responder: `r${drawn.responder}`,
      sent: at,
      key: `k${drawn.severity}`,
      incident: `I${drawn.other}`,
      needed_action: drawn.severity < 3,
    });
    retract();
    return told;
  }
  if (kind === 'session') {
    say(drawn.delay, null, {
      ...place,
      type: 'incident review',
      held: at,
      invited: drawn.severity + 2,
      attended: drawn.severity,
      incident: `I${drawn.responder}`,
    });
    retract();
    return told;
  }
  if (kind === 'link') {
    const relation = RELATIONS[drawn.severity - 1] ?? 'reviews';
    say(drawn.delay, null, { made: at, from: `I${drawn.responder}`, to: `I${drawn.other}`, relation });
    const [later] = drawn.steps;
    retract();
    if (later !== undefined && told.length === 1) {
      at += later.hours * HOUR;
      say(later.delay, null, { to: `I${later.other}` });
    }
    return told;
  }
  const own = kind === 'action' ? { due: at + 3 * DAY } : kind === 'incident' && drawn.other > 2 ? { cause: 'disk' } : {};
  say(drawn.delay, 'opened', { ...place, ...own });
  for (const { action, hours, delay, ...rest } of drawn.steps) {
    at += hours * HOUR;
    const state = STATE_OF[action];
    if (state !== undefined) say(delay, state, {});
    else if (action === 'move team') say(delay, null, { team: rest.team });
    else if (action === 'move service') say(delay, null, { service: rest.service });
    else if (action === 'escalate') say(delay, null, { severity: rest.severity });
    else if (action === 'merge' && kind !== 'action') say(delay, null, { merged_into: `I${rest.other}` });
    else if (action === 'unmerge' && kind !== 'action') say(delay, null, { merged_into: null });
    else if (action === 'blame' && kind !== 'action') say(delay, null, { caused_by: `I${rest.other}` });
    else if (action === 'correct') {
      const wrong = told[rest.other % told.length]?.event;
      if (wrong !== undefined) say(delay, wrong.state, wrong.fields, wrong.key);
    }
  }
  return told;
}

/** The same facts of one step as they may just as well arrive: in another order, some twice, in other batches. */
export interface Arrival {
  readonly order: number;
  readonly again: number;
  readonly cuts: number;
  readonly restarts: boolean;
}

export const arrival: fc.Arbitrary<Arrival> = fc.record({
  order: fc.nat(),
  again: fc.nat({ max: 7 }),
  cuts: fc.integer({ min: 1, max: 3 }),
  restarts: fc.boolean(),
});

export function arriving(events: readonly Event[], { order, again, cuts }: Arrival): Event[][] {
  const twice = [...events, ...events.filter((_, index) => again > 0 && index % again === 0)];
  const shuffled = twice
    .map((event, index) => ({ event, rank: (Math.imul(index + 1, 2654435761) ^ Math.imul(order, 40503)) >>> 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ event }) => event);
  const size = Math.max(1, Math.ceil(shuffled.length / cuts));
  return Array.from({ length: cuts }, (_, index) => shuffled.slice(index * size, (index + 1) * size));
}
