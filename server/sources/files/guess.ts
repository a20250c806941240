import { basename } from 'node:path';
import type { State } from '../../event/kinds.ts';
import { findZone } from '../../time/zone.ts';
import { readBytes } from './bytes.ts';
import { CsvAssembler, guessDelimiter, headerNames } from './csv.ts';
import { dateReader } from './dates.ts';
import { readLines } from './lines.ts';

/** Rows that a guess looks at. */
const ROWS = 200;
const NULL_WORDS = ['?', '-', 'null', 'NULL', 'None', 'N/A', 'n/a', 'NaN', '(none)', '(empty)'];
const DATE_FORMATS = [
  ...[
    'ISO',
    'D/M/YYYY HH:mm',
    'M/D/YYYY HH:mm',
    'D/M/YYYY HH:mm:ss',
    'M/D/YYYY HH:mm:ss',
    'D/M/YYYY',
    'M/D/YYYY',
    'D.M.YYYY HH:mm',
  ],
  ...[
    'D.M.YYYY HH:mm:ss',
    'D.M.YYYY',
    'D-M-YYYY HH:mm',
    'M/D/YYYY h:mm A',
    'M/D/YY h:mm A',
    'D MMM YYYY HH:mm',
    'D/MMM/YY h:mm A',
  ],
  ...['YYYY/MM/DD HH:mm:ss', 'YYYY/MM/DD'],
];

/** Which of our dates a column's name speaks of. */
const DATE_NAMES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['resolved', /resol|fixed|completed/i],
  ['closed', /clos/i],
  ['acknowledged', /ack/i],
  ['opened', /open|creat|start|report|raised/i],
];
const STATE_WORDS: readonly (readonly [state: State, pattern: RegExp])[] = [
  ['on_hold', /wait|hold|pending|await|blocked/i],
  ['reopened', /re-?open/i],
  ['cancelled', /cancel|abandon|duplicate|rejected|won.?t/i],
  ['closed', /clos/i],
  ['resolved', /resol|done|fixed|complete/i],
  ['restored', /restor|mitigat/i],
  ['acknowledged', /ack|triage/i],
  ['in_progress', /progress|active|working|review|investigat/i],
  ['opened', /new|open|to ?do|backlog/i],
];

interface ColumnSketch {
  readonly name: string;
  /** Values that mean something, in the order of the rows. */
  readonly values: readonly string[];
  readonly distinct: readonly string[];
}

/**
 * Looks at the header and first 200 rows of a CSV file and proposes an entry for sources.yaml, as
 * YAML with comments where a person must look. A proposal, never used unseen. Throws a SourceError
 * where the file cannot be read.
 */
export const discoverMapping = async (path: string, signal: AbortSignal): Promise<string> => {
  const label = basename(path);
  const { header, rows } = await readStart(path, label, signal);
  const nulls = NULL_WORDS.filter((word) => rows.some((row) => row.some((cell) => cell.trim() === word)));
  const columns = header.map((name, index): ColumnSketch => {
    const values = rows.map((row) => (row[index] ?? '').trim()).filter((cell) => cell !== '' && !nulls.includes(cell));
    return { name, values, distinct: [...new Set(values)] };
  });
  const dated = datedColumns(columns);
  return entryText(label, columns, rows.length, nulls, dated);
};

const readStart = async (
  path: string,
  label: string,
  signal: AbortSignal,
): Promise<{ header: string[]; rows: (readonly string[])[] }> => {
  const found: (readonly string[])[] = [];
  let assembler: CsvAssembler | null = null;
  for await (const lines of readLines(readBytes(path, label, { readBytes: 0, digest: null }, signal), label, 'utf-8')) {
    assembler ??= new CsvAssembler(guessDelimiter(lines.find(({ text }) => text !== null && text.trim() !== '')?.text ?? ''));
    for (const row of assembler.push(lines, false)) if ('cells' in row) found.push(row.cells);
    if (found.length > ROWS) break;
  }
  const [header = [], ...rows] = found;
  return { header: headerNames(header), rows: rows.slice(0, ROWS) };
};

/** Columns that hold dates, and the first format that reads all of them. Day before month where both would do. */
const datedColumns = (columns: readonly ColumnSketch[]): { names: readonly string[]; format: string } => {
  let best: { names: readonly string[]; format: string } = { names: [], format: 'ISO' };
  for (const format of DATE_FORMATS) {
    const reader = dateReader([format], findZone('UTC'));
    if (typeof reader === 'string') continue;
    const names = columns
      .filter(({ values }) => values.length > 0 && values.every((value) => 'at' in reader(value)))
      .map(({ name }) => name);
    if (names.length > best.names.length) best = { names, format };
  }
  return best;
};

