import { EPOCH_2000_MS, NEVER, type Codes, type ItemColumns } from '../../../server/event/columns.ts';
import { KINDS, STATES, type FieldType } from '../../../server/event/kinds.ts';

/** A row of columns as a person would note it down: what is not set is missing, instants are epoch milliseconds. */
export interface Row {
  readonly uid: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly stretches: readonly RowStretch[];
}

export interface RowStretch {
  readonly from: number;
  readonly to: number | null;
  readonly state: string | null;
  readonly team: string | null;
  readonly service: string | null;
  readonly severity: number | null;
}

const instantOf = (second: number): number => EPOCH_2000_MS + second * 1000;

const textIn = (codes: Codes, row: number): string | null => codes.dictionary[codes.codes[row] ?? -1] ?? null;

/** Rows that stand, ascending by uid: the same for the same items, in whatever order rows and dictionaries are. */
export function rowsOf(columns: ItemColumns): Row[] {
  const types: Readonly<Record<string, FieldType>> = KINDS[columns.kind].fields;
  const rows = Array.from({ length: columns.length }, (_, row) => row).filter((row) => columns.dead?.[row] !== 1);
  return rows.map((row) => rowOf(columns, types, row)).sort((one, other) => (one.uid < other.uid ? -1 : 1));
}

function rowOf(columns: ItemColumns, types: Readonly<Record<string, FieldType>>, row: number): Row {
  const fields: [string, string | number | boolean][] = [];
  for (const [name, { [row]: second = NEVER }] of Object.entries(columns.instants))
    if (second !== NEVER) fields.push([name, instantOf(second)]);
  for (const [name, { [row]: number = NaN }] of Object.entries(columns.numbers))
    if (!Number.isNaN(number)) fields.push([name, types[name] === 'flag' ? number === 1 : number]);
  for (const [name, codes] of Object.entries(columns.codes)) {
    const text = textIn(codes, row);
    if (text !== null) fields.push([name, text]);
  }
  fields.sort(([one], [other]) => (one < other ? -1 : 1));
  const stretches: RowStretch[] = [];
  for (let stretch = columns.stretchStart[row] ?? 0; stretch < (columns.stretchStart[row + 1] ?? 0); stretch += 1) {
    const to = columns.stretchTo[stretch] ?? NEVER;
    const severity = columns.stretchSeverity[stretch] ?? 0;
    stretches.push({
      from: instantOf(columns.stretchFrom[stretch] ?? NEVER),
      to: to === NEVER ? null : instantOf(to),
      state: STATES[columns.stretchState[stretch] ?? -1] ?? null,
      team: textIn(columns.stretchTeam, stretch),
      service: textIn(columns.stretchService, stretch),
      severity: severity === 0 ? null : severity,
    });
  }
  return { uid: columns.uids.at(row) ?? '', fields: Object.fromEntries(fields), stretches };
}
