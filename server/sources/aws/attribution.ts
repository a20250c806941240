import type { FieldValue } from '../../event/event.ts';
import type { Settings } from '../settings.ts';
import { ruleFor, type Names, type Rule } from './rules.ts';

/** What rules of sources.yaml may say of an item. */
export const SAYS: readonly string[] = ['service', 'team', 'severity'];

/** What the service itself tells: by tags, dimensions, operational data. */
export type Told = Readonly<Partial<Record<'service' | 'team' | 'severity', string | undefined>>>;

/** Fields of an item: what a rule says outranks what the service tells, and what neither tells is not said. Null: left out. */
export function attributed(rules: readonly Rule[], names: Names, told: Told): Record<string, FieldValue> | null {
  const rule = ruleFor(rules, names);
  if (rule?.isLeftOut === true) return null;
  const service = textOf(rule?.says['service']) ?? textOf(told.service);
  const team = textOf(rule?.says['team']) ?? textOf(told.team);
  const raw = textOf(told.severity);
  const severity = severityOf(textOf(rule?.says['severity']) ?? raw ?? '');
  return {
    ...(service === null ? {} : { service }),
    ...(team === null ? {} : { team }),
    ...(severity === null ? {} : { severity }),
    ...(raw === null ? {} : { severity_raw: raw }),
  };
}

/** The same apart: what a rule says, null where it leaves out, and what the service tells beside that. */
export function attributedApart(
  rules: readonly Rule[],
  names: Names,
  told: Told,
): { readonly says: Record<string, FieldValue> | null; readonly fields: Record<string, FieldValue> } {
  const says = attributed(rules, names, {});
  const fields = attributed([], names, told) ?? {};
  return { says, fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(says ?? {}, name))) };
}

/** `tags: { service: Service, team: Owner }`: where each is told. Empty where the key is absent, null where it is wrong. */
export function parseWhere(settings: Settings, key: string): Told | null {
  if (!settings.has(key)) return {};
  const section = settings.section(key);
  if (section === null) return null;
  section.expect(SAYS);
  const where = { service: section.text('service'), team: section.text('team'), severity: section.text('severity') };
  if (SAYS.some((name) => section.has(name) && section.text(name) === null)) return null;
  return { service: where.service ?? undefined, team: where.team ?? undefined, severity: where.severity ?? undefined };
}

/** What is told under the names that `where` gives. */
export const toldBy = (where: Told, values: ReadonlyMap<string, string>): Told => ({
  service: values.get(where.service ?? ''),
  team: values.get(where.team ?? ''),
  severity: values.get(where.severity ?? ''),
});

/** Whether nothing is told anywhere. */
export const isNowhere = (where: Told): boolean => Object.values(where).every((name) => name === undefined);

const WORDS: ReadonlyMap<string, number> = new Map([
  ['critical', 1],
  ['high', 2],
  ['medium', 3],
  ['low', 4],
]);

/** `2`, `P2`, `SEV-2`, `high`; null where the word is not known, which is a bucket of its own. */
function severityOf(raw: string): number | null {
  const number = /^(?:sev|p|s)?[- ]?([1-5])$/i.exec(raw)?.[1];
  return number === undefined ? (WORDS.get(raw.toLowerCase()) ?? null) : Number(number);
}

const textOf = (text: string | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};
