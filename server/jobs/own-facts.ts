import { DERIVED_FIELDS } from '../event/derived-fields.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';

/** Derived fields that an item's own facts decide. */
const OWN: ReadonlySet<string> = new Set(['harm', 'working', 'within_due']);

/** Deeper than anybody combines; a circle, which the catalogue refuses, ends here. */
const DEEPEST = 8;

/**
 * The kinds that a KPI counts, where each item counts by its own facts alone. Null where other items have a
 * say: fields that links or neighbours decide, derived kinds, and what people bore, of which groups are hidden.
 */
export function kindsByOwnFacts(kpi: Kpi, kpiOf: (id: string) => Kpi | undefined, depth = 0): readonly Kind[] | null {
  const { measure } = kpi;
  if (kpi.isPersonal || depth > DEEPEST) return null;
  switch (measure.type) {
    case 'combine': {
      const kinds = measure.parts.map((id) => {
        const part = kpiOf(id);
        return part === undefined ? null : kindsByOwnFacts(part, kpiOf, depth + 1);
      });
      return kinds.every((each) => each !== null) ? [...new Set(kinds.flat())] : null;
    }
    case 'duration':
    case 'ratio':
    case 'depth':
    case 'age':
    case 'count':
    case 'overlap':
      if (KINDS[measure.of].isDerived || kpi.alsoShow.includes('up to')) return null;
      return namesIn(kpi).every((name) => isOwn(measure.of, name)) ? [measure.of] : null;
    default:
      return null;
  }
}

const namesIn = ({ measure, where, countedIn }: Kpi): string[] => [
  ...where.map(({ field }) => field),
  ...(measure.type === 'ratio' ? measure.outOf.map(({ field }) => field) : []),
  ...(measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : []),
  ...(countedIn === null ? [] : [countedIn]),
];

/** Linked fields follow a name to another item; of the derived ones most depend on others. */
const isOwn = (kind: Kind, name: string): boolean =>
  !name.includes('.') && (OWN.has(name) || !Object.hasOwn(DERIVED_FIELDS[kind] ?? {}, name));
