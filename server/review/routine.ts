import type { ReviewedKpi } from './card.ts';
import { STALE_FINDING_WEEKS, isToldByTimes, signalJudgement } from './findings.ts';
import { formatNumber, ordinal, sentence } from './format.ts';
import type { Review } from './schema.ts';
import { hasEnough } from './series.ts';
import { APART } from './verdict-between.ts';

/** What is folded, one line a section: how many are as usual, and by name what is not, with its age. */
export function routineOf(folded: readonly ReviewedKpi[]): Review['routine'] {
  const sections = new Map<string, ReviewedKpi[]>();
  for (const reviewed of folded) {
    const { section } = reviewed.card;
    sections.set(section, [...(sections.get(section) ?? []), reviewed]);
  }
  return [...sections].map(([section, kpis]) => ({ section, line: lineOf(kpis), kpis: kpis.map(({ card }) => card.id) }));
}

/** An old finding against us: a signal that still stands, or a target missed again. */
export function isStanding({ findings: { kpi, process, standing, target } }: ReviewedKpi): boolean {
  return (standing !== null && signalJudgement(kpi, process, standing) === 'against') || (target?.missedRun ?? 0) > 1;
}

function lineOf(kpis: readonly ReviewedKpi[]): string {
  const counts = new Map<string, number>();
  const named: string[] = [];
  for (const reviewed of kpis) {
    const old = oldFinding(reviewed);
    if (old !== null) named.push(`${reviewed.card.name} ${old}`);
    else {
      const state = stateOf(reviewed);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
  }
  const counted = [...counts].map(([state, count]) => `${formatNumber(count, 3)} ${state}`);
  return `${sentence([...counted, ...named].join('; '))}.`;
}

/** `still above its limit, the third week running`; null where nothing old stands. */
function oldFinding({ findings }: ReviewedKpi): string | null {
  const { standing, standingWeeks, target, process, kpi } = findings;
  const parts: string[] = [];
  if (standing !== null) {
    const age = standing.rule === '3 of 4' ? '' : `, the ${ordinal(standing.length)} ${process.grain} in a row`;
    const change = process.basis === 'change' ? 'changes ' : '';
    const where =
      standing.rule === '8 in a row'
        ? `${standing.side} its mean`
        : standing.rule === '3 of 4'
          ? 'near its limit'
          : `${standing.side} its limit`;
    const what = process.between === null ? `still ${change}${where}${age}` : `still ${APART[standing.side]} than usual`;
    const isOld = standingWeeks >= STALE_FINDING_WEEKS;
    parts.push(
      isOld
        ? `${what} (${signalJudgement(kpi, process, standing) === 'against' ? 'act or re-base' : 're-base its limits'})`
        : what,
    );
  }
  if (target !== null && target.missedRun > 0) {
    const { every } = target.target;
    const weeks = target.missedRun * (every === 'week' ? 1 : every === 'month' ? 4 : 13);
    const run = target.missedRun === 1 ? '' : ` for the ${ordinal(target.missedRun)} ${every} running`;
    parts.push(
      `misses its target${run}${weeks >= STALE_FINDING_WEEKS && target.missedRun > 1 ? ' (act, or agree another)' : ''}`,
    );
  }
  return parts.length === 0 ? null : parts.join(' and ');
}

function stateOf({ findings }: ReviewedKpi): string {
  const { current, process, kpi } = findings;
  if (findings.isWithoutSource) return 'without a source';
  if (current.row.flags.includes('running')) return 'still running';
  if (isToldByTimes(findings)) return process.limits === null ? 'without limits yet' : 'routine';
  switch (current.row.emptiness) {
    case 'no data':
      return 'without data';
    case 'before history':
      return 'before history';
    case 'hidden':
      return 'hidden';
    case 'none to measure':
    case 'no denominator':
      return 'with nothing to measure';
    case null:
      break;
  }
  if (process.state === 'judged' && process.grain !== 'week')
    return process.limits === null ? 'without limits yet' : `routine by the ${process.grain}`;
  if (current.period.cutFrom !== undefined) return 'cut short by a change of calendar';
  if (process.state !== 'judged' || !hasEnough(kpi, current.row)) return 'too few to judge';
  return process.limits === null ? 'without limits yet' : 'routine';
}
