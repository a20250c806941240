import { DERIVED_FIELDS } from '../event/derived-fields.ts';
import { KINDS, type Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';

/** Derived fields that an item's own facts decide. */
const OWN: ReadonlySet<string> = new Set(['harm', 'working', 'within_due']);

/** What became of a deployment: others decide it, and which those are is found by name (blamed-sides.ts). */
const BLAME: ReadonlySet<string> = new Set(['change_failed', 'rolled_back', 'recovered', 'may_have_failed']);

/** Deeper than anybody combines; a circle, which the catalogue refuses, ends here. */
const DEEPEST = 8;

/**
 * The kinds that a KPI counts, where each item counts by its own facts alone, or by those of what names it. Null where other items have a
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
      if (KINDS[measure.of].isDerived) return null;
      return namesIn(kpi).every((name) => isOwn(measure.of, name)) ? [measure.of] : null;
    default:
      return null;
  }
}

const namesIn = ({ measure, where, countedIn, alsoShow }: Kpi): string[] => [
  ...where.map(({ field }) => field),
  ...(measure.type === 'ratio' ? measure.outOf.map(({ field }) => field) : []),
  ...(measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : []),
  ...(countedIn === null ? [] : [countedIn]),
  ...(alsoShow.includes('up to') ? ['may_have_failed'] : []),
];

/** Whether what became of deployments has a say in a KPI or in a part of it. */
export function asksBlame(kpi: Kpi, kpiOf: (id: string) => Kpi | undefined, depth = 0): boolean {
  const { measure } = kpi;
  if (measure.type !== 'combine' || depth > DEEPEST) return namesIn(kpi).some((name) => BLAME.has(name));
  return measure.parts.some((id) => {
    const part = kpiOf(id);
    return part !== undefined && asksBlame(part, kpiOf, depth + 1);
  });
}

/** Linked fields follow a name to another item; of the derived ones most depend on others. */
const isOwn = (kind: Kind, name: string): boolean =>
  !name.includes('.') &&
  (OWN.has(name) || (kind === 'deployment' && BLAME.has(name)) || !Object.hasOwn(DERIVED_FIELDS[kind] ?? {}, name));
