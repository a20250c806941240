import type { KpiCard, Point, Review } from '../../../server/api/contract.ts';
import { boxes, DEPTH, DURATION, LEVEL, months, SHARE, signal, TOTAL, wave, weeks, type Said, type Unit } from './points.ts';

const H = 3600;
const D = 86_400;
const hours = (...values: Said[]): Said[] => values.map((value) => (typeof value === 'number' ? value * H : value));

type Series = { unit: Unit; weeks: Said[]; priorWeeks: Said[]; months: Said[]; priorMonths: Said[]; history: Said[] };

function card(id: string, name: string, series: Series, rest: Partial<KpiCard>): KpiCard {
  const shown = weeks(series.unit, 2026, 46, series.weeks);
  const current = shown.at(-1);
  if (current === undefined) throw new Error('a sample needs weeks');
  return {
    id,
    name,
    alsoCalled: null,
    question: '',
    section: 'Incidents',
    role: 'outcome',
    owner: 'Service Operations',
    better: 'lower',
    unit: series.unit,
    verdict: '',
    judgement: 'routine',
    atRisk: null,
    current,
    weeks: shown,
    priorWeeks: weeks(series.unit, 2025, 46, series.priorWeeks),
    months: months(series.unit, 2026, series.months),
    priorMonths: months(series.unit, 2025, series.priorMonths),
    target: null,
    boxes: boxes(['–', '–', '–', '–', '–', '–', '–', '–', '–', 'none set']),
    history: weeks(series.unit, 2026, 46, series.history),
    historyUnit: series.unit,
    limits: [],
    signals: [],
    rebase: null,
    judgedAs: 'its weekly value',
    counted: `${current.count} counted`,
    exclusions: [],
    also: [],
    revisions: [],
    definitionWords: 'What the file says, read aloud.',
    comments: [],
    needsComment: false,
    actions: [],
    annotations: [],
    ...rest,
  };
}

const beforeHistory = (count: number): Said[] => Array.from({ length: count }, () => 'before history');

const restoreHistory = [...wave(60, 4.1 * H, 1.4 * H).slice(0, 54), ...hours(4.2, 3.6, 4.6, 4.1, 4.88, '6.4167')].map((said) =>
  said === '6.4167' ? `${6.4167 * H}|unsettled` : said,
);

const timeToRestore = card(
  'time-to-restore',
  'Time to restore service',
  {
    unit: DURATION,
    weeks: [...hours(4.2, 3.6, 4.6, 4.1, 4.88), `${6.4167 * H}|unsettled`],
    priorWeeks: hours(5.2, 6.3, 4.4, 5.1, 6.6, 7),
    months: hours(4.4, 4.1, 5.3, 4.6, 3.9, 4.4, 4.2, 4.8, 4.0, 4.3, 4.6, 4.2),
    priorMonths: hours(5.4, 5.1, 5.8, 6.2, 4.9, 5.0, 5.6, 5.8, 5.2, 4.9, 5.1, 5.4),
    history: restoreHistory,
  },
  {
    alsoCalled: 'MTTR',
    question: 'When customers are hurt, how long until they are well again?',
    verdict:
      'Slower than usual: median 6.4 h over 9 incidents, above its limit of 6.1 h for the first time in 14 weeks. Target is at most 4 h, missed. Settles on Wed 18 Nov.',
    judgement: 'against',
    atRisk: {
      reason: 'signal against us',
      since: '2026-W46',
      runbook: 'runbooks/restore.md',
      escalateTo: 'Head of Operations',
      text: 'At risk since week 46: a signal against us. Runbook: runbooks/restore.md. Escalate to Head of Operations.',
    },
    target: {
      value: 4 * H,
      drawn: 4 * H,
      text: 'at most 4 hours a week, since 1 Jan 2026',
      short: '≤ 4 h',
      direction: 'at_most',
      every: 'week',
      because: 'agreed with product leads',
      isMet: false,
    },
    boxes: boxes(['6 h 25 m', '+31%', '−8%', '5 h 12 m', '+4%', '4 h 54 m', '−2%', '4 h 24 m', '−9%', '≤ 4 h'], {
      0: 'against',
      1: 'against',
      9: 'against',
    }),
    limits: [
      {
        mean: 4.1 * H,
        lower: 2.2 * H,
        upper: 6.1 * H,
        isProvisional: false,
        from: '2025-W39',
        to: '2026-W46',
        text: 'mean 4.1 h, routine between 2.2 h and 6.1 h, from 24 weeks to 2026-W10',
      },
    ],
    signals: [
      signal('2026-W12', '2026-W05', '8 in a row', 'below', 'with', '8 weeks in a row below the mean of 4.1 h'),
      signal('2026-W46', '2026-W46', 'beyond a limit', 'above', 'against', '6.4 h is above the upper limit of 6.1 h'),
    ],
    rebase: {
      on: '2026-11-09',
      text: 'The signal began in week 46, so its first day is proposed. What came before keeps its limits.',
    },
    counted: '9 counted',
    exclusions: [
      { reason: 'still open (oldest 9 d)', count: 2 },
      { reason: 'merged', count: 1 },
    ],
    also: [
      { name: 'longest', text: '19 h 40 m' },
      { name: 'mean', text: '7 h 2 m' },
    ],
    definitionWords:
      'The median time from opened to restored of incidents whose severity is 1 or 2, in the period in which they were restored. Incidents that are merged, planned or closed without resolution are left out and counted. It settles 3 days after the period ends.',
  },
);

