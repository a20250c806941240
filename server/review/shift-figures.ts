import { MOST_INCIDENTS as BUDGET } from '../event/shift-budget.ts';
import { periodTitle } from '../time/calendar.ts';
import type { Instant, Period } from '../time/period.ts';
import { formatShort, formatValue, plural } from './format.ts';
import type { GroupNumber, ShiftInput } from './shift-input.ts';
import type { ShiftPage } from './shift-schema.ts';

const HOUR_MS = 3_600_000;
const NUMBER = { type: 'number', label: '', isTotal: false } as const;
const SHARE = { type: 'share', label: '', isTotal: false } as const;
const DURATION = { type: 'duration', label: '', isTotal: false } as const;

/** Own numbers beside what is usual for the team as a group: only numbers that its KPIs tell everyone. */
export function figuresOf(input: ShiftInput): ShiftPage['figures'] {
  const { load } = input;
  const usualRate = told(input, 'interruptions-per-12h', (value) => formatShort(NUMBER, value));
  const usualOver = told(input, 'shifts-over-budget', (value) => `${formatShort(SHARE, value)} of shifts were over it`);
  return [
    { name: 'Interruptions per 12 h on call', own: formatShort(NUMBER, rateOf(input)), ...usualRate },
    {
      name: `Most paged incidents within 12 h (at most ${BUDGET})`,
      own: String(load.mostIncidents),
      ...usualOver,
    },
    { name: 'Disrupted hours', own: String(load.disruptedHours), ...scaled(input, 'disrupted-hours') },
    { name: 'Broken nights', own: String(load.brokenNights), ...scaled(input, 'broken-nights') },
    { name: 'Lost nights', own: String(load.lostNights), ...scaled(input, 'lost-nights') },
  ];
}

export function verdictOf(input: ShiftInput): Pick<ShiftPage, 'verdict' | 'judgement'> {
  const { load, shift, now, teamLabel, pagesUntil } = input;
  const isRunning = shift.to > now;
  if (pagesUntil !== null && pagesUntil <= shift.from)
    return { verdict: 'Nothing is known of this shift yet: pages of these days have not been read.', judgement: 'unknown' };
  const nightly = load.interruptions.filter(({ isNight }) => isNight).length;
  const long = formatValue(DURATION, hoursOf(input) * 3600);
  const count = load.interruptions.length;
  const first =
    count === 0
      ? `You were not interrupted in ${long} on call${isRunning ? ' so far' : ''}`
      : `You were interrupted ${count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`} in ${long} on call${isRunning ? ' so far' : ''}${nightly === 0 ? '' : `, ${nightly === count ? (count === 1 ? '' : 'always ') : `${nightly} of them `}at night`}`;
  const usual = latest(input.group.get('interruptions-per-12h'))?.value ?? null;
  const beside =
    usual === null
      ? ''
      : `: ${formatShort(NUMBER, rateOf(input))} for every 12 hours, where ${formatShort(NUMBER, usual)} is usual for ${teamLabel}`;
  const isOver = load.mostIncidents > BUDGET;
  const most =
    load.mostIncidents === 0
      ? ''
      : isOver
        ? ` ${load.mostIncidents} incidents paged you within 12 hours; there should be ${BUDGET} at most.`
        : ` Never did more than ${plural(load.mostIncidents, 'incident')} page you within 12 hours, where ${BUDGET} are the most there should be.`;
  const { brokenNights, lostNights } = load;
  const nights =
    brokenNights === 0
      ? ''
      : ` ${plural(brokenNights, 'night was', 'nights were')} broken${lostNights === 0 ? '' : `, ${lostNights === brokenNights ? (lostNights === 1 ? 'and lost' : 'all of them lost') : `${lostNights} of them lost`}`}.`;
  return { verdict: `${first}${beside}.${most}${nights}`, judgement: isOver || lostNights > 0 ? 'against' : 'neutral' };
}

/** Up to when the shift is over, and its pages are known. */
export const knownUntil = ({ shift, now, pagesUntil }: ShiftInput): Instant => Math.min(shift.to, now, pagesUntil ?? Infinity);

const hoursOf = (input: ShiftInput): number => Math.max(0, knownUntil(input) - input.shift.from) / HOUR_MS;

const rateOf = (input: ShiftInput): number => {
  const hours = hoursOf(input);
  return hours === 0 ? 0 : (input.load.interruptions.length * 12) / hours;
};

type Usual = Pick<ShiftPage['figures'][number], 'usual' | 'of'>;

const NOT_KNOWN: Usual = { usual: 'not known yet', of: '' };
const HIDDEN: Usual = { usual: 'hidden', of: 'fewer than five people shared these days' };

function told({ group }: ShiftInput, kpi: string, write: (value: number) => string): Usual {
  const numbers = group.get(kpi) ?? [];
  const found = latest(numbers);
  if (found?.value !== null && found !== undefined) return { usual: write(found.value), of: periodTitle(found.period) };
  return numbers.some(({ emptiness }) => emptiness === 'hidden') ? HIDDEN : NOT_KNOWN;
}

/** A total of the team, for as long as this shift was: by the time on call of the same days, which anyone could divide it by. */
function scaled(input: ShiftInput, kpi: string): Usual {
  const [totals, times] = [input.group.get(kpi) ?? [], input.group.get('time-on-call') ?? []];
  const timeOf = (period: Period): number | null => times.find((one) => one.period.id === period.id)?.value ?? null;
  const both = totals.findLast(({ value, period }) => value !== null && (timeOf(period) ?? 0) > 0);
  if (both?.value !== undefined && both.value !== null) {
    const rate = both.value / (timeOf(both.period) ?? 1);
    return { usual: `${formatShort(NUMBER, rate * hoursOf(input) * 3600)} in as long`, of: periodTitle(both.period) };
  }
  return [...totals, ...times].some(({ emptiness }) => emptiness === 'hidden') ? HIDDEN : NOT_KNOWN;
}

const latest = (numbers: readonly GroupNumber[] | undefined): GroupNumber | undefined =>
  numbers?.findLast(({ value }) => value !== null);
