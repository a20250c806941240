import type { Scope } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { formatShort, plural, sentenceNumbers } from '../review/format.ts';
import type { OverWeeks } from './diff-moved.ts';
import type { KpiDiff, PeriodDiff, ScopeDiff } from './diff.ts';

/** The whole in a sentence or two: the first scope in full, the others by how many change. */
export function summaryOf(kpi: Kpi, is: KpiDiff['is'], scopes: readonly ScopeDiff[]): string {
  if (is === 'same') return `${kpi.id}: means what it meant before; no number changes.`;
  const [first, ...others] = scopes;
  const changed = others.filter((scope) => scope.isChanged).length;
  const rest =
    is === 'new' || others.length === 0
      ? ''
      : ` ${changed === 0 ? 'None' : String(changed)} of ${plural(others.length, 'other scope')} ${changed > 1 ? 'change' : 'changes'}.`;
  return `${first?.summary ?? `${kpi.id}: no scope was asked for.`}${rest}`;
}

/** `time-to-restore: 9 of 12 weeks change; median from 4.1 h to 3.6 h on average; 34 items leave, 0 enter.` */
export function summaryOfScope(
  before: Kpi | null,
  after: Kpi,
  scope: Scope,
  periods: readonly PeriodDiff[],
  moves: OverWeeks,
): string {
  const name = scope === 'organisation' ? after.id : `${after.id}, ${scope}`;
  const weeks = periods.filter((period) => period.grain === 'week');
  const parts = before === null ? newParts(after, weeks) : changedParts(before, after, weeks, periods, moves);
  return `${name}: ${parts.join('; ')}.`;
}

function newParts(after: Kpi, weeks: readonly PeriodDiff[]): string[] {
  const values = weeks.flatMap((week) => week.after.value ?? []);
  const parts = [`is new; ${values.length} of ${plural(weeks.length, 'week')} ${values.length === 1 ? 'has' : 'have'} a value`];
  if (values.length > 0) parts.push(`${headline(after)} ${formatShort(after.unit, meanOf(values))} on average`);
  const judged = weeks.filter((week) => week.after.isMet !== null);
  if (judged.length > 0) parts.push(`the target is met in ${metIn(judged, 'after')} of ${judged.length}`);
  return parts;
}

function changedParts(
  before: Kpi,
  after: Kpi,
  weeks: readonly PeriodDiff[],
  periods: readonly PeriodDiff[],
  moves: OverWeeks,
): string[] {
  const changed = weeks.filter((week) => week.isChanged).length;
  const months = periods.filter((period) => period.grain === 'month');
  const changedMonths = months.filter((month) => month.isChanged).length;
  if (changed + changedMonths === 0) return ['it is defined otherwise, but no number of these weeks and months changes'];
  const parts = [
    changed > 0
      ? `${changed} of ${plural(weeks.length, 'week')} ${changed === 1 ? 'changes' : 'change'}`
      : `no week changes, but ${changedMonths} of ${plural(months.length, 'month')} ${changedMonths === 1 ? 'does' : 'do'}`,
  ];
  const level = levelWords(before, after, weeks);
  if (level !== null) parts.push(level);
  const gained = weeks.filter((week) => (week.before?.value ?? null) === null && week.after.value !== null).length;
  const lost = weeks.filter((week) => (week.before?.value ?? null) !== null && week.after.value === null).length;
  if (gained > 0) parts.push(`${plural(gained, 'week')} ${gained === 1 ? 'gets' : 'get'} a value`);
  if (lost > 0) parts.push(`${plural(lost, 'week')} ${lost === 1 ? 'loses its' : 'lose their'} value`);
  const targets = targetWords(weeks);
  if (targets !== null) parts.push(targets);
  if (!after.isPersonal && !before.isPersonal) parts.push(moveWords(moves));
  return parts;
}

/** How the weeks that have a value by both definitions stand on average. */
function levelWords(before: Kpi, after: Kpi, weeks: readonly PeriodDiff[]): string | null {
  const both = weeks.flatMap(({ before: was, after: is }) =>
    was === null || was.value === null || is.value === null ? [] : [[was.value, is.value] as const],
  );
  if (both.length === 0) return null;
  const [old, fresh] = [meanOf(both.map(([was]) => was)), meanOf(both.map(([, is]) => is))];
  const name = headline(after);
  if (before.unit.type !== after.unit.type)
    return `from ${headline(before)} ${formatShort(before.unit, old)} to ${name} ${formatShort(after.unit, fresh)} on average`;
  const write = sentenceNumbers(after.unit, [old, fresh]);
  if (write(old) === write(fresh)) return `${name} ${write(fresh)} on average, as before`;
  return `${name} from ${write(old)} to ${write(fresh)} on average`;
}

function targetWords(weeks: readonly PeriodDiff[]): string | null {
  if (weeks.every((week) => week.before?.isMet === week.after.isMet)) return null;
  const told = (side: 'before' | 'after'): string => {
    const judged = weeks.filter((week) => (week[side]?.isMet ?? null) !== null);
    return judged.length === 0 ? 'in none that it judges' : `in ${metIn(judged, side)} of ${judged.length}`;
  };
  return `the target is met ${told('after')}, before ${told('before')}`;
}

const metIn = (weeks: readonly PeriodDiff[], side: 'before' | 'after'): number =>
  weeks.filter((week) => week[side]?.isMet === true).length;

/** An item that leaves one week and enters another has only moved. */
function moveWords({ entering, leaving, between }: OverWeeks): string {
  const [out, into] = [leaving - between, entering - between];
  const words = `${plural(out, 'item')} ${out === 1 ? 'leaves' : 'leave'}, ${into} ${into === 1 ? 'enters' : 'enter'}`;
  return between === 0 ? words : `${words}, ${between} ${between === 1 ? 'counts' : 'count'} in another week`;
}

/** What the number is called in a sentence: `median`, `share`, `count`. */
function headline({ measure, unit }: Kpi): string {
  if ('summarise' in measure) return measure.summarise;
  return unit.type === 'share' || unit.type === 'count' ? unit.type : 'value';
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
