import type { ItemColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { withDerivedFields } from '../event/derived-fields.ts';
import { findRows, sourcesOf } from '../event/find-rows.ts';
import { layoutOf } from '../event/item-row.ts';
import { ItemTable } from '../event/item-table.ts';
import type { Kind } from '../event/kinds.ts';
import { pickRows } from '../event/pick-rows.ts';
import { codeOf, rowsWhere } from '../event/standing.ts';
import { eachRange } from '../kpi/each-range.ts';
import type { World } from '../kpi/world.ts';
import { linkedIds, type ItemChange } from './changes.ts';
import { startOfRows } from './item-starts.ts';
import type { Side, Sides } from './sides.ts';

/** The kinds that say what became of a deployment. */
const SAYING: readonly Kind[] = ['deployment', 'incident', 'ticket', 'link'];

const known = new WeakMap<readonly ItemChange[], Sides>();

/**
 * The deployments of which a batch may have changed what became of them (event/failed-changes.ts), before and after: those
 * that changed or are named by what did, and, where an incident, a link or a deployment did, those that the incidents
 * of the same services may suspect. With each side goes everything that has a say in them, and nothing else, so
 * that what is derived of them is what is derived over all. Made once for all KPIs.
 * @param all the world of all items, as known now
 */
export function blamedSides(changes: readonly ItemChange[], all: World): Sides {
  let sides = known.get(changes);
  if (sides === undefined) known.set(changes, (sides = makeSides(changes, all)));
  return sides;
}

function makeSides(changes: readonly ItemChange[], all: World): Sides {
  const saying = changes.filter(
    (change) => SAYING.includes(change.kind) && (change.kind !== 'ticket' || linkedIds(change).length > 0),
  );
  const tables = new Map(SAYING.map((kind) => [kind, plain(all.columns(kind))]));
  const table = (kind: Kind): ItemColumns => tables.get(kind) ?? columnsOf(kind, []);
  const [deployments, incidents] = [table('deployment'), table('incident')];
  const ends = endsOfLinks(table('link'));
  const told = new Set(ends.keys());
  const byName = changesByName(saying, ends);
  const blamed = rowsNamed(deployments, byName.keys());
  const services = servicesOf(deployments, blamed);
  const isSuspecting = saying.some(({ kind }) => kind !== 'ticket');
  if (isSuspecting) for (const service of servicesOf(incidents, rowsNamed(incidents, byName.keys()))) services.add(service);
  for (const { kind, before, after } of saying)
    if (kind === 'incident' || kind === 'deployment')
      for (const item of before === null ? [after] : [before, after])
        for (const service of [item.fields['service'], ...item.stretches.map((stretch) => stretch.service)])
          if (typeof service === 'string') services.add(service);
  const ofService = rowsOfServices(deployments, services);
  const looked = isSuspecting ? distinct([...blamed, ...ofService]) : blamed;
  const uids = new Set(looked.map((row) => deployments.uids.at(row) ?? ''));
  for (const { kind, uid } of saying) if (kind === 'deployment') uids.add(uid);

  const names = new Set([...uids].map(nativeId));
  const rowsOf: Partial<Record<Kind, Int32Array>> = {
    deployment: Int32Array.from(
      distinct([...looked, ...ofService, ...rowsNamed(deployments, told), ...rowsNamingAny(deployments, 'rolls_back', names)]),
    ),
    ticket: Int32Array.from(
      distinct([...rowsNamingAny(table('ticket'), 'caused_by', names), ...rowsNamed(table('ticket'), told)]),
    ),
  };
  const after = (kind: Kind): ItemColumns => {
    const rows = rowsOf[kind];
    return rows === undefined ? table(kind) : pickRows(table(kind), rows);
  };
  const now = new Map(SAYING.map((kind) => [kind, after(kind)]));
  const then = new Map(SAYING.map((kind) => [kind, asBefore(kind, now.get(kind) ?? columnsOf(kind, []), saying)]));
  const changesOf = (uid: string): readonly ItemChange[] => {
    const own = byName.get(nativeId(uid));
    // Whoever named none of them changed what is suspected.
    return own === undefined ? saying.filter(({ kind }) => kind !== 'ticket') : [...own];
  };
  const sideOf = (columns: ReadonlyMap<Kind, ItemColumns>): Side => {
    const own = columns.get('deployment') ?? columnsOf('deployment', []);
    const whole = withDerivedFields('deployment', own, (kind) => columns.get(kind) ?? columnsOf(kind, []));
    return {
      columns: whole,
      rows: findRows(own, [...uids]).filter((row) => row >= 0),
      changesOf: (row) => changesOf(own.uids.at(row) ?? ''),
    };
  };
  const [before, present] = [sideOf(then), sideOf(now)];
  const since = Math.min(...[before, present].map(({ columns, rows }) => startOfRows(columns, [...rows])));
  return { kind: 'deployment', before, after: present, since };
}

/** Without what is derived, which is worked out over all when it is looked at. */
function plain(columns: ItemColumns): ItemColumns {
  const layout = layoutOf(columns.kind);
  return {
    ...columns,
    instants: named(columns.instants, layout.instants),
    codes: named(columns.codes, layout.codes),
    numbers: named(columns.numbers, layout.numbers),
  };
}

const named = <C>(cells: Readonly<Record<string, C>>, names: readonly string[]): Record<string, C> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const own = cells[name];
      return own === undefined ? [] : [[name, own]];
    }),
  );