const changeFailureRate = card(
  'change-failure-rate',
  'Change failure rate',
  {
    unit: SHARE,
    weeks: [0.09, 0.11, 0.12, 0.1, 0.13, '0.17|unsettled'],
    priorWeeks: [0.1, 0.09, 0.11, 0.08, 0.12, 0.1],
    months: [0.1, 0.11, 0.09, 0.1, 0.12, 0.11, 0.1, 0.13, 0.12, 0.13, 0.12, 0.14],
    priorMonths: [0.09, 0.1, 0.1, 0.09, 0.08, 0.1, 0.11, 0.1, 0.1, 0.09, 0.11, 0.1],
    history: [...wave(40, 110, 30).map((value) => value / 1000), '0.17|unsettled'],
  },
  {
    question: 'How often does a release hurt somebody?',
    section: 'Delivery',
    owner: 'Release Engineering',
    verdict:
      'Target missed for the second week: 17% of 82 deployments failed, target is at most 15%. Routine variation reaches 19%, so this alone is no signal.',
    judgement: 'against',
    target: {
      value: 0.15,
      drawn: 0.15,
      text: 'at most 15% a week',
      short: '≤ 15%',
      direction: 'at_most',
      every: 'week',
      because: null,
      isMet: false,
    },
    boxes: boxes(['17%', '+4 pt', '+7 pt', '15%', '+4 pt', '14%', '+3 pt', '12%', '+2 pt', '≤ 15%'], {
      0: 'against',
      9: 'against',
    }),
    limits: [
      {
        mean: 0.11,
        lower: 0.03,
        upper: 0.19,
        isProvisional: true,
        from: '2026-W06',
        to: '2026-W46',
        text: 'mean 11%, routine between 3% and 19%',
      },
    ],
    counted: '82 counted',
    also: [{ name: 'with circumstantial evidence', text: '21%' }],
  },
);

const AGES: Said[] = [...wave(24, 2.4 * D, 0.4 * D), 3.1 * D, 3.4 * D, 3.9 * D, 4.6 * D, 5.4 * D, `${6.2 * D}|unsettled`];

/** Levels that carry over are judged, and drawn, by their change. */
const changes = (points: readonly Point[]): Point[] =>
  points.map((point, index) => {
    const before = points[index - 1]?.value ?? null;
    return { ...point, drawn: point.value === null || before === null ? null : point.value - before };
  });

