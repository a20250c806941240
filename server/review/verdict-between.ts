import type { Unit } from '../kpi/kpi.ts';
import type { ProcessLimits } from '../stats/limits.ts';
import type { ProcessSignal, Side } from '../stats/signals.ts';
import { dayTitle } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import type { Between } from './between.ts';
import type { Findings } from './findings.ts';
import { formatNumber, lowerFirst, ordinal, plural, sentenceNumbers } from './format.ts';
import type { Write } from './measured.ts';
import { writeFor } from './measured.ts';
import { missedLead, missedUrge, otherTarget, targetClause } from './verdict-target.ts';
import { dayAndMonth } from './series.ts';
import { soFar } from './verdict-unjudged.ts';
import { itemWords } from './words.ts';

/** Times between events are durations, whatever the KPI counts. */
export const TIMES: Unit = { type: 'duration', label: '', isTotal: false };

/** What is further apart comes more rarely; what is closer together, more often. */
const COMPARED: Readonly<Record<Side, string>> = { above: 'Rarer', below: 'More often' };
/** Two at the same instant are a time of 0 apart. */
export const AT_ONCE = 'at the same moment as the one before';
export const APART: Readonly<Record<Side, string>> = { above: 'further apart', below: 'closer together' };

/**
 * The verdict on what is judged by the times between its events: `Rarer than usual: no incidents, 61 d
 * since the last one, longer than the limit of 48 d for the first time on record (32 incidents)`.
 */
export function betweenSentences(findings: Findings, between: Between, urge: string): string {
  const { news, standing, target, process } = findings;
  const signal = news ?? standing;
  const write = timesFor(findings, between, signal);
  const lead = leadOf(findings, between, signal, write);
  const isOwnGrain = target?.target.every === 'week';
  const other = isOwnGrain ? '' : otherTarget(findings, writeFor(findings));
  const clause = isOwnGrain ? targetClause(findings) : '';
  const { limits } = process;
  if (signal !== null && limits !== null) {
    const words = signalWords(findings, between, signal, lead, write);
    const still = news === null ? `Still ${lowerFirst(words)}` : words;
    return `${still}${clause}.${news === null ? urge : ''}${other}`;
  }
  if (isOwnGrain && target.isNewlyMissed) {
    const time = timeWords(findings, between, null, write);
    const routine =
      limits === null || between.running === null ? '' : ` The time between is routine: ${time}; ${rangeWords(limits, write)}.`;
    return `${missedLead(findings, writeFor(findings))}.${routine}`;
  }
  if (limits === null) {
    const things = itemWords(between.of, 2);
    return `Too early to judge: ${lead}${clause}. Limits take 12 settled times between ${things}; ${soFar(process)}.${other}`;
  }
  const word = isOwnGrain && target.isRegained ? `On target again after ${plural(target.runBefore, 'week')}` : 'Routine';
  return `${word}: ${lead}; ${rangeWords(limits, write)}${clause}.${missedUrge(findings)}${other}`;
}

/** The signal for the agenda: `61 d since the last one, longer than the limit of 48 d for the first time since 14 Mar 2025`. */
export function betweenWhy(findings: Findings, between: Between, signal: ProcessSignal): string {
  const write = timesFor(findings, between, signal);
  const { limits } = findings.process;
  if (limits === null) return '';
  if (signal.rule === 'beyond a limit')
    return beyondWords(findings, between, signal, timeWords(findings, between, signal, write, true), write);
  return ruleWords(signal, limits, write);
}

function signalWords(findings: Findings, between: Between, signal: ProcessSignal, lead: string, write: Write): string {
  const { kpi, process } = findings;
  const compared = COMPARED[signal.side];
  const word = kpi.better === 'neither' ? `Changed, ${lowerFirst(compared)}` : compared;
  if (signal.rule === 'beyond a limit') return `${word} than usual: ${beyondWords(findings, between, signal, lead, write)}`;
  const rule = process.limits === null ? '' : `; ${ruleWords(signal, process.limits, write)}`;
  return `${word} ${signal.rule === '3 of 4' ? 'of late' : 'than usual'}: ${lead}${rule}`;
}

function beyondWords(findings: Findings, between: Between, signal: ProcessSignal, lead: string, write: Write): string {
  const { limits } = findings.process;
  const limit = signal.side === 'above' ? limits?.upper : limits?.lower;
  const long = signal.side === 'above' ? 'longer' : 'sooner';
  const against = limit === null || limit === undefined ? '' : `, ${long} than the limit of ${write(limit)}`;
  return `${lead}${against}${howOften(findings, between, signal)}`;
}