/** Columns with the changed items in them as they were known before. */
function asBefore(kind: Kind, now: ItemColumns, changes: readonly ItemChange[]): ItemColumns {
  const own = changes.filter((change) => change.kind === kind);
  if (own.length === 0) return now;
  const table = new ItemTable(kind);
  table.load(
    now.dead === null
      ? now
      : pickRows(
          now,
          rowsWhere(now, (row) => now.dead?.[row] !== 1),
        ),
    { cluster: '', month: 0 },
  );
  table.remove(own.map(({ uid }) => uid));
  table.append(
    columnsOf(
      kind,
      own.flatMap(({ before }) => before ?? []),
    ),
  );
  return table.columns();
}

const distinct = (rows: readonly number[]): number[] => [...new Set(rows)].sort((one, other) => one - other);

/** A uid names a source and a kind before its native id, which may hold colons. */
const nativeId = (id: string): string => {
  const parts = id.split(':');
  return SAYING.some((kind) => kind === parts[1]) ? parts.slice(2).join(':') : id;
};

/** Rows of the items with these native ids, of any source. */
function rowsNamed(columns: ItemColumns, names: Iterable<string>): number[] {
  const sources = sourcesOf(columns.uids);
  const asked = [...names].flatMap((name) => sources.map((source) => `${source}:${columns.kind}:${name}`));
  return Array.from(findRows(columns, asked)).filter((row) => row >= 0);
}

/** Rows that stand and name any of these native ids in a field. */
function rowsNamingAny(columns: ItemColumns, field: string, names: ReadonlySet<string>): number[] {
  const column = columns.codes[field];
  if (column === undefined) return [];
  const isAsked = askedAmong(column.dictionary, names);
  if (!isAsked.includes(1)) return [];
  const rows: number[] = [];
  eachRange(Int32Array.of(0, columns.length), (first, end) => {
    addAsked(rows, column.codes, isAsked, columns.dead, first, end);
  });
  return rows;
}

/** By code, one higher, as most rows name nothing (-1): 1 for texts that name any of these native ids. */
function askedAmong(dictionary: readonly string[], names: ReadonlySet<string>): Uint8Array {
  const isAsked = new Uint8Array(dictionary.length + 1);
  for (let code = 0; code < dictionary.length; code += 1) {
    const text = dictionary[code] ?? '';
    if (names.has(text) || (text.includes(':') && names.has(nativeId(text)))) isAsked[code + 1] = 1;
  }
  return isAsked;
}

function addAsked(
  rows: number[],
  codes: Int32Array,
  isAsked: Uint8Array,
  dead: Uint8Array | null,
  first: number,
  end: number,
): void {
  for (let row = first; row < end; row += 1)
    if (isAsked[(codes[row] ?? -1) + 1] === 1 && (dead === null || dead[row] !== 1)) rows.push(row);
}

/**
 * The changes by the native ids that they name or bear, because a text may name an item of any source, and whom it
 * names depends on which there are. What a link says is told against what others say of the same item.
 */
function changesByName(
  changes: readonly ItemChange[],
  ends: ReadonlyMap<string, readonly string[]>,
): Map<string, Set<ItemChange>> {
  const byName = new Map<string, Set<ItemChange>>();
  for (const change of changes) {
    const names = [...linkedIds(change), ...(change.kind === 'ticket' ? [] : [change.uid])].map(nativeId);
    const others = change.kind === 'link' ? names.flatMap((name) => ends.get(name) ?? []) : [];
    for (const name of [...names, ...others]) byName.set(name, (byName.get(name) ?? new Set()).add(change));
  }
  return byName;
}

/** What links name at either end, by what they name at the other. */
function endsOfLinks({ codes, length, dead }: ItemColumns): Map<string, string[]> {
  const ends = new Map<string, string[]>();
  for (let row = 0; row < length; row += 1) {
    const [from, to] = ['from', 'to'].map((end) => codes[end]?.dictionary[codes[end].codes[row] ?? -1]);
    if (from === undefined || to === undefined || dead?.[row] === 1) continue;
    for (const [one, other] of [[nativeId(from), nativeId(to)] as const, [nativeId(to), nativeId(from)] as const])
      ends.set(one, [...(ends.get(one) ?? []), other]);
  }
  return ends;
}

function servicesOf({ codes }: ItemColumns, rows: readonly number[]): Set<string> {
  const services = codes['service'];
  return new Set(rows.flatMap((row) => services?.dictionary[services.codes[row] ?? -1] ?? []));
}

function rowsOfServices(columns: ItemColumns, services: ReadonlySet<string>): number[] {
  const column = columns.codes['service'];
  const asked = new Set([...services].map((service) => codeOf(column, service)));
  if (column === undefined || asked.size === 0) return [];
  const rows: number[] = [];
  for (let row = 0; row < columns.length; row += 1)
    if (asked.has(column.codes[row] ?? -1) && columns.dead?.[row] !== 1) rows.push(row);
  return rows;
}
