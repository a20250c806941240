import type { Box, Judgement, KpiCard, Point, Signal } from '../../../server/api/contract.ts';

/** What a sample says of one period: a number, or a word why there is none; with flags behind a `|`. */
export type Said = number | string;
export type Unit = KpiCard['unit'];

export const DURATION: Unit = { type: 'duration', label: '', axis: 'hours', isTotal: false };
export const SHARE: Unit = { type: 'share', label: '', axis: '%', isTotal: false };
export const TOTAL: Unit = { type: 'count', label: 'incidents', axis: 'incidents per day', isTotal: true };
export const LEVEL: Unit = { type: 'number', label: 'ms', axis: 'ms', isTotal: false };
export const DEPTH: Unit = { type: 'count', label: 'tickets', axis: 'open tickets', isTotal: false };

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FULL = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

export function textOf(unit: Unit, value: number): string {
  if (unit.type === 'share') return `${Math.round(value * 1000) / 10}%`;
  if (unit.type === 'duration') {
    const minutes = Math.round(value / 60);
    const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
    return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${rest} m` : `${rest} m`;
  }
  return unit.type === 'number' ? `${value} ${unit.label}` : String(value);
}

function pointOf(unit: Unit, said: Said, period: string, label: string, title: string, days: number): Point {
  const [word, ...flags] = typeof said === 'string' ? said.split('|') : [];
  const number =
    typeof said === 'number' ? said : word === undefined || word === '' || Number.isNaN(Number(word)) ? null : Number(word);
  const base = { period, label, title, flags, revision: flags.includes('unsettled') || flags.includes('running') ? null : 1 };
  if (number === null)
    return { ...base, value: null, drawn: null, text: word ?? 'no data', count: 0, emptiness: word ?? 'no data', revision: null };
  return {
    ...base,
    value: number,
    drawn: unit.isTotal ? number / days : number,
    text: textOf(unit, number),
    count: unit.isTotal ? number : 9,
    emptiness: null,
  };
}

/** Weeks that end with `2026-W<last>`, or the year before; ISO weeks. */
export function weeks(unit: Unit, year: 2025 | 2026, last: number, said: readonly Said[]): Point[] {
  const monday = year === 2026 ? Date.UTC(2025, 11, 29) : Date.UTC(2024, 11, 30);
  return said.map((one, index) => {
    const offset = last - said.length + 1 + index;
    const start = new Date(monday + (offset - 1) * 7 * DAY_MS);
    const end = new Date(start.getTime() + 6 * DAY_MS);
    const [idYear, week] = offset >= 1 ? [year, offset] : offset >= -51 ? [year - 1, offset + 52] : [year - 2, offset + 104];
    const days = `${start.getUTCDate()} ${MONTHS[start.getUTCMonth()]}–${end.getUTCDate()} ${MONTHS[end.getUTCMonth()]} ${end.getUTCFullYear()}`;
    return pointOf(unit, one, `${idYear}-W${String(week).padStart(2, '0')}`, `W${week}`, `Week ${week}, ${days}`, 7);
  });
}

/** Twelve months to October of the year. */
export function months(unit: Unit, year: 2025 | 2026, said: readonly Said[]): Point[] {
  return said.map((one, index) => {
    const month = (10 + index) % 12;
    const of = index < 2 ? year - 1 : year;
    return pointOf(unit, one, `${of}-${String(month + 1).padStart(2, '0')}`, MONTHS[month] ?? '', `${FULL[month]} ${of}`, 30);
  });
}

export function boxes(
  texts: readonly [string, string, string, string, string, string, string, string, string, string],
  judged: Partial<Record<number, Judgement>> = {},
): Box[] {
  const labels = ['Last wk', 'WoW', 'YoY', 'MTD', 'YoY', 'QTD', 'YoY', 'YTD', 'YoY', 'Target'];
  const titles = [
    'Week 46',
    'Against week 45',
    'Against week 46 of 2025',
    'November to 15 Nov',
    'Month to date against the same days of 2025',
    'Quarter to 15 Nov',
    'Quarter to date against the same days of 2025',
    'Year to 15 Nov',
    'Year to date against the same days of 2025',
    'Target in force',
  ];
  return texts.map((text, index) => ({
    label: labels[index] ?? '',
    title: titles[index] ?? '',
    text,
    value: null,
    judgement: judged[index] ?? 'routine',
  }));
}

export const signal = (
  period: string,
  since: string,
  rule: Signal['rule'],
  side: Signal['side'],
  judgement: Judgement,
  text: string,
): Signal => ({
  period,
  since,
  rule,
  side,
  judgement,
  isNews: period === '2026-W46',
  text,
});

/** A wave that repeats exactly: enough to look like a process, nothing random. */
export const wave = (length: number, mean: number, spread: number): number[] =>
  Array.from({ length }, (_, index) =>
    Math.round(mean + spread * (Math.sin(index * 2.4) * 0.6 + Math.sin(index * 0.9 + 1) * 0.4)),
  );
