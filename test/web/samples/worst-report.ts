import type { Action, Figure, Narrative, Report } from '../../../server/api/contract.ts';

/**
 * The fullest report there can be: every list as long as the server lets it get, names and texts as long as people write
 * them. Whatever is told once holds a sign of its own (`F07`, `A12`), so that paper can be asked where it went.
 */
const QUARTER = '2026-Q3';
const two = (index: number): string => String(index).padStart(2, '0');
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const SECTIONS = ['Delivery', 'Incidents and problems', 'Queues', 'On-call', 'Customers', 'Culture'];
const LONG = 'of everything that was promised to customers in writing, by contract or otherwise';

const amount = (text: string, label: string): Figure['now'] => ({
  period: QUARTER,
  label,
  value: 1,
  text,
  count: 12_345,
  emptiness: null,
  flags: [],
  revision: 3,
});

function figure(index: number): Figure {
  const isHidden = index % 10 === 9;
  const name = `F${two(index)} ${index % 3 === 0 ? `share ${LONG}` : 'time to restore service'}`;
  const now = amount(`${1000 + index}.5 h`, 'Q3 2026');
  return {
    kpi: `kpi-${two(index)}`,
    name,
    alsoCalled: null,
    question: 'How long?',
    section: SECTIONS[Math.floor(index / 14)] ?? 'Culture',
    role: index < 50 ? 'outcome' : 'input',
    owner: 'Service Operations and Customer Care',
    better: 'lower',
    unit: { type: 'duration', label: '' },
    now: isHidden ? { ...now, value: null, text: 'hidden', emptiness: 'hidden', count: 0 } : now,
    previous: amount('before history', 'Q2 2026'),
    yearBefore: amount('before history', 'Q3 2025'),
    months: [],
    change: '13.88 h, was 13.93 h',
    yearChange: 'before history',
    target: {
      value: 4,
      text: '≥ 99.995%',
      every: '25 a week',
      isMet: index % 4 === 0,
      stand: index % 4 === 0 ? 'met' : 'missed',
      kept: 'in 11 of 13 weeks',
    },
    move: {
      judgement: index % 2 === 0 ? 'against' : 'with',
      word: index % 5 === 0 ? 'one quarter worse' : 'better',
      isLasting: true,
      text: '18 weeks in a row below the mean of 16%: week 22 to week 39, and 2 signals the other way.',
    },
    forecast: {
      is: 'may',
      until: 'the end of Q4 2026',
      text: 'May be met or missed by the end of Q4 2026: a routine week lies between 12 minutes and 5.5 h, since it shifted 14 weeks ago, on both sides of ≤ 4 h.',
      why: 'a routine week lies between 12 minutes and 5.5 h, since it shifted 14 weeks ago, on both sides of ≤ 4 h',
    },
    trend: {
      grain: 'week',
      points: many(52, (week) => ({
        period: `2026-W${week}`,
        label: `W${week}`,
        title: `Week ${week}`,
        value: 3 + Math.sin(week * 2 + index),
        text: '3 h',
        isOpen: false,
        isInQuarter: week > 38,
        tone: week === 45 ? 'against' : 'routine',
      })),
      limits: [{ from: '2026-W0', to: '2026-W51', mean: 3, lower: 1.5, upper: 4.5 }],
      target: 4,
      targetText: '≤ 4 h',
      latest: `${index}.7 h`,
      text: 'By the week: last 3 h.',
    },
    notes: [index + 1, index + 2, index + 3],
  };
}

const action = (index: number, kpi: string | null): Action => ({
  id: index,
  revision: 1,
  kpi,
  scope: 'organisation',
  author: 'Head of Operations',
  setOn: '2026-08-01',
  title: `A${two(index)} rehearse the failover by its runbook with everybody who may be called, and correct the runbook`,
  owner: 'Service Operations and Customer Care',
  due: '2026-10-23',
  expected: null,
  state: 'open',
  closedOn: null,
  note: '',
  isOverdue: true,
  dueText: 'due 23 Oct, 4 weeks overdue',
  expectedText: 'at most 4 hours by 27 Dec',
  verdict: {
    is: 'noise',
    text: 'Cannot be told from noise: 71 m on average after 17 August 2026, 7.2 before, over eight settled weeks.',
    judgement: 'routine',
  },
});

