import type { ItemColumns } from '../event/columns.ts';
import { deriveColumns, withDerivedFields } from '../event/derive.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Instant } from '../time/period.ts';

/**
 * What may be named from any time ago: an incident blames a deployment however old, a session reviews an
 * incident, and incidents repeat one another.
 */
const REACHING_BACK: ReadonlySet<Kind> = new Set(['deployment', 'incident', 'link', 'session']);

/** A deployment is blamed by any ticket, even one that was over long before it, as a mistaken one is. */
const isWhole = (other: Kind, kind: Kind): boolean => REACHING_BACK.has(other) || (kind === 'deployment' && other === 'ticket');

export interface ItemViewParts {
  readonly organisation: Organisation;
  /** Nights that have not ended by then do not exist yet. */
  readonly now: Instant;
  /** Columns of a stored kind, of those that are looked at. */
  readonly stored: (kind: Kind) => ItemColumns;
  /** All of a stored kind, for links and for what counts from the very first item. */
  readonly all: (kind: Kind) => ItemColumns;
  readonly since: (kind: Kind) => Instant;
}

/** What was derived, and from which columns. */
interface Derived {
  readonly columns: ItemColumns;
  readonly organisation: Organisation;
  readonly since: Instant;
  readonly from: ReadonlyMap<Kind, ItemColumns>;
}

/** Columns of every kind with what is derived, each made once when asked for. */
export class ItemView {
  readonly now: Instant;
  readonly #parts: ItemViewParts;
  readonly #plain = new Map<Kind, ItemColumns>();
  readonly #columns = new Map<Kind, ItemColumns>();
  readonly #derived = new Map<Kind, Derived>();
  readonly #before: ReadonlyMap<Kind, Derived>;

  /** `before`: an earlier view, of whose derived kinds those are taken over that nothing changed for. */
  constructor(parts: ItemViewParts, before: ItemView | null = null) {
    this.now = parts.now;
    this.#parts = parts;
    const derived = before === null ? [] : [...before.#before, ...before.#derived];
    // Of what lies in other tables by now nothing is held on to.
    const isStored = ([of, columns]: readonly [Kind, ItemColumns]): boolean =>
      KINDS[of].isDerived || parts.stored(of) === columns || parts.all(of) === columns;
    this.#before = new Map(derived.filter(([, { from }]) => [...from].every(isStored)));
  }

  columns(kind: Kind): ItemColumns {
    let columns = this.#columns.get(kind);
    if (columns === undefined) {
      columns = withDerivedFields(kind, this.#plainColumns(kind), (other) =>
        isWhole(other, kind) ? this.#parts.all(other) : this.#plainColumns(other),
      );
      this.#columns.set(kind, columns);
    }
    return columns;
  }

  #plainColumns(kind: Kind): ItemColumns {
    let columns = this.#plain.get(kind);
    if (columns === undefined) this.#plain.set(kind, (columns = this.#make(kind)));
    return columns;
  }

  #make(kind: Kind): ItemColumns {
    const { all, now, organisation, since, stored } = this.#parts;
    if (!KINDS[kind].isDerived) return stored(kind);
    // Whose commits are new is told by all deployments.
    const base = (of: Kind): ItemColumns => (kind === 'change' ? all(of) : this.#plainColumns(of));
    const before = this.#before.get(kind);
    if (before !== undefined && before.organisation === organisation && before.since === since(kind)) {
      if ([...before.from].every(([of, columns]) => base(of) === columns)) {
        this.#derived.set(kind, before);
        return before.columns;
      }
    }
    const from = new Map<Kind, ItemColumns>();
    const asked = (of: Kind): ItemColumns => {
      const columns = base(of);
      from.set(of, columns);
      return columns;
    };
    const columns = deriveColumns(kind, asked, organisation, now, since(kind));
    // Which nights there are depends on the present, too.
    if (kind !== 'night') this.#derived.set(kind, { columns, organisation, since: since(kind), from });
    return columns;
  }
}