const queueAge = card(
  'queue-age',
  'Queue age',
  {
    unit: DURATION,
    weeks: [3.1 * D, 3.4 * D, 3.9 * D, 4.6 * D, 5.4 * D, `${6.2 * D}|unsettled`],
    priorWeeks: beforeHistory(6),
    months: [...beforeHistory(4), 2.1 * D, 2.4 * D, 2.2 * D, 2.6 * D, 2.5 * D, 2.8 * D, 3.0 * D, 3.9 * D],
    priorMonths: beforeHistory(12),
    history: AGES,
  },
  {
    question: 'How long do people wait who are still waiting?',
    section: 'Queues',
    owner: 'Payments',
    verdict: 'Ageing more than usual for six weeks: the median open ticket is 6 d 5 h old, 19 h more than a week ago.',
    judgement: 'against',
    boxes: boxes(['6 d 5 h', '+15%', 'no data', '6 d 5 h', 'no data', '6 d 5 h', 'no data', '6 d 5 h', 'no data', 'none set'], {
      1: 'against',
    }),
    history: changes(weeks(DURATION, 2026, 46, AGES)),
    limits: [
      {
        mean: 0,
        lower: -0.9 * D,
        upper: 0.9 * D,
        isProvisional: true,
        from: '2026-W17',
        to: '2026-W46',
        text: 'mean change 0, routine between −22 h and +22 h',
      },
    ],
    signals: [
      signal('2026-W45', '2026-W43', '3 of 4', 'above', 'against', '3 of 4 changes nearer the upper limit than the mean'),
    ],
    judgedAs: 'its change per week',
    counted: '148 open',
    also: [
      { name: 'p90', text: '21 d' },
      { name: 'oldest', text: '74 d' },
    ],
  },
);

const incidents = card(
  'incidents',
  'Incidents',
  {
    unit: TOTAL,
    weeks: [4, 2, 0, 3, 1, '3|unsettled'],
    priorWeeks: [5, 3, 4, 6, 2, 4],
    months: [18, 14, 21, 16, 12, 15, 11, 9, 13, 10, 12, 11],
    priorMonths: [20, 24, 19, 22, 18, 17, 20, 16, 19, 18, 17, 19],
    history: wave(70, 4, 3).map((value) => Math.max(0, value)),
  },
  {
    question: 'How often were customers hurt?',
    verdict: 'Restated: October now counts 11 incidents, it was published with 8. Three arrived late from the status page.',
    judgement: 'changed',
    boxes: boxes(['3, was 1', '+2', '−1', '7', '−2', '18', '−9', '144', '−38%', 'none set'], { 8: 'with' }),
    counted: '3 counted',
    exclusions: [{ reason: 'planned', count: 1 }],
    revisions: [
      {
        period: '2026-10',
        title: 'October 2026',
        before: '8',
        after: '11',
        causes: ['late'],
        moved: 3,
        at: '2026-11-12T00:00:00Z',
        beforeAt: null,
      },
      {
        period: '2026-W43',
        title: 'Week 43, 19–25 Oct 2026',
        before: '1',
        after: '3',
        causes: ['late', 'reopened'],
        moved: 2,
        at: '2026-11-12T00:00:00Z',
        beforeAt: null,
      },
    ],
  },
);

const latency = card(
  'checkout-latency',
  'Checkout latency',
  {
    unit: LEVEL,
    weeks: [312, 308, 'no data', 'no data', '322|stale', '325|stale|unsettled'],
    priorWeeks: [340, 338, 342, 335, 341, 339],
    months: [342, 345, 338, 331, 326, 322, 318, 'no data', 315, 312, 309, 311],
    priorMonths: [351, 352, 349, 348, 351, 347, 345, 344, 342, 343, 341, 340],
    history: [...wave(46, 320, 18), 'no data', 'no data', '322|stale', '325|stale'],
  },
  {
    question: 'How long does a customer wait for the checkout?',
    section: 'Customers',
    owner: 'Checkout',
    verdict:
      'Cannot be told: the metrics source has been behind since 12 Nov, and weeks 43 and 44 have no data. What came last was 325 ms.',
    judgement: 'unknown',
    target: {
      value: 330,
      drawn: 330,
      text: 'at most 330 ms a week',
      short: '≤ 330 ms',
      direction: 'at_most',
      every: 'week',
      because: null,
      isMet: null,
    },
    boxes: boxes(['325 ms', '+1%', '−4%', '324 ms', '−4%', '318 ms', '−5%', '317 ms', '−7%', '≤ 330 ms'], { 0: 'unknown' }),
    counted: '4 of 7 days covered',
    limits: [
      {
        mean: 320,
        lower: 290,
        upper: 350,
        isProvisional: false,
        from: '2025-W49',
        to: '2026-W46',
        text: 'mean 320 ms, routine between 290 ms and 350 ms',
      },
    ],
  },
);

