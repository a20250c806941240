import type { Settings } from '../settings.ts';
import { fits } from './name-rules.ts';

/** What is said of everything whose names fit: its service, its team, its environment. */
export interface Rule {
  /** Names that must fit, each with a pattern of name-rules.ts. */
  readonly when: readonly (readonly [name: string, pattern: string])[];
  readonly says: Readonly<Record<string, string>>;
  /** It is not ours to tell of. */
  readonly isLeftOut: boolean;
}

/** Names of one thing; undefined where it has none. */
export type Names = Readonly<Record<string, string | undefined>>;

/** Fields of which only some words make sense. */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map([['purpose', ['release', 'hotfix', 'rollback']]]);

/**
 * A list such as `applications: [{ application: 'checkout-*', group: prod, service: checkout, environment: production }]`.
 * Without it there are no rules; null where something is wrong, which is reported.
 * @param names that rules go by
 * @param says fields that they set
 */
export function parseRules(settings: Settings, key: string, names: readonly string[], says: readonly string[]): Rule[] | null {
  if (!settings.has(key)) return [];
  const sections = settings.sections(key) ?? [];
  const rules = sections.flatMap((section) => parseRule(section, names, says) ?? []);
  return sections.length > 0 && rules.length === sections.length ? rules : null;
}

function parseRule(section: Settings, names: readonly string[], says: readonly string[]): Rule | null {
  section.expect([...names, ...says, 'leave_out']);
  const known = (list: readonly string[]): [string, string][] =>
    list.flatMap((name) => {
      const text = WORDS.has(name) ? section.oneOf(name, WORDS.get(name) ?? []) : section.text(name);
      return text === null ? [] : [[name, text]];
    });
  const [when, said] = [known(names), known(says)];
  if ([...names, ...says].filter((name) => section.has(name)).length > when.length + said.length) return null;
  const environment = said.find(([name]) => name === 'environment')?.[1] ?? '';
  // Nothing would be wrong, and nothing would ever be counted.
  if (environment !== 'production' && /^(?:prd|prod|live|production)$/i.test(environment))
    return section.fault(
      'environment',
      `KPIs count what is in 'production', not in '${environment}'`,
      'Write environment: production',
    );
  const isLeftOut = section.oneOf('leave_out', ['true', 'false']);
  if (when.length === 0)
    return section.fault(null, 'this rule fits everything', `Say what it is about: ${names.join(', ')} (with * for anything)`);
  if (said.length === 0 && isLeftOut !== 'true')
    return section.fault(null, 'this rule says nothing', `Say ${says.join(', ')}, or leave_out: true`);
  return { when, says: Object.fromEntries(said), isLeftOut: isLeftOut === 'true' };
}

/** The first rule that fits, as they stand; null where none does. */
export const ruleFor = (rules: readonly Rule[], names: Names): Rule | null =>
  rules.find(({ when }) => when.every(([name, pattern]) => fits(pattern, names[name] ?? ''))) ?? null;

/** Whether all that bears a name is left out, whatever its other names are. */
export function isLeftOutByName(rules: readonly Rule[], name: string, value: string): boolean {
  const first = rules.find(({ when }) => when.every(([key, pattern]) => key !== name || fits(pattern, value)));
  return first?.isLeftOut === true && first.when.every(([key]) => key === name);
}
