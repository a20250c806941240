import type { Kpi } from '../kpi/kpi.ts';
import type { Period } from '../time/period.ts';
import { signalJudgement } from './findings.ts';
import { listed } from './format.ts';
import type { Process } from './process.ts';
import type { KpiCard } from './schema.ts';
import type { Step } from './series.ts';
import { periodName, yearOf } from './series.ts';
import type { TargetState } from './targets.ts';
import { heldAgainst } from './targets.ts';

/** So many settled periods without a cause end it. */
const CALM = 2;

/** A period in which a cause could have been seen. */
interface Looked {
  readonly period: Period;
  readonly causes: readonly string[];
  readonly isSettled: boolean;
}

interface Risk {
  readonly since: Period;
  readonly causes: readonly string[];
  /** Settled periods without a cause, so far. */
  readonly calm: number;
  /** True where the latest period looked at has no cause, settled or not. */
  readonly isOver: boolean;
  readonly grain: Process['grain'];
}

/**
 * Whether a KPI is at risk by its own words (`at_risk`): from the first period with one of the causes
 * it names until two settled periods in a row had none. Signals are looked at by the grain that is
 * judged, targets by their own; a period that is not judged says nothing either way.
 */
export function atRiskOf(
  kpi: Kpi,
  process: Process,
  target: TargetState | null,
  stepsOf: { readonly week: readonly Step[]; readonly month: readonly Step[]; readonly quarter: readonly Step[] },
  week: Period,
): KpiCard['atRisk'] {
  if (kpi.atRisk === null) return null;
  const { when, runbook, escalateTo } = kpi.atRisk;
  const every = target?.target.every ?? 'week';
  const risks = [
    riskIn(signalsSeen(kpi, process, when), process.grain),
    riskIn(target === null ? [] : missesSeen(kpi, every, stepsOf[every], when), every),
  ].filter((risk) => risk !== null);
  const first = risks.toSorted((one, other) => one.since.firstDay - other.since.firstDay)[0];
  if (first === undefined) return null;
  const causes = [...new Set(risks.flatMap((risk) => risk.causes))];
  const sentences = [
    `At risk since ${periodName(first.since, yearOf(week))}: ${listed(causes.map((cause) => WORDS.get(cause) ?? cause))}.`,
    endWords(risks),
    runbook === null ? '' : `Runbook: ${runbook}.`,
    escalateTo === null ? '' : `Escalate to ${escalateTo}.`,
  ];
  return {
    reason: causes.join(', '),
    since: first.since.id,
    runbook,
    escalateTo,
    text: sentences.filter((sentence) => sentence !== '').join(' '),
  };
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['signal against us', 'a signal against us'],
  ['target missed', 'its target missed'],
  ['target missed twice running', 'its target missed twice running'],
]);

/** Only once none of its causes is left. */
function endWords(risks: readonly Risk[]): string {
  const last = risks.toSorted((one, other) => one.calm - other.calm)[0];
  if (last === undefined || risks.some(({ isOver }) => !isOver)) return '';
  return last.calm === 0
    ? `Its cause is gone; two settled ${last.grain}s without one end it.`
    : `One settled ${last.grain} had no cause; a second one ends it.`;
}

function riskIn(looked: readonly Looked[], grain: Process['grain']): Risk | null {
  let since: Period | null = null;
  let causes: string[] = [];
  let calm = 0;
  let isOver = false;
  for (const { period, causes: found, isSettled } of looked) {
    isOver = found.length === 0;
    if (!isOver) {
      since ??= period;
      causes = [...new Set([...causes, ...found])];
      calm = 0;
    } else if (since !== null && isSettled) {
      calm += 1;
      if (calm < CALM) continue;
      since = null;
      causes = [];
    }
  }
  return since === null ? null : { since, causes, calm, isOver, grain };
}

const isSettled = ({ row }: Step): boolean => !row.flags.includes('unsettled') && !row.flags.includes('running');

function signalsSeen(kpi: Kpi, process: Process, when: readonly string[]): Looked[] {
  if (!when.includes('signal against us')) return [];
  const { steps, points, signals, between } = process;
  const against = signals.filter((signal) => signalJudgement(kpi, process, signal) === 'against');
  const order = new Map(points.map(({ period }, index) => [period, index]));
  const at = (id: string): number => order.get(id) ?? -1;
  return steps.flatMap((step, index): Looked[] => {
    const { period, row } = step;
    const isJudged =
      between === null ? points[index]?.isJudged === true : row.value !== null || row.emptiness === 'none to measure';
    if (!isJudged || row.flags.includes('running')) return [];
    const isCause = against.some((signal) => {
      if (between === null) return at(signal.period) <= index && index <= at(signal.until);
      const told = between.told.get(signal);
      const until = told?.stands === true ? Infinity : (between.events[at(signal.until) + 1] ?? 0);
      return told !== undefined && told.at < period.end && until >= period.start;
    });
    return [{ period, causes: isCause ? ['signal against us'] : [], isSettled: isSettled(step) }];
  });
}

function missesSeen(kpi: Kpi, every: Process['grain'], steps: readonly Step[], when: readonly string[]): Looked[] {
  if (!when.some((cause) => cause.startsWith('target missed'))) return [];
  const settled = new Map(steps.map((step) => [step.period.id, isSettled(step)]));
  return heldAgainst(kpi, every, steps).map(({ period, isMet }, index, all) => {
    const isAgain = !isMet && all[index - 1]?.isMet === false;
    const causes = [...(isMet ? [] : ['target missed']), ...(isAgain ? ['target missed twice running'] : [])];
    return {
      period,
      causes: causes.filter((cause) => when.includes(cause)),
      isSettled: settled.get(period.id) ?? false,
    };
  });
}