/** Two thousand signs in three paragraphs, as many as a text may have. */
const narrative = (slot: Narrative['slot'], index: number): Narrative => ({
  slot,
  title: slot,
  entry: index + 1,
  revision: 1,
  author: 'Head of Operations',
  at: '2026-10-12T09:00:00Z',
  text: '',
  blocks: many(3, (paragraph) => ({
    type: 'paragraph' as const,
    number: null,
    depth: 0,
    inlines: [
      {
        text: `N${index}${paragraph} ${'We moved the payments to the new region and learned what it takes. '.repeat(9)}`,
        marks: [],
        href: null,
      },
    ],
  })),
  facts: [],
  checks: [
    {
      is: 'differs',
      said: '99 h',
      kpi: 'kpi-01',
      text: 'The text says 99 h, the snapshot says 4.4 h (Time to restore service, Q3 2026).',
      fix: 'Write {kpi-01}.',
    },
  ],
});

const figures = many(80, figure);
const id = (index: number): string => `kpi-${two(index)}`;

export const worstReport: Report = {
  organisation: 'Northwind Cloud and Subsidiaries International',
  scope: { id: 'organisation', label: 'All teams' },
  scopes: [{ id: 'organisation', label: 'All teams', group: 'Organisation', parent: null }],
  quarter: {
    id: QUARTER,
    label: 'Q3 2026',
    days: '1 Jul – 30 Sep 2026',
    isRunning: false,
    state: '80 figures not settled yet',
    previous: '2026-Q2',
    next: '2026-Q4',
    latest: QUARTER,
  },
  headline: '4 of 24 goals met',
  lead: 'Missed: share of everything that was promised (1000.5 h, target ≥ 99.995%), and 19 more. '.repeat(5),
  narratives: (['summary', 'moved', 'customers', 'people', 'risks', 'asks'] as const).map(narrative),
  figures,
  scorecard: {
    rows: SECTIONS.slice(0, 4).map((section, index) => ({ section, kpis: many(6, (row) => id(index * 14 + row)) })),
    rest: 'In the appendix: 12 more goals that are met and 30 targets on what we control (14 met).',
  },
  moved: many(6, (index) => ({
    kpi: id(index),
    judgement: 'against' as const,
    lead: `M${two(index)} Worse: 1000.5 h (−12.5 points) against Q2 2026`,
    text: '18 weeks in a row below the mean of 16%: week 22 to week 39, and 2 signals the other way.',
    comments: [
      {
        id: index,
        revision: 1,
        author: 'Service Operations',
        at: '2026-09-12T09:00:00Z',
        period: '2026-W37',
        when: 'Week 37',
        isPast: true,
        point: null,
        text: '',
        blocks: narrative('moved', index).blocks.slice(0, 1),
      },
    ],
    actions: [action(50 + index, id(index))],
  })),
  movedRest: `Also beyond noise: ${many(20, (index) => `${two(index)} ${LONG}`).join(', ')}.`,
  actions: many(25, (index) => action(index, id(index))),
  customers: { charts: many(4, (index) => id(56 + index)), rest: many(8, (index) => id(60 + index)), hidden: [id(69)] },
  people: {
    charts: many(4, (index) => id(42 + index)),
    rest: many(16, (index) => id(46 + index)),
    hidden: many(7, (index) => id(index * 10 + 9)),
  },
  privacy: 'What people bore or answered is told of five or more together, over the whole quarter, and never item by item.',
  risks: many(7, (index) => ({
    kpi: id(index),
    why: `R${two(index)} Missed: 1000.5 h for ≥ 99.995%, kept in 3 of 13 weeks.`,
    trend: '18 weeks in a row below the mean of 16%: week 22 to week 39, and 2 signals the other way.',
    forecast:
      'Will not be met without change by the end of Q4 2026: a routine week lies between 12 m and 5.5 h, all beyond ≤ 4 h.',
    calls: 'Service Operations and Customer Care · escalates to Head of Operations · runbooks/on-call-load.md',
  })),
  risksRest: `Less pressing: ${many(20, (index) => `${two(index)} ${LONG}`).join(', ')}.`,
  uncertain: many(9, (index) => id(20 + index)),
  asks: many(8, (index) => ({
    text: `Q${two(index)} agree on an action for the share ${LONG}, or on another target than ≥ 99.995%: none is open.`,
    owner: 'Service Operations and Customer Care',
  })),
  notes: many(82, (index) => ({
    number: index + 1,
    kind: 'restated' as const,
    kpi: id(index),
    text: `T${two(index)} time to restore service, Q3 2026: 4.2 h until 12 Oct 2026, 4.4 h since (late, corrected, merged and relinked; 212 items moved).`,
  })),
  method: many(8, (index) => ({ term: `Term ${index}`, text: 'The target in force on the last day of the quarter. '.repeat(5) })),
  watermark: 1687,
  measuredAt: '2026-11-22T04:12:00Z',
};
