import { formatProblem } from '../kpi/problem.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import type { ReviewedKpi } from './card.ts';
import { knownUntil } from './doubts.ts';
import { isOfMore, signalJudgement } from './findings.ts';
import { listed, plural } from './format.ts';
import type { BrokenFile, KpiInput, ReviewSource } from './input.ts';
import type { AgendaItem, Judgement, Review } from './schema.ts';
import type { Action } from './talk.ts';
import { whyMissed, whyRegained, whyRestated, whySignal } from './why.ts';

type Reason = AgendaItem['reason'];
type Entry = Omit<AgendaItem, 'position' | 'minutes'>;

/** The order in which the meeting takes them, and the minutes each takes (comments, an action, its owner). */
const MINUTES: Readonly<Record<Reason, number>> = {
  'signal against us': 6,
  'target missed': 5,
  restated: 2,
  'overdue action': 3,
  'stale source': 2,
  'broken definition': 2,
  changed: 3,
  win: 1,
};
const ORDER: readonly Reason[] = [
  'signal against us',
  'target missed',
  'restated',
  'overdue action',
  'stale source',
  'broken definition',
  'changed',
  'win',
];
const OPENING_MINUTES = 5;
/** Folded KPIs are read, not discussed. */
const FOLDED_PER_MINUTE = 10;
const LONGEST_MINUTES = 60;

/**
 * What asks for the meeting's time, most pressing first; within a reason inputs (which we control)
 * before outcomes, then in the order of the catalogue. A KPI stands here once, for its strongest reason.
 */
export function agendaOf(
  kpis: readonly ReviewedKpi[],
  actions: readonly Action[],
  inputs: readonly KpiInput[],
  sources: readonly ReviewSource[],
  broken: readonly BrokenFile[],
  week: Period,
  calendar: Calendar,
  now: Instant,
): AgendaItem[] {
  const own = kpis.flatMap((reviewed) => {
    const entry = entryOf(reviewed, calendar);
    return entry === null ? [] : [{ entry, isInput: reviewed.card.role === 'input' }];
  });
  const overdue = [...kpis.flatMap(({ card }) => card.actions), ...actions].filter(({ isOverdue }) => isOverdue);
  const others = [
    ...overdue.map(overdueEntry),
    ...sources.flatMap((source) => sourceEntry(source, inputs, week, calendar, now)),
    ...broken.flatMap(brokenEntry),
  ];
  const entries = [...own, ...others.map((entry) => ({ entry, isInput: false }))];
  entries.sort(
    (first, second) =>
      ORDER.indexOf(first.entry.reason) - ORDER.indexOf(second.entry.reason) || Number(second.isInput) - Number(first.isInput),
  );
  return entries.map(({ entry }, index) => ({ position: index + 1, minutes: MINUTES[entry.reason], ...entry }));
}

function entryOf({ card, findings }: ReviewedKpi, calendar: Calendar): Entry | null {
  const { news, target, restated, kpi } = findings;
  const entry = { kpi: card.id, source: null, action: null, title: card.name };
  const judgement = news === null ? null : signalJudgement(kpi, findings.process, news);
  const arrow = news === null || isOfMore(kpi, findings.process, news) ? '▲' : '▼';
  if (news !== null && judgement === 'against') {
    return { ...entry, reason: 'signal against us', why: whySignal(findings, news), mark: arrow, judgement };
  }
  if (target?.isNewlyMissed === true)
    return { ...entry, reason: 'target missed', why: whyMissed(findings), mark: '✕', judgement: 'against' };
  if (restated.length > 0) {
    return {
      ...entry,
      title: `Restated: ${card.name}`,
      reason: 'restated',
      why: whyRestated(findings, calendar),
      mark: '↻',
      judgement: 'unknown',
    };
  }
  if (news !== null && judgement === 'changed')
    return { ...entry, reason: 'changed', why: whySignal(findings, news), mark: '~', judgement };
  if (news !== null) return { ...entry, reason: 'win', why: whySignal(findings, news), mark: '✓', judgement: 'with' };
  if (target?.isRegained === true) return { ...entry, reason: 'win', why: whyRegained(findings), mark: '✓', judgement: 'with' };
  return null;
}

/** One that is late comes back until it is done, dropped or given another day. */
function overdueEntry({ id, kpi, title, owner, dueText, expectedText }: Action): Entry {
  return {
    reason: 'overdue action',
    kpi,
    source: null,
    action: id,
    title: `Overdue: ${title}`,
    why: `${owner}, ${dueText}${expectedText === null ? '' : `; expected ${expectedText}`}.`,
    mark: '◷',
    judgement: 'against',
  };
}