const entryText = (
  label: string,
  columns: readonly ColumnSketch[],
  rowCount: number,
  nulls: readonly string[],
  dated: { readonly names: readonly string[]; readonly format: string },
): string => {
  const called = (pattern: RegExp): ColumnSketch | undefined =>
    columns.find(({ name }) => pattern.test(name) && !dated.names.includes(name));
  const item =
    called(/^(?:number|id|key|ticket|incident)$|(?:incident|ticket|issue)[ _-]?(?:id|key|number)|[ _-]id$|^issue key$/i) ??
    columns[0];
  const isHistory = item !== undefined && item.distinct.length < item.values.length * 0.9;
  const changed = dated.names.find((name) => /updat|chang|modif|^at$|time/i.test(name));
  const state = called(/state|status/i);
  const severity = called(/sever|priorit/i);
  const team = called(/assignment.?group|team|squad/i);
  const service = called(/service|cmdb_ci|component|application/i);
  const instants = DATE_NAMES.flatMap(([name, pattern]) => {
    const column = dated.names.find((candidate) => pattern.test(candidate) && candidate !== changed);
    return column === undefined ? [] : [`    ${name}: ${plain(column)}`];
  });
  const hasTime = changed !== undefined;
  const lines = [
    `# Proposed from the header and first ${rowCount} rows of ${label}; check every line marked CHECK.`,
    `- path: ${plain(label)}`,
    '  gives: incident # CHECK: or ticket, deployment, alert …',
    isHistory ? '  rows: history # ids repeat: one row for each change' : '  rows: one an item',
    `  item: ${plain(item?.name ?? '')} # CHECK: tells one item from another`,
    ...(hasTime && (isHistory || state !== undefined) ? [`  at: ${plain(changed)} # CHECK: when the row became true`] : []),
    `  dates: ${dated.format} # CHECK: read as such in ${dated.names.length === 0 ? 'no column' : dated.names.join(', ')}`,
    '  zone: UTC # CHECK: the zone of times without an offset',
    ...(nulls.length === 0 ? [] : [`  nulls: [${nulls.map(quote).join(', ')}]`]),
    ...(state === undefined || !hasTime
      ? []
      : ['  state:', `    column: ${plain(state.name)}`, '    map: # CHECK', ...state.distinct.slice(0, 40).map(stateLine)]),
    ...severityLines(severity),
    ...(team === undefined && service === undefined ? [] : ['  fields:']),
    ...(team === undefined ? [] : [`    team: ${plain(team.name)}`]),
    ...(service === undefined ? [] : [`    service: ${plain(service.name)}`]),
    ...(instants.length === 0 ? [] : ['  instants: # CHECK', ...instants]),
  ];
  const used = [
    item?.name,
    changed,
    state?.name,
    severity?.name,
    team?.name,
    service?.name,
    ...instants.map((line) => line.split(': ')[1]),
  ];
  const unused = columns.map(({ name }) => name).filter((name) => !used.includes(name) && !used.includes(plain(name)));
  return `${[...lines, ...(unused.length === 0 ? [] : [`# Columns not used: ${unused.join(', ')}`])].join('\n')}\n`;
};

const stateLine = (word: string): string => {
  const state = STATE_WORDS.find(([, pattern]) => pattern.test(word))?.[0];
  return `      ${plain(word)}: ${state ?? 'ignore # CHECK: not recognised'}`;
};

const severityLines = (severity: ColumnSketch | undefined): string[] => {
  if (severity === undefined) return [];
  if (severity.distinct.every((word) => /^(?:p|sev)?[ -]?[1-5](?:\D|$)/i.test(word)))
    return [`  severity: ${plain(severity.name)}`];
  const words = severity.distinct.slice(0, 20).map((word) => `      ${plain(word)}: 3 # CHECK: 1 (worst) to 5, or null`);
  return ['  severity:', `    column: ${plain(severity.name)}`, '    map: # CHECK', ...words];
};

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A text as YAML writes it: bare where that is safe. */
const plain = (text: string): string =>
  /^[A-Za-z][\w ./()-]*$/.test(text) && !/^(?:yes|no|true|false|null|on|off)$/i.test(text) ? text : quote(text);
