import type { Report } from './contract.ts';

type Cell = string | number | null;

export const REPORT_HEADER = [
  'kpi',
  'name',
  'section',
  'role',
  'owner',
  'figure',
  'period',
  'value',
  'text',
  'count',
  'emptiness',
  'flags',
  'revision',
  'change',
  'target',
  'stand',
  'kept',
  'beyond noise',
  'forecast',
] as const;

/** Every figure of the report, one a line: the quarter with what is said of it, the quarter and the year before, its months. */
export function reportRows({ figures }: Report): Cell[][] {
  return figures.flatMap((figure) => {
    const { kpi, name, section, role, owner, now, previous, yearBefore, months, change, yearChange, target, move, forecast } =
      figure;
    const row = (what: string, amount: typeof now, ...said: Cell[]): Cell[] => [
      kpi,
      name,
      section,
      role,
      owner,
      what,
      amount.period,
      amount.value,
      amount.text,
      amount.count,
      amount.emptiness,
      amount.flags.join(' '),
      amount.revision,
      ...said,
    ];
    const nothing = [null, null, null, null, null];
    return [
      row(
        'quarter',
        now,
        null,
        target?.value ?? null,
        target?.stand ?? null,
        target?.kept ?? null,
        move.word,
        forecast?.is ?? null,
      ),
      row('quarter before', previous, change, ...nothing),
      row('year before', yearBefore, yearChange, ...nothing),
      ...months.map((month) => row('month', month, null, ...nothing)),
    ];
  });
}