const noise = card(
  'noise',
  'Pages that needed no action',
  {
    unit: SHARE,
    weeks: [0.52, 0.5, 0.41, 0.36, 0.35, '0.31|unsettled'],
    priorWeeks: [0.48, 0.5, 0.47, 0.52, 0.49, 0.5],
    months: [0.5, 0.49, 0.52, 0.48, 0.5, 0.51, 0.49, 0.52, 0.5, 0.47, 0.49, 0.44],
    priorMonths: [0.46, 0.48, 0.47, 0.49, 0.5, 0.48, 0.47, 0.49, 0.48, 0.5, 0.49, 0.48],
    history: [...wave(50, 500, 60).map((value) => value / 1000), 0.41, 0.36, 0.35, '0.31|unsettled'],
  },
  {
    question: 'How many pages woke somebody for nothing?',
    section: 'On-call',
    owner: 'Platform',
    verdict:
      'Fewer than usual: 31% of 58 answered pages needed no action, below its limit of 38% for three weeks, after the alert review of 19 Oct.',
    judgement: 'with',
    boxes: boxes(['31%', '−4 pt', '−19 pt', '33%', '−16 pt', '40%', '−9 pt', '47%', '−1 pt', 'none set'], {
      0: 'with',
      2: 'with',
    }),
    limits: [
      { mean: 0.52, lower: 0.41, upper: 0.63, isProvisional: false, from: '2025-W45', to: '2026-W19', text: 'mean 52%' },
      {
        mean: 0.49,
        lower: 0.38,
        upper: 0.6,
        isProvisional: false,
        from: '2026-W20',
        to: '2026-W46',
        text: 'mean 49%, routine between 38% and 60%, from 24 weeks to 2026-W43',
      },
    ],
    signals: [
      signal('2026-W44', '2026-W44', 'beyond a limit', 'below', 'with', '36% is below the lower limit of 38%'),
      signal('2026-W46', '2026-W46', 'beyond a limit', 'below', 'with', '31% is below the lower limit of 38%'),
    ],
    counted: '58 counted',
    exclusions: [{ reason: 'without an answer', count: 12 }],
    also: [{ name: 'response rate', text: '83%' }],
  },
);

const availability = card(
  'availability',
  'Availability',
  {
    unit: SHARE,
    weeks: [0.9991, 0.9994, 0.9989, 0.9993, 0.9995, '0.9992|running'],
    priorWeeks: [0.9985, 0.9989, 0.9991, 0.9988, 0.999, 0.9987],
    months: [0.9989, 0.999, 0.9991, 0.9987, 0.9992, 0.9993, 0.999, 0.9991, 0.9994, 0.9992, 0.9993, 0.9991],
    priorMonths: [0.9984, 0.9986, 0.9985, 0.9988, 0.9987, 0.9986, 0.9988, 0.9989, 0.9987, 0.9989, 0.9988, 0.999],
    history: wave(30, 9991, 4).map((value) => value / 10_000),
  },
  {
    section: 'Customers',
    better: 'higher',
    question: 'How much of what customers asked for did they get?',
    verdict: 'As usual: 99.9% so far, the week is still running.',
    target: {
      value: 0.999,
      drawn: 0.999,
      text: 'at least 99.9% a month',
      short: '≥ 99.9% each month',
      direction: 'at_least',
      every: 'month',
      because: null,
      isMet: true,
    },
    boxes: boxes(['99.9%', '0 pt', '+0.1 pt', '99.9%', '+0.1 pt', '99.9%', '0 pt', '99.9%', '0 pt', '≥ 99.9%']),
    counted: '41 239 120 counted',
  },
);

