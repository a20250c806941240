import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import { compareText } from './facts.ts';
import { findRows, sourceOf, sourcesOf } from './find-rows.ts';
import type { Kind } from './kinds.ts';
import { codeOf, rowsWhere, standingIn } from './standing.ts';

/** Fields that name another item, and its kind. `caused_by.finished` reads a field of it. */
export const LINKS: Readonly<Partial<Record<Kind, Readonly<Record<string, Kind>>>>> = {
  incident: { caused_by: 'deployment' },
  ticket: { caused_by: 'deployment' },
  page: { incident: 'incident', alert: 'alert' },
  session: { incident: 'incident' },
  escalation: { incident: 'incident' },
};

export const textAt = (codes: Codes | undefined, row: number): string | null => codes?.dictionary[codes.codes[row] ?? -1] ?? null;

/** All of them as texts. */
export const uidsOf = ({ uids }: ItemColumns): string[] => Array.from({ length: uids.length }, (_, row) => uids.at(row) ?? '');

/** Rows that stand and set a field that names others. */
export function rowsNaming(columns: ItemColumns, field: string): Int32Array {
  const codes = columns.codes[field];
  if (codes === undefined || codes.dictionary.length === 0) return new Int32Array(0);
  const named = codes.codes;
  const { dead, length } = columns;
  let count = 0;
  for (let row = 0; row < length; row += 1) if ((named[row] ?? -1) >= 0) count += 1;
  // Few of millions name others: room is made for those alone.
  const rows = new Int32Array(count);
  count = 0;
  for (let row = 0; row < length; row += 1) {
    if ((named[row] ?? -1) < 0 || (dead !== null && dead[row] === 1)) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** Rows of several sources that bear one native id, by source; `first` is that of the first uid. */
interface Namesakes {
  readonly bySource: ReadonlyMap<string, number>;
  readonly first: number;
}

/**
 * The row of `target` that each of these rows names in a field, in their order; -1 where it is not set or names nothing
 * known. A text names an item by its uid, else by its native id in the same source, else in any (the first by
 * uid). Of an item with several episodes, the first. Each text is looked up once, however many rows hold it.
 */
export function namedRows(columns: ItemColumns, field: string, target: ItemColumns, rows: Int32Array): Int32Array {
  const named = new Int32Array(rows.length).fill(-1);
  const codes = columns.codes[field];
  if (codes === undefined || codes.dictionary.length === 0 || rows.length === 0) return named;
  const { answers, namesakes } = lookUp(codes, target, rows);
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] ?? 0;
    const code = codes.codes[row] ?? -1;
    const several = namesakes.get(code);
    if (several === undefined) named[index] = answers[code] ?? -1;
    else named[index] = several.bySource.get(sourceOf(columns.uids.at(row) ?? '')) ?? several.first;
  }
  return named;
}

/** What the texts of these rows name, by code; for those few that more than one source knows, whom. */
function lookUp(
  { dictionary, codes }: Codes,
  target: ItemColumns,
  rows: Int32Array,
): { readonly answers: Int32Array; readonly namesakes: ReadonlyMap<number, Namesakes> } {
  const answers = new Int32Array(dictionary.length).fill(-1);
  const namesakes = new Map<number, Namesakes>();
  const known = knownOf(target);
  const isAsked = new Uint8Array(dictionary.length);
  const unknown: string[] = [];
  const codesAsked: number[] = [];
  for (const row of rows) {
    const code = codes[row] ?? -1;
    if (code < 0 || isAsked[code] === 1) continue;
    isAsked[code] = 1;
    codesAsked.push(code);
    const text = dictionary[code] ?? '';
    if (!known.has(text)) unknown.push(text);
  }
  if (unknown.length > 0) learn(known, target, unknown);
  for (const code of codesAsked) {
    const answer = known.get(dictionary[code] ?? '') ?? -1;
    answers[code] = typeof answer === 'number' ? answer : answer.first;
    if (typeof answer !== 'number') namesakes.set(code, answer);
  }
  return { answers, namesakes };
}

/** What texts name in columns: a row, several, or -1 for nothing that is known. */
type Known = Map<string, number | Namesakes>;

const allKnown = new WeakMap<ItemColumns, Known>();

/** Kept as long as the columns are, because after every batch the same texts are asked for again. */
function knownOf(target: ItemColumns): Known {
  let known = allKnown.get(target);
  if (known === undefined) allKnown.set(target, (known = new Map<string, number | Namesakes>()));
  return known;
}

