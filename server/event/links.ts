import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import type { Kind } from './kinds.ts';

/** Fields that name another item, and its kind. `caused_by.finished` reads a field of it. */
export const LINKS: Readonly<Partial<Record<Kind, Readonly<Record<string, Kind>>>>> = {
  incident: { caused_by: 'deployment' },
  ticket: { caused_by: 'deployment' },
  page: { incident: 'incident', alert: 'alert' },
  session: { incident: 'incident' },
  escalation: { incident: 'incident' },
};

/** Finds the row that a text names, for someone from `source`; -1 where there is none. */
export type Resolve = (text: string, source: string) => number;

const resolvers = new WeakMap<ItemColumns, Resolve>();

/**
 * A text names an item by its uid, else by its native id in the same source, else in any (the first
 * by uid). Of an item with several episodes, the first.
 */
export function resolverOf(columns: ItemColumns): Resolve {
  let resolve = resolvers.get(columns);
  if (resolve === undefined) {
    const byUid = new Map<string, number>();
    const byNative = new Map<string, number>();
    for (let row = 0; row < columns.length; row += 1) {
      const uid = columns.uids.at(row) ?? '';
      byUid.set(uid, row);
      const native = nativeOf(uid);
      if (!byNative.has(native)) byNative.set(native, row);
    }
    const { kind } = columns;
    resolve = (text, source) => byUid.get(text) ?? byUid.get(`${source}:${kind}:${text}`) ?? byNative.get(text) ?? -1;
    resolvers.set(columns, resolve);
  }
  return resolve;
}

/** All of them as texts. */
export const uidsOf = ({ uids }: ItemColumns): string[] => Array.from({ length: uids.length }, (_, row) => uids.at(row) ?? '');

export const sourceOf = (uid: string): string => uid.slice(0, uid.indexOf(':'));

const episodes = new WeakMap<ItemColumns, Int32Array>();

/**
 * For each row the first episode of its item: `desk:incident:7` for `desk:incident:7#2`. A native id may hold
 * such a mark of its own (`repository#12`), so a row is a later episode only where all those before it are there.
 */
export function firstEpisodes(columns: ItemColumns): Int32Array {
  const known = episodes.get(columns);
  if (known !== undefined) return known;
  const uids = uidsOf(columns);
  const rowOf = new Map(uids.map((uid, row) => [uid, row]));
  const firstOf = (uid: string): number | undefined => {
    const mark = uid.lastIndexOf('#');
    const [item, nth] = [uid.slice(0, mark), mark < 0 ? NaN : Number(uid.slice(mark + 1))];
    if (nth === 2) return rowOf.get(item);
    const before = `${item}#${nth - 1}`;
    return Number.isInteger(nth) && nth > 2 && rowOf.has(before) ? firstOf(before) : undefined;
  };
  const first = Int32Array.from(uids, (uid, row) => firstOf(uid) ?? row);
  episodes.set(columns, first);
  return first;
}

const nativeOf = (uid: string): string => uid.slice(uid.indexOf(':', uid.indexOf(':') + 1) + 1);

export const textAt = (codes: Codes | undefined, row: number): string | null => codes?.dictionary[codes.codes[row] ?? -1] ?? null;

/** The row that each row's field names; -1 where it is not set or names nothing known. */
export function linkedRows(columns: ItemColumns, field: string, target: ItemColumns): Int32Array {
  const rows = new Int32Array(columns.length).fill(-1);
  const codes = columns.codes[field];
  if (codes === undefined || codes.dictionary.length === 0) return rows;
  const resolve = resolverOf(target);
  for (let row = 0; row < columns.length; row += 1) {
    const text = textAt(codes, row);
    if (text !== null) rows[row] = resolve(text, sourceOf(columns.uids.at(row) ?? ''));
  }
  return rows;
}

/**
 * The deployment that each incident or ticket blames, one at most: the one in its `caused_by`, else
 * the one of the latest link item that says so. Cancelled links say nothing.
 */
export function blamedRows(columns: ItemColumns, deployments: ItemColumns, links: ItemColumns): Int32Array {
  const blamed = linkedRows(columns, 'caused_by', deployments);
  const saidAt = new Map<number, number>();
  const resolveOwn = resolverOf(columns);
  const resolveDeployment = resolverOf(deployments);
  eachLink(links, 'caused_by', (from, to, source, made) => {
    const row = resolveOwn(from, source);
    const deployment = resolveDeployment(to, source);
    if (row < 0 || deployment < 0 || textAt(columns.codes['caused_by'], row) !== null) return;
    if (made < (saidAt.get(row) ?? NEVER)) return;
    saidAt.set(row, made);
    blamed[row] = deployment;
  });
  return blamed;
}

/** Calls back for every link item of a relation that stands, ascending by uid. */
export function eachLink(
  links: ItemColumns,
  relation: string,
  visit: (from: string, to: string, source: string, made: number) => void,
): void {
  const { codes, instants } = links;
  for (let row = 0; row < links.length; row += 1) {
    const from = textAt(codes['from'], row);
    const to = textAt(codes['to'], row);
    if (from === null || to === null || textAt(codes['relation'], row) !== relation) continue;
    if ((instants['cancelled']?.[row] ?? NEVER) !== NEVER) continue;
    visit(from, to, sourceOf(links.uids.at(row) ?? ''), instants['made']?.[row] ?? NEVER);
  }
}