const interruptions = card(
  'interruptions',
  'Interruptions per 12 h on call',
  {
    unit: { type: 'number', label: 'per 12 h', axis: 'per 12 h on call', isTotal: false },
    weeks: ['hidden', 'hidden', 'hidden', 'hidden', 'hidden', 'hidden'],
    priorWeeks: ['hidden', 'hidden', 'hidden', 'hidden', 'hidden', 'hidden'],
    months: [1.1, 1.3, 1.2, 'hidden', 1.4, 1.2, 1.1, 1.5, 1.3, 1.6, 1.8, 2.1],
    priorMonths: [1, 1.1, 1.2, 1.1, 1, 1.2, 1.1, 1.3, 1.2, 1.1, 1.2, 1.3],
    history: ['hidden', 'hidden', 'hidden'],
  },
  {
    section: 'On-call',
    question: 'How often is a person on call disturbed?',
    verdict: 'Hidden for single weeks: fewer than five people were on call, so the number would say who.',
    boxes: boxes(['hidden', 'hidden', 'hidden', 'hidden', 'hidden', 'hidden', 'hidden', '1.5', '+14%', 'none set']),
    counted: 'not shown',
    judgedAs: 'not judged: too few items, by the week and by the month',
  },
);

const queueDepth = card(
  'queue-depth',
  'Queue depth',
  {
    unit: DEPTH,
    weeks: [141, 138, 144, 139, 142, 148],
    priorWeeks: [122, 125, 121, 128, 124, 127],
    months: [118, 121, 125, 131, 128, 126, 133, 136, 134, 139, 141, 139],
    priorMonths: [101, 99, 104, 108, 106, 111, 109, 113, 112, 117, 116, 120],
    history: wave(52, 135, 12),
  },
  {
    section: 'Queues',
    owner: 'Support',
    question: 'How much is waiting?',
    verdict: 'As usual: 148 open tickets, 6 more than a week ago, inside its routine variation.',
    boxes: boxes(['148', '+4%', '+17%', '148', '+17%', '148', '+17%', '148', '+17%', 'none set']),
    counted: '148 open',
    exclusions: [{ reason: 'on hold', count: 12 }],
  },
);

const severityOne = card(
  'since-severity-1',
  'Time to acknowledge',
  {
    unit: DURATION,
    weeks: [420, 380, 'none to measure', 510, 395, 402],
    priorWeeks: [430, 410, 415, 420, 405, 432],
    months: [420, 415, 398, 405, 432, 411, 402, 407, 418, 399, 404, 409],
    priorMonths: [500, 480, 470, 465, 455, 450, 448, 440, 436, 431, 428, 425],
    history: wave(52, 410, 60),
  },
  {
    section: 'Incidents',
    question: 'How long until somebody says: mine?',
    verdict: 'As usual: median 6 m 42 s over 9 incidents.',
    boxes: boxes(['7 m', '+2%', '−7%', '7 m', '−4%', '7 m', '−6%', '7 m', '−8%', 'none set']),
  },
);

