import { describe, expect, it } from 'vitest';
import { withheldBecause } from '../../server/jobs/diff-people.ts';
import type { Version } from '../../server/jobs/diff.ts';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { fieldsOf, type KnownField } from '../../server/kpi/fields.ts';
import { isKind, KINDS } from '../../server/event/kinds.ts';
import { digest } from '../kpi/support/plain.ts';

const file = (id: string, measure: string): string => `version: kpi/v1
id: ${id}
name: Drawn
question: How often?
section: On-call
role: outcome
owner: Head of Operations
better: lower
measure:
  ${measure}
`;

/** The first of some KPI files among the others. */
const version = (...measures: readonly string[]): Version => {
  const files = measures.map((measure, index) => ({
    file: `${index}.yaml`,
    text: file(index === 0 ? 'drawn' : `part-${index}`, measure),
  }));
  const { files: read, kpis, problems } = loadCatalogue(files, { digest });
  const kpi = read[0]?.kpi ?? null;
  if (kpi === null) throw new Error(problems.map(({ message }) => message).join('; '));
  return { kpi, kpis: [...kpis.values()] };
};
const counted = (of: string, where: string): string => `count: { of: ${of} }\n  where: ${where}`;
const withheld = (measure: string, before: Version | null = null): string | null => withheldBecause(before, version(measure));

const valueOf = ({ type, values }: KnownField): string => {
  if (values !== null) return values[0] ?? '';
  if (type === 'flag') return 'true';
  if (type === 'number') return '3';
  return type === 'duration' ? '{ at_least: 2 hours }' : 'x';
};

const PERSONAL = Object.keys(KINDS)
  .filter(isKind)
  .filter((kind) => KINDS[kind].isPersonal);
/** What reviewed files may ask about these kinds. */
const REVIEWED = ['during', 'on_shift', 'quality', 'severity', 'over_budget', 'instrument'];

describe('a definition of what people bore that nobody has reviewed', () => {
  it('is evaluated only with conditions on when it was and what came of it; more is refused even where it is reviewed', () => {
    expect(PERSONAL).toContain('interruption');
    const found: Record<'open' | 'withheld', Set<string>> = { open: new Set(), withheld: new Set() };
    for (const kind of PERSONAL) {
      for (const [name, field] of fieldsOf(kind)) {
        if (field.type === 'instant' || field.type === 'instants') continue;
        const measure = counted(KINDS[kind].plural, `{ ${name}: ${valueOf(field)} }`);
        if (field.type === 'person') expect(() => version(measure), name).toThrow(/people/);
        else if (REVIEWED.includes(name)) found[withheld(measure) === null ? 'open' : 'withheld'].add(name);
        else expect(() => version(measure), name).toThrow(/^'.+' could single people out/);
      }
    }
    expect([...found.open].sort()).toEqual(['during', 'on_shift', 'quality', 'severity']);
    expect([...found.withheld].sort()).toEqual(['instrument', 'over_budget']);
  });

  it('may tell hours apart, but not weekends from holidays, which go by the zone of a person', () => {
    const by = (hours: string): boolean => withheld(counted('interruptions', `{ during: ${hours} }`)) === null;
    expect(['business_hours', 'off_hours', 'nights', 'days_off', 'evenings'].map(by)).not.toContain(false);
    expect(['weekends', 'holidays'].map(by)).toEqual([false, false]);
  });

  it('is not evaluated with a condition in any part of it', () => {
    expect(withheld('ratio: { of: interruptions, where: { on_shift: true }, out_of: { during: holidays } }')).toMatch(
      /^This says what people bore or answered, and a condition on 'during' could single one of them out\./,
    );
    expect(withheld('ratio: { of: shifts, where: { over_budget: true }, out_of: { during: nights } }')).toMatch(/'over_budget'/);
    const combined = version(
      'combine: { difference: [part-1, part-2] }',
      counted('interruptions', '{ during: weekends }'),
      'count: { of: interruptions }',
    );
    expect(combined.kpi.isPersonal).toBe(true);
    expect(withheldBecause(null, combined)).toMatch(/'during'/);
  });

  it('may keep the conditions of the one that is measured, as long as both count the same', () => {
    const measured = version(counted('interruptions', '{ during: holidays, severity: 1 }'));
    expect(withheld(counted('interruptions', '{ during: holidays, on_shift: true }'), measured)).toBeNull();
    expect(withheld(counted('interruptions', '{ during: weekends }'), measured)).toMatch(/'during'/);
    expect(withheld(counted('nights', '{ during: holidays }'), measured)).toMatch(/'during'/);
    const harmless = version(counted('pages', '{ is_repeat: true }'));
    expect(harmless.kpi.isPersonal).toBe(false);
    expect(withheld('count: { of: pages, per: 12 hours on call }\n  where: { is_repeat: true }', harmless)).toMatch(
      /'is_repeat'/,
    );
    const ofPages = version(counted('pages', '{ during: holidays }'));
    expect(withheld(counted('interruptions', '{ during: holidays }'), ofPages)).toMatch(/'during'/);
  });

  it('is a matter of people only: what alerts did may be asked about freely', () => {
    expect(withheld(counted('pages', '{ team: search, key: disk full }'))).toBeNull();
    // Hours and zones are those of whoever was paged.
    expect(withheld(counted('pages', '{ during: nights }'))).toMatch(/'during'/);
    expect(withheld(counted('pages', '{ zone: Asia/Singapore }'))).toMatch(/'zone'/);
    expect(withheld(counted('pages', '{ during: nights }'), version(counted('pages', '{ during: nights }')))).toBeNull();
    expect(withheld(counted('alerts', '{ during: nights }'))).toBeNull();
    const load = (where: string): string | null => withheld(`count: { of: pages, per: 12 hours on call }\n  where: ${where}`);
    expect(load('{ is_repeat: true }')).toMatch(/'is_repeat'/);
    expect(load('{ needed_action: false }')).toBeNull();
  });
});
