import type { ItemColumns, SeriesColumns } from '../event/columns.ts';
import { columnsOf } from '../event/columns-of.ts';
import { isKind, type Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import { TableReader, type SharedTable } from '../event/shared-table.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { parseOrganisation } from '../kpi/organisation.ts';
import type { World } from '../kpi/world.ts';
import type { SourceReach } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { SourceShape } from './coverage.ts';
import { ItemView } from './item-view.ts';
import { worldFrom } from './world.ts';

/**
 * A world as another thread can be handed it: columns lie in memory that both see, definitions are data,
 * and the organisation is its text, because zones cannot be handed over. It may be looked at until the next batch is taken in.
 */
export interface SharedWorld {
  readonly organisationText: string;
  readonly tables: Readonly<Partial<Record<Kind, SharedTable>>>;
  readonly series: Readonly<Record<string, readonly SeriesColumns[]>>;
  readonly sources: readonly { readonly source: SourceShape; readonly state: SourceReach | null }[];
  readonly kpis: readonly Kpi[];
  readonly now: Instant;
}

/** Makes worlds of what is handed over; what did not change since the last one is kept. */
export class SharedWorlds {
  readonly #digest: (text: string) => string;
  readonly #readers = new Map<Kind, TableReader>();
  #last: {
    readonly organisation: Organisation;
    readonly tables: ReadonlyMap<Kind, ItemColumns>;
    readonly view: ItemView;
  } | null = null;
  #organisation: { readonly text: string; readonly read: Organisation } | null = null;

  constructor(digest: (text: string) => string) {
    this.#digest = digest;
  }

  world(shared: SharedWorld): World {
    const organisation = this.#organisationOf(shared.organisationText);
    const tables = new Map(
      Object.entries(shared.tables).flatMap(([kind, table]) => (isKind(kind) ? [[kind, this.#reader(kind).columns(table)]] : [])),
    );
    const view = this.#viewOf(organisation, shared, tables);
    return worldFrom({
      organisation,
      now: shared.now,
      kpis: shared.kpis,
      sources: shared.sources,
      digest: this.#digest,
      columns: (kind) => view.columns(kind),
      series: (name) => shared.series[name] ?? [],
    });
  }

  /** What is derived is kept while nothing that it is derived from changes. */
  #viewOf(organisation: Organisation, { now }: SharedWorld, tables: ReadonlyMap<Kind, ItemColumns>): ItemView {
    const last = this.#last;
    const isSame =
      last?.view.now === now &&
      last.organisation === organisation &&
      last.tables.size === tables.size &&
      [...tables].every(([kind, columns]) => last.tables.get(kind) === columns);
    if (last !== null && isSame) return last.view;
    const all = (kind: Kind): ItemColumns => tables.get(kind) ?? columnsOf(kind, []);
    const view = new ItemView({ organisation, now, stored: all, all, since: () => -Infinity }, last?.view);
    this.#last = { organisation, tables, view };
    return view;
  }

  #reader(kind: Kind): TableReader {
    let reader = this.#readers.get(kind);
    if (reader === undefined) this.#readers.set(kind, (reader = new TableReader()));
    return reader;
  }

  /** What was measured with before is read again as it was read then, so it has no problems. */
  #organisationOf(text: string): Organisation {
    if (this.#organisation?.text !== text) {
      const { organisation } = parseOrganisation(text, 'organisation.yaml');
      if (organisation === null) throw new Error('the organisation cannot be read again');
      this.#organisation = { text, read: organisation };
    }
    return this.#organisation.read;
  }
}