/** `each of the last 8 came later than the mean of 21 d after the one before`. */
function ruleWords({ rule, side, length }: ProcessSignal, limits: ProcessLimits, write: Write): string {
  if (rule === '8 in a row')
    return `each of the last ${length} came ${side === 'above' ? 'later' : 'sooner'} than the mean of ${write(limits.mean)} after the one before`;
  const limit = (side === 'above' ? limits.upper : limits.lower) ?? limits.mean;
  return `three of the last four times between them lie nearer the limit of ${write(limit)} than the mean of ${write(limits.mean)}`;
}

/** `for the first time since 14 Mar 2025`, `for the second time running`; of an old one that goes on, `since 3 Nov`. */
function howOften({ process }: Findings, between: Between, signal: ProcessSignal): string {
  if (signal.length > 1) return ` for the ${ordinal(signal.length)} time running`;
  const own = between.told.get(signal);
  if (own === undefined) return '';
  if (!signal.isNews)
    return between.running !== null && signal.until === process.points.at(-1)?.period ? ` since ${dayAndMonth(own.day)}` : '';
  const earlier = process.signals.flatMap((other) => {
    const told = between.told.get(other);
    const isAlike = other.rule === signal.rule && other.side === signal.side;
    return isAlike && told !== undefined && told.at < own.at ? [told.day] : [];
  });
  if (earlier.length > 0) return ` for the first time since ${dayTitle(Math.max(...earlier))}`;
  const { length } = between.events;
  return ` for the first time on record (${formatNumber(length, 3)} ${itemWords(between.of, length)})`;
}

/** What happened in the week, and how long it took: `no incidents, 12 d since the last one`, `2 d since the last incident, which came 23 d after the one before`. */
function leadOf(findings: Findings, between: Between, signal: ProcessSignal | null, write: Write): string {
  const { kpi, week, current } = findings;
  const happened = inWeek(findings, between);
  const kind = between.of;
  if (kpi.measure.type === 'since') {
    const since = `${write(current.row.value ?? between.running ?? 0)} since the last ${itemWords(kind, 1)}`;
    if (happened === 0) return since;
    const gap = lastTime(between);
    return gap === null ? `${since}, the first on record` : `${since}, which came ${timeWords(findings, between, signal, write)}`;
  }
  const count = current.row.value ?? 0;
  const what = count === 0 ? `no ${itemWords(kind, 0)}` : `${formatNumber(count, 3)} ${itemWords(kind, count)}`;
  const last = between.events.at(-1);
  if (last === undefined) return `${what}, none on record`;
  if (happened === 0 && between.running === null) return what;
  if (last >= week.start && lastTime(between) === null) return `${what}, the first on record`;
  return `${what}, ${timeWords(findings, between, signal, write)}`;
}

/** `61 d since the last one`; of the signal's own event, else of the last of the week: `3 d after the one before`. */
function timeWords(findings: Findings, between: Between, signal: ProcessSignal | null, write: Write, isAlone = false): string {
  const { points } = findings.process;
  const happened = inWeek(findings, between);
  const own = signal?.rule === 'beyond a limit' ? points.findIndex(({ period }) => period === signal.until) : -1;
  const isRunning = own === points.length - 1 && between.running !== null;
  if (isRunning || happened === 0) return `${write(between.running ?? 0)} since the last one`;
  const lastIndex = between.events.length - 2;
  const index = own === -1 ? lastIndex : own;
  const only = signal?.rule === 'beyond a limit' && signal.side === 'below' ? 'only ' : '';
  const time = points[index]?.value ?? 0;
  const which =
    isAlone || happened === 1 || findings.kpi.measure.type === 'since' ? '' : index === lastIndex ? 'the last ' : 'one ';
  return `${which}${time === 0 ? AT_ONCE : `${only}${write(time)} after the one before`}`;
}

const inWeek = ({ week }: Findings, { events }: Between): number =>
  events.filter((at: Instant) => week.start <= at && at < week.end).length;

const lastTime = ({ events }: Between): number | null => (events.length < 2 ? null : events.length);

/** `between 9 d and 70 d apart is routine`. */
function rangeWords({ lower, upper }: ProcessLimits, write: Write): string {
  if (upper === null) return 'any time apart is routine';
  return lower === null
    ? `up to ${write(upper)} apart is routine`
    : `between ${write(lower)} and ${write(upper)} apart is routine`;
}

/** All times of the sentence decide together how each is written. */
function timesFor({ process, current, kpi }: Findings, { events, running }: Between, signal: ProcessSignal | null): Write {
  const { points, limits } = process;
  const own = signal === null ? undefined : points.find(({ period }) => period === signal.until);
  const last = points[events.length - 2]?.value ?? null;
  const value = kpi.measure.type === 'since' ? current.row.value : null;
  const mean = signal === null || signal.rule === 'beyond a limit' ? null : (limits?.mean ?? null);
  return sentenceNumbers(TIMES, [
    own?.value ?? running,
    limits?.upper ?? null,
    limits?.lower ?? null,
    mean,
    last,
    running,
    value,
  ]);
}