function learn(known: Known, target: ItemColumns, texts: readonly string[]): void {
  const sources = sourcesOf(target.uids);
  const [asked, askedBy]: [string[], number[]] = [[], []];
  for (const [nth, text] of texts.entries()) {
    // A uid comes before native ids, in the list and so in the answer.
    if (text.includes(`:${target.kind}:`)) askedBy[asked.push(text) - 1] = nth;
    for (const source of sources) askedBy[asked.push(`${source}:${target.kind}:${text}`) - 1] = nth;
  }
  const found = findRows(target, asked);
  let index = 0;
  for (const [nth, text] of texts.entries()) {
    const named: { uid: string; row: number }[] = [];
    for (; index < asked.length && askedBy[index] === nth; index += 1) {
      const row = found[index] ?? -1;
      if (row >= 0) named.push({ uid: asked[index] ?? '', row });
    }
    named.sort((one, other) => compareText(one.uid, other.uid));
    const itself = named.find(({ uid }) => uid === text);
    const [first] = named;
    if (first === undefined) known.set(text, -1);
    else if (itself !== undefined || named.length === 1) known.set(text, (itself ?? first).row);
    else known.set(text, { bySource: new Map(named.map(({ uid, row }) => [sourceOf(uid), row])), first: first.row });
  }
}

/** The row that each row's field names; -1 where it is not set or names nothing known, and for rows that were replaced. */
export function linkedRows(columns: ItemColumns, field: string, target: ItemColumns): Int32Array {
  const naming = rowsNaming(columns, field);
  return spread(columns, naming, namedRows(columns, field, target, naming));
}

function spread(columns: ItemColumns, rows: Int32Array, values: Int32Array): Int32Array {
  const all = new Int32Array(columns.length).fill(-1);
  for (let index = 0; index < rows.length; index += 1) all[rows[index] ?? 0] = values[index] ?? -1;
  return all;
}

/** Link items of one relation: their rows, and the rows that they name at each end, -1 where that is not known. */
export interface Told {
  readonly rows: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Every link item of a relation that stands and names two ends. */
export function toldLinks(links: ItemColumns, relation: string, from: ItemColumns, to: ItemColumns): Told {
  const { codes } = links;
  const wanted = codeOf(codes['relation'], relation);
  const stands = standingIn(links);
  const isSet = (name: string, row: number): boolean => (codes[name]?.codes[row] ?? -1) >= 0;
  const rows = rowsWhere(
    links,
    (row) => codes['relation']?.codes[row] === wanted && isSet('from', row) && isSet('to', row) && stands(row),
  );
  return { rows, from: namedRows(links, 'from', from, rows), to: namedRows(links, 'to', to, rows) };
}

/** Incidents or tickets and the deployment that each blames; -1 where it blames something that nobody knows. */
export interface Blames {
  readonly rows: Int32Array;
  readonly deployments: Int32Array;
}

/**
 * The deployment that each incident or ticket blames, one at most: the one in its `caused_by`, else
 * the one of the latest link item that says so. Cancelled links say nothing.
 */
export function blamesOf(columns: ItemColumns, deployments: ItemColumns, links: ItemColumns): Blames {
  const own = rowsNaming(columns, 'caused_by');
  const blamed = namedRows(columns, 'caused_by', deployments, own);
  const told = toldLinks(links, 'caused_by', columns, deployments);
  const made = (link: number): number => links.instants['made']?.[link] ?? NEVER;
  const isLater = (link: number, other: number): boolean =>
    (made(link) - made(other) || compareText(links.uids.at(link) ?? '', links.uids.at(other) ?? '')) > 0;
  const latest = new Map<number, number>();
  told.from.forEach((row, index) => {
    if (row < 0 || (told.to[index] ?? -1) < 0 || (columns.codes['caused_by']?.codes[row] ?? -1) >= 0) return;
    const known = latest.get(row);
    if (known === undefined || isLater(told.rows[index] ?? 0, told.rows[known] ?? 0)) latest.set(row, index);
  });
  const rows = new Int32Array(own.length + latest.size);
  const all = new Int32Array(rows.length);
  rows.set(own);
  all.set(blamed);
  [...latest].forEach(([row, index], place) => {
    rows[own.length + place] = row;
    all[own.length + place] = told.to[index] ?? -1;
  });
  return { rows, deployments: all };
}

/** The deployment that each row blames; -1 where it blames none. */
export function blamedRows(columns: ItemColumns, deployments: ItemColumns, links: ItemColumns): Int32Array {
  const blames = blamesOf(columns, deployments, links);
  return spread(columns, blames.rows, blames.deployments);
}
