/**
 * What the roles and teams of Northwind Cloud wrote in the reviews of its history. Reviews and days are counted as the
 * stories are: weeks back from the last complete week at the first start. Numbers are left to the verdicts.
 */
/** Weeks back and ISO weekday; negative weeks lie ahead. */
type DayBack = readonly [back: number, weekday: number];

interface Filed {
  /** The review it was written in. */
  readonly review: number;
  /** Null: on the whole review. */
  readonly kpi: string | null;
  readonly author: string;
}

export type DemoEntry =
  | (Filed & { readonly kind: 'comment'; readonly text: string })
  | (Filed & {
      readonly kind: 'annotation';
      readonly type: 'note' | 'decision';
      readonly day: DayBack;
      readonly text: string;
    })
  | (Filed & {
      readonly kind: 'action';
      readonly title: string;
      readonly owner: string;
      readonly due: DayBack;
      readonly expected: {
        readonly direction: 'at_most' | 'at_least';
        readonly text: string;
        readonly by: DayBack;
      } | null;
      readonly done: { readonly review: number; readonly on: DayBack; readonly note: string } | null;
    })
  /** In the quarterly report, of the last quarter that has ended when the review is held. */
  | (Filed & { readonly kind: 'narrative'; readonly slot: 'summary' | 'moved' | 'asks'; readonly text: string });

export const SAID: readonly DemoEntry[] = [
  // 3a. It worked, and the process limits say so.
  {
    kind: 'action',
    review: 25,
    kpi: 'change-failure-rate',
    author: 'Head of Engineering',
    title: 'Progressive delivery: every production deployment meets a twentieth of the traffic first',
    owner: 'Platform',
    due: [20, 5],
    expected: { direction: 'at_most', text: '10%', by: [8, 7] },
    done: { review: 20, on: [20, 1], note: 'All forty services; a deployment that hurts is taken back by itself.' },
  },
  {
    kind: 'annotation',
    review: 21,
    kpi: 'change-failure-rate',
    author: 'Head of Engineering',
    type: 'decision',
    day: [20, 1],
    text: 'Progressive delivery for every production deployment',
  },
  // An honest try that nobody can tell from noise.
  {
    kind: 'action',
    review: 18,
    kpi: 'time-to-acknowledge',
    author: 'Service Operations',
    title: 'Page by telephone where a push is not answered within two minutes',
    owner: 'Service Operations',
    due: [13, 5],
    expected: { direction: 'at_most', text: '5 minutes', by: [4, 7] },
    done: { review: 13, on: [12, 1], note: 'In all eight rotations.' },
  },
  // 3b. A verdict needs eight settled weeks: it comes in the middle of this week.
  {
    kind: 'action',
    review: 12,
    kpi: 'noise',
    author: 'Head of Operations',
    title: 'Tune or delete the thirty loudest alerts',
    owner: 'Platform',
    due: [8, 5],
    expected: { direction: 'at_most', text: '27%', by: [-4, 7] },
    done: { review: 8, on: [7, 1], note: 'Eleven deleted, the others wait for a second reading.' },
  },
  {
    kind: 'annotation',
    review: 8,
    kpi: 'noise',
    author: 'Platform',
    type: 'note',
    day: [7, 1],
    text: 'Alert tuning finished',
  },
  // 2. What was agreed and never done comes back, in the very week in which it would have helped.
  {
    kind: 'action',
    review: 7,
    kpi: 'time-to-restore',
    author: 'Service Operations',
    title: 'Rehearse the failover by its runbook, and correct the runbook',
    owner: 'Payments',
    due: [3, 5],
    expected: { direction: 'at_most', text: '4 hours', by: [-6, 7] },
    done: null,
  },
  {
    kind: 'comment',
    review: 1,
    kpi: 'time-to-restore',
    author: 'Service Operations',
    text: 'Routine. The failover rehearsal has slipped a second time: **nobody has tried the runbook since the move to two regions.**',
  },
  // 1. The slide into overload, seen from within.
  {
    kind: 'comment',
    review: 4,
    kpi: 'off-hours-interruptions',
    author: 'Payments',
    text: 'Settlement now runs at night, and its retries page whoever is on call. Most of them settle themselves.',
  },
  {
    kind: 'comment',
    review: 1,
    kpi: 'off-hours-interruptions',
    author: 'Payments',
    text: 'Still rising, still within the limits of the whole organisation, and not of ours:\n\n- settlement retries, every night\n- the certificate alert that nobody can act on before morning',
  },
  {
    kind: 'action',
    review: 1,
    kpi: 'off-hours-interruptions',
    author: 'Payments',
    title: 'Let settlement retries wait until morning unless money is at risk',
    owner: 'Payments',
    due: [-3, 5],
    expected: null,
    done: null,
  },
  // 4. The feed that stopped.
  {
    kind: 'comment',
    review: 2,
    kpi: 'customer-satisfaction',
    author: 'Support',
    text: 'The feed answers 401: its token has expired. A new one is asked for.',
  },
  {
    kind: 'comment',
    review: 1,
    kpi: 'customer-satisfaction',
    author: 'Support',
    text: 'No token yet. **Take no decision on this number**: it ends two weeks ago.',
  },
  // 5a. The partner desk.
  {
    kind: 'comment',
    review: 3,
    kpi: 'arrivals',
    author: 'Support',
    text: 'The partner desk had recorded a whole month on paper. Its tickets are in now, so that month reads higher than it did.',
  },
  {
    kind: 'annotation',
    review: 3,
    kpi: 'arrivals',
    author: 'Support',
    type: 'note',
    day: [4, 3],
    text: 'Tickets of the partner desk recorded late, for a whole month',
  },
  {
    kind: 'annotation',
    review: 6,
    kpi: null,
    author: 'Head of Operations',
    type: 'decision',
    day: [5, 1],
    text: 'Severity is set by impact and urgency, in all teams alike',
  },
  {
    kind: 'comment',
    review: 1,
    kpi: null,
    author: 'Head of Operations',
    text: 'Next week we begin with what Payments bears at night, whatever the limits say.',
  },
  // The quarterly report: its figures come from the numbers, whenever the demo is started.
  {
    kind: 'narrative',
    review: 0,
    kpi: null,
    author: 'Head of Operations',
    slot: 'summary',
    text: 'Fewer changes hurt since every deployment meets a twentieth of the traffic first: change failure rate {change-failure-rate}, a year before it was {change-failure-rate.year-before}. Time to restore service stood at {time-to-restore}, {time-to-restore.previous} in the quarter before.\n\n**What worries us today is not in these averages:** Payments is called more from week to week, most of it outside business hours, and the failover rehearsal has slipped twice.',
  },
  {
    kind: 'narrative',
    review: 0,
    kpi: null,
    author: 'Head of Engineering',
    slot: 'moved',
    text: 'Progressive delivery reached all forty services; a deployment that hurts is taken back by itself. Telephone calls where a push stays unanswered were meant to shorten time to acknowledge: nobody can tell their effect from noise yet, and we keep them.',
  },
  {
    kind: 'narrative',
    review: 0,
    kpi: null,
    author: 'Head of Operations',
    slot: 'asks',
    text: 'Time for Payments before new work: for the failover rehearsal, which is overdue, and for settlement retries that can wait until morning.',
  },
];