const SOURCE_TITLES: ReadonlyMap<ReviewSource['freshness'], string> = new Map([
  ['stale', 'Stale'],
  ['failing', 'Failing'],
  ['never pulled', 'Never read'],
]);

/** A source that does not reach the end of the week. One that fails today but covers the week is no matter of this review. */
function sourceEntry(source: ReviewSource, inputs: readonly KpiInput[], week: Period, calendar: Calendar, now: Instant): Entry[] {
  const title = SOURCE_TITLES.get(source.freshness);
  const until = source.completeUntil;
  if (title === undefined || (until !== null && until >= Math.min(week.end, now))) return [];
  const waiting = inputs.filter(({ sources }) => sources.includes(source.id)).map(({ kpi }) => kpi.name);
  const named = waiting.length > 3 ? [...waiting.slice(0, 2), `${waiting.length - 2} more`] : waiting;
  const names = waiting.length === 0 ? '' : `; ${plural(waiting.length, 'KPI waits', 'KPIs wait')} for it: ${listed(named)}`;
  const why = `${knownUntil(source, calendar.zone, week)}${names}.`;
  return [
    {
      reason: 'stale source',
      kpi: null,
      source: source.id,
      action: null,
      title: `${title}: ${source.name}`,
      why,
      mark: '◌',
      judgement: 'unknown',
    },
  ];
}

function brokenEntry({ file, problems, lastGoodKpi }: BrokenFile): Entry[] {
  const first = problems[0];
  if (first === undefined) return [];
  const more = problems.length === 1 ? '' : ` (and ${plural(problems.length - 1, 'more problem', 'more problems')})`;
  const still = lastGoodKpi === null ? 'It is not measured' : 'Its last good version is still measured';
  const title = `Broken definition: ${file.split('/').at(-1) ?? file}`;
  return [
    {
      reason: 'broken definition',
      kpi: lastGoodKpi,
      source: null,
      action: null,
      title,
      why: `${formatProblem(first)}${more}. ${still}.`,
      mark: '!',
      judgement: 'unknown',
    },
  ];
}

/** Suggested length of the meeting in minutes, in steps of five, at most an hour. */
export function minutesOf(agenda: readonly AgendaItem[], foldedCount: number): number {
  const spoken = agenda.reduce((sum, { reason }) => sum + MINUTES[reason], OPENING_MINUTES);
  const minutes = spoken + foldedCount / FOLDED_PER_MINUTE;
  return Math.min(LONGEST_MINUTES, Math.max(5, Math.round(minutes / 5) * 5));
}

const HEADLINES: Readonly<Record<Reason, readonly [one: string, many: string, judgement: Judgement]>> = {
  'signal against us': ['signal against us', 'signals against us', 'against'],
  'target missed': ['target newly missed', 'targets newly missed', 'against'],
  restated: ['restated', 'restated', 'unknown'],
  'overdue action': ['action overdue', 'actions overdue', 'against'],
  'stale source': ['source behind', 'sources behind', 'unknown'],
  'broken definition': ['broken definition', 'broken definitions', 'unknown'],
  changed: ['changed', 'changed', 'changed'],
  win: ['win', 'wins', 'with'],
};

/** `3 signals against us`, `2 targets newly missed`, …, `4 older findings stand`, `31 routine`, `5 not judged`. What there is none of is left out. */
export function headlineOf(
  agenda: readonly AgendaItem[],
  folded: { readonly standing: number; readonly routine: number; readonly unjudged: number },
): Review['headline'] {
  const counted = ORDER.flatMap((reason) => {
    const count = agenda.filter((item) => item.reason === reason).length;
    const [one, many, judgement] = HEADLINES[reason];
    return count === 0 ? [] : [{ text: plural(count, one, many), judgement }];
  });
  const calm: Review['headline'] = agenda.length === 0 ? [{ text: 'Nothing asks for time', judgement: 'routine' }] : [];
  const old: Review['headline'] =
    folded.standing === 0
      ? []
      : [{ text: plural(folded.standing, 'older finding stands', 'older findings stand'), judgement: 'against' }];
  const rest: Review['headline'] = [
    ...(folded.routine === 0 ? [] : [{ text: plural(folded.routine, 'routine', 'routine'), judgement: 'routine' as const }]),
    ...(folded.unjudged === 0
      ? []
      : [{ text: plural(folded.unjudged, 'not judged', 'not judged'), judgement: 'unknown' as const }]),
  ];
  return [...calm, ...counted, ...old, ...rest];
}
