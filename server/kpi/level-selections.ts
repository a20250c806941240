import type { SeriesColumns } from '../event/columns.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Where } from './kpi.ts';
import { rowsByScope, type RowsByScope } from './level-rows.ts';

/** What a `where` picks from columns, and what was made of it, by name. */
interface Selection<Made> {
  readonly rows: RowsByScope;
  readonly made: Map<string, Made>;
}

/** Of one series; enough for the KPIs of a catalogue, and a bound on what previews of other conditions leave behind. */
const SELECTIONS_KEPT = 12;

/** Selections for as long as the columns live: whoever asks the same again gets what was made before. */
export class Selections<Made> {
  readonly #kept = new WeakMap<SeriesColumns, WeakMap<Organisation, Map<string, Selection<Made>>>>();

  of(columns: SeriesColumns, where: readonly Where[], organisation: Organisation): Selection<Made> {
    let byOrganisation = this.#kept.get(columns);
    if (byOrganisation === undefined) this.#kept.set(columns, (byOrganisation = new WeakMap()));
    let byWhere = byOrganisation.get(organisation);
    if (byWhere === undefined) byOrganisation.set(organisation, (byWhere = new Map<string, Selection<Made>>()));
    const key = JSON.stringify(where);
    let selection = byWhere.get(key);
    if (selection === undefined) {
      selection = { rows: rowsByScope(columns, where, organisation), made: new Map() };
      const [oldest] = byWhere.keys();
      if (byWhere.size >= SELECTIONS_KEPT && oldest !== undefined) byWhere.delete(oldest);
      byWhere.set(key, selection);
    }
    return selection;
  }
}
