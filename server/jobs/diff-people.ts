import type { Kpi, Where } from '../kpi/kpi.ts';
import type { PersonalCondition } from '../kpi/personal-conditions.ts';
import type { Version } from './diff.ts';

/**
 * What a definition that nobody has reviewed may ask about, of what personal ones may (kpi/personal-conditions.ts).
 * The classes of hours that each have people of their own are free (kpi/privacy-hours.ts); holidays go by the zone of the
 * person, so neither they nor weekends are asked about by themselves.
 */
const FREE: readonly PersonalCondition[] = ['during', 'on_shift', 'quality', 'needed_action', 'severity'];
const FREE_HOURS: readonly string[] = ['business_hours', 'off_hours', 'nights', 'days_off', 'evenings'];

/**
 * Why a definition that nobody has reviewed yet must not be evaluated, in words; null where it may. The
 * conditions that the version before has already are known to everyone, as long as it counts the same.
 */
export function withheldBecause(before: Version | null, after: Version): string | null {
  const found = new Set<string>();
  for (const kpi of withParts(after)) {
    const reviewed = before?.kpis.find(({ id }) => id === kpi.id) ?? null;
    if (!kpi.isPersonal) {
      // Of pages, when and where the person was who got them is no alert's doing.
      if (kindOf(kpi) !== 'page') continue;
      for (const condition of conditionsOf(kpi))
        if (OF_WHOEVER_WAS_PAGED.includes(condition.field) && !(reviewed !== null && asksAlready(reviewed, kpi, condition)))
          found.add(condition.field);
      continue;
    }
    for (const condition of conditionsOf(kpi))
      if (!isFree(condition) && !(reviewed !== null && hasAlready(reviewed, kpi, condition))) found.add(condition.field);
  }
  if (found.size === 0) return null;
  const fields = [...found].sort().map((field) => `'${field}'`);
  return `This says what people bore or answered, and a condition on ${fields.join(' and ')} could single one of them out. What it gives is not shown before it has been reviewed and is measured; then groups of five or more are.`;
}

const isFree = ({ field, condition }: Where): boolean =>
  FREE.some((known) => known === field) && (condition.test !== 'during' || FREE_HOURS.includes(condition.during));

const OF_WHOEVER_WAS_PAGED: readonly string[] = ['during', 'zone'];

const hasAlready = (reviewed: Kpi, kpi: Kpi, condition: Where): boolean =>
  reviewed.isPersonal && asksAlready(reviewed, kpi, condition);

const asksAlready = (reviewed: Kpi, kpi: Kpi, condition: Where): boolean =>
  kindOf(reviewed) === kindOf(kpi) &&
  reviewed.measure.type === kpi.measure.type &&
  conditionsOf(reviewed).some((one) => JSON.stringify(one) === JSON.stringify(condition));

const kindOf = ({ measure }: Kpi): string | null => ('of' in measure ? measure.of : null);

const conditionsOf = ({ where, measure }: Kpi): readonly Where[] =>
  measure.type === 'ratio' ? [...where, ...measure.outOf] : where;

/** A definition and everything that it is made of. */
export function withParts({ kpi, kpis }: Version): Kpi[] {
  const all = new Map<string, Kpi>();
  const visit = (one: Kpi): void => {
    if (all.has(one.id)) return;
    all.set(one.id, one);
    if (one.measure.type !== 'combine') return;
    for (const id of one.measure.parts) {
      const part = kpis.find((other) => other.id === id);
      if (part !== undefined) visit(part);
    }
  };
  visit(kpi);
  return [...all.values()];
}
