/**
 * An answer as it travels inside a page: lists of the same kind of thing as columns, each column that comes again told once.
 * All KPIs of a review name the same weeks and months, point by point; that is most of it.
 */
export interface InColumns {
  /** Names of fields, of each kind of thing once. */
  readonly kinds: readonly (readonly string[])[];
  readonly columns: readonly Column[];
  readonly answer: Node;
}

/** Lists say what they are: `[LIST, …entries]`, `[KIND, kind, …values]`, `[ROWS, kind, …numbers of columns]`. */
type Node = null | boolean | number | string | readonly Node[];
/** So many times the same; or what stands in each row. */
type Column = readonly [rows: number, same: Node] | { readonly each: readonly Node[] };

const [LIST, KIND, ROWS] = [0, 1, 2];

/** @param answer JSON that was parsed, nothing else */
export function inColumns(answer: unknown): InColumns {
  const kinds = new Numbered<readonly string[]>();
  const columns = new Numbered<Column>();

  function listOf(list: readonly unknown[]): Node {
    const rows = list.filter(isThing);
    const fields = Object.keys(rows[0] ?? {});
    const names = JSON.stringify(fields);
    // One thing alone, or such as have other fields, are told one by one.
    if (rows.length < 2 || fields.length === 0 || rows.length < list.length) return [LIST, ...list.map(nodeOf)];
    if (rows.some((row) => JSON.stringify(Object.keys(row)) !== names)) return [LIST, ...list.map(nodeOf)];
    return [ROWS, kinds.of(fields), ...fields.map((field) => columns.of(columnOf(rows.map((row) => nodeOf(row[field])))))];
  }

  function nodeOf(value: unknown): Node {
    if (Array.isArray(value)) return listOf(value);
    if (isThing(value)) return [KIND, kinds.of(Object.keys(value)), ...Object.values(value).map(nodeOf)];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  }

  const node = nodeOf(answer);
  return { kinds: kinds.all, columns: columns.all, answer: node };
}

export const isInColumns = (value: unknown): value is InColumns =>
  isThing(value) && Array.isArray(value['kinds']) && Array.isArray(value['columns']) && 'answer' in value;

/** The answer itself. */
export function outOfColumns({ kinds, columns, answer }: InColumns): unknown {
  function valueOf(node: Node): unknown {
    if (!isList(node)) return node;
    const [form, kind] = node;
    if (form === LIST) return node.slice(1).map(valueOf);
    const fields = kinds[Number(kind)] ?? [];
    return form === KIND ? valuesOf(fields, node) : rowsOf(fields, node);
  }

  function valuesOf(fields: readonly string[], node: readonly Node[]): unknown {
    const thing: Thing = {};
    for (let field = 0; field < fields.length; field += 1) put(thing, fields[field] ?? '', valueOf(node[field + 2] ?? null));
    return thing;
  }

  function rowsOf(fields: readonly string[], node: readonly Node[]): unknown {
    const rows: Thing[] = [];
    for (let field = 0; field < fields.length; field += 1) {
      const column = columns[Number(node[field + 2])] ?? [0, null];
      const count = 'each' in column ? column.each.length : column[0];
      for (let row = 0; row < count; row += 1) {
        const entry = 'each' in column ? (column.each[row] ?? null) : column[1];
        put((rows[row] ??= {}), fields[field] ?? '', valueOf(entry));
      }
    }
    return rows;
  }

  return valueOf(answer);
}

/** A field of any name is the thing's own. */
function put(thing: Thing, field: string, value: unknown): void {
  if (field !== '__proto__') thing[field] = value;
  else Object.defineProperty(thing, field, { value, enumerable: true, configurable: true, writable: true });
}

type Thing = Record<string, unknown>;
const isThing = (value: unknown): value is Thing => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (node: Node): node is readonly Node[] => Array.isArray(node);

function columnOf(entries: readonly Node[]): Column {
  const [first = null] = entries;
  const text = JSON.stringify(first);
  const isSame = entries.every((entry) => entry === first || (isList(entry) && JSON.stringify(entry) === text));
  return isSame ? [entries.length, first] : { each: entries };
}

/** Things by number, those that say the same under one. */
class Numbered<T> {
  readonly all: T[] = [];
  readonly #numbers = new Map<string, number>();

  of(thing: T): number {
    const text = JSON.stringify(thing);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.all.length);
    return this.all.push(thing) - 1;
  }
}