export const review: Review = {
  organisation: 'Northwind Cloud',
  scope: { id: 'organisation', label: 'All teams' },
  scopes: [
    { id: 'organisation', label: 'All teams', group: 'Organisation', parent: null },
    { id: 'team:checkout', label: 'Checkout', group: 'Teams', parent: 'organisation' },
    { id: 'team:payments', label: 'Payments', group: 'Teams', parent: 'organisation' },
    { id: 'team:platform', label: 'Platform', group: 'Teams', parent: 'organisation' },
    { id: 'service:card-payments', label: 'Card payments', group: 'Services', parent: 'team:payments' },
    { id: 'service:cart', label: 'Cart', group: 'Services', parent: 'team:checkout' },
    { id: 'service:ledger', label: 'Ledger', group: 'Services', parent: 'team:payments' },
    { id: 'service:orphan', label: 'Post room', group: 'Services', parent: null },
  ],
  week: {
    id: '2026-W46',
    label: 'Week 46',
    days: '9–15 Nov 2026',
    isRunning: false,
    state: 'closed, settles Wed 18 Nov',
    previous: '2026-W45',
    next: '2026-W47',
    latest: '2026-W46',
    lastDay: '2026-11-15',
  },
  headline: [
    { text: '2 signals against us', judgement: 'against' },
    { text: '2 targets missed', judgement: 'against' },
    { text: '1 restated', judgement: 'changed' },
    { text: '1 source stale', judgement: 'unknown' },
    { text: '1 win', judgement: 'with' },
    { text: '4 routine', judgement: 'routine' },
  ],
  minutes: 40,
  comments: [],
  annotations: [],
  actions: [],
  agenda: [
    {
      position: 1,
      minutes: 3,
      reason: 'signal against us',
      kpi: 'time-to-restore',
      source: null,
      action: null,
      title: 'Time to restore service',
      why: 'Above its limit for the first time in 14 weeks',
      mark: '▲',
      judgement: 'against',
    },
    {
      position: 2,
      minutes: 3,
      reason: 'signal against us',
      kpi: 'queue-age',
      source: null,
      action: null,
      title: 'Queue age',
      why: '3 of 4 changes near the limit',
      mark: '▲',
      judgement: 'against',
    },
    {
      position: 3,
      minutes: 3,
      reason: 'target missed',
      kpi: 'time-to-restore',
      source: null,
      action: null,
      title: 'Time to restore service',
      why: 'Target of 4 h missed',
      mark: '✕',
      judgement: 'against',
    },
    {
      position: 4,
      minutes: 3,
      reason: 'target missed',
      kpi: 'change-failure-rate',
      source: null,
      action: null,
      title: 'Change failure rate',
      why: 'Target of 15% missed',
      mark: '✕',
      judgement: 'against',
    },
    {
      position: 5,
      minutes: 3,
      reason: 'restated',
      kpi: 'incidents',
      source: null,
      action: null,
      title: 'Incidents: October',
      why: '8 became 11',
      mark: '↻',
      judgement: 'changed',
    },
    {
      position: 6,
      minutes: 3,
      reason: 'stale source',
      kpi: null,
      source: 'metrics',
      action: null,
      title: 'CloudWatch metrics are behind',
      why: 'The last complete pass was on 12 Nov. Checkout latency knows nothing after it; two retries failed with "rate exceeded".',
      mark: '◌',
      judgement: 'unknown',
    },
    {
      position: 7,
      minutes: 3,
      reason: 'stale source',
      kpi: 'checkout-latency',
      source: null,
      action: null,
      title: 'Checkout latency',
      why: 'Its source is behind',
      mark: '◌',
      judgement: 'unknown',
    },
    {
      position: 8,
      minutes: 3,
      reason: 'win',
      kpi: 'noise',
      source: null,
      action: null,
      title: 'Pages that needed no action',
      why: 'Below its limit for three weeks',
      mark: '✓',
      judgement: 'with',
    },
  ],
  routine: [
    { section: 'Incidents', line: 'Time to acknowledge as usual', kpis: ['since-severity-1'] },
    { section: 'Queues', line: 'Queue depth as usual', kpis: ['queue-depth'] },
    { section: 'On-call', line: 'Interruptions hidden: fewer than five people', kpis: ['interruptions'] },
    { section: 'Customers', line: 'Availability as usual', kpis: ['availability'] },
  ],
  cards: [
    timeToRestore,
    queueAge,
    changeFailureRate,
    incidents,
    latency,
    noise,
    severityOne,
    queueDepth,
    interruptions,
    availability,
  ],
  sources: [{ id: 'metrics', name: 'CloudWatch metrics', state: 'stale', text: 'last complete pass 3 days ago' }],
  problems: [],
  watermark: 4711,
  measuredAt: '2026-11-16T06:07:00Z',
};
