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

/** Columns of every kind with what is derived, each made once when asked for. */
export class ItemView {
  readonly now: Instant;
  readonly #parts: ItemViewParts;
  readonly #plain = new Map<Kind, ItemColumns>();
  readonly #columns = new Map<Kind, ItemColumns>();

  constructor(parts: ItemViewParts) {
    this.now = parts.now;
    this.#parts = parts;
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
    return deriveColumns(kind, base, organisation, now, since(kind));
  }
}
