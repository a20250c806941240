import { DERIVED_FIELDS } from '../event/derived-fields.ts';
import { LINKS } from '../event/links.ts';
import { COMMON_FIELDS, KINDS, STATES, isKind, type FieldType, type Kind, type KindShape } from '../event/kinds.ts';

/** What a KPI may say about one field of a kind. */
export interface KnownField {
  readonly type: FieldType | 'state' | 'hour class' | 'duration';
  /** Its values, where the list is closed. */
  readonly values: readonly string[] | null;
  /** How it is said in a sentence. */
  readonly words: string;
}

/** Derived numbers that are seconds: conditions on them are durations. */
const isSeconds = (name: string): boolean => name === 'harm' || name === 'working' || name.endsWith('_within');

export const HOUR_CLASSES = ['business_hours', 'evenings', 'nights', 'weekends', 'holidays', 'days_off', 'off_hours'] as const;

const CLOSED_VALUES: Readonly<Record<string, readonly string[]>> = {
  'deployment.outcome': ['succeeded', 'failed', 'cancelled'],
  'deployment.purpose': ['release', 'hotfix', 'rollback'],
  'session.outcome': ['completed', 'stopped', 'halted'],
  'night.quality': ['quiet', 'broken', 'lost'],
  'session.type': ['retrospective', 'incident review', 'game day'],
};

/** Field names that do not read well with their underscores replaced. */
const WORDS: Readonly<Record<string, string>> = {
  caused_by: 'the deployment that caused it',
  impact_started: 'impact started',
  first_response: 'first response',
  severity_raw: 'severity as the source wrote it',
  harm: 'time in harm',
  working: 'time in progress',
  within_due: 'resolved by its due time',
  repeats_within: 'time since the one before it that it repeats',
  reviewed_within: 'time until it was reviewed',
  reopened_within: 'time until it was reopened',
  reached_within: 'time until somebody was reached',
  over_budget: 'over budget',
  may_have_failed: 'may have failed',
  zone: 'time zone',
};

const known = (type: KnownField['type'], name: string, values: readonly string[] | null = null): KnownField => ({
  type,
  values,
  words: WORDS[name] ?? name.replaceAll('_', ' '),
});

const shapeOf = (kind: Kind): KindShape => KINDS[kind];

const remembered = new Map<Kind, ReadonlyMap<string, KnownField>>();

/** Everything a condition may name for a kind, own fields first. */
export const fieldsOf = (kind: Kind): ReadonlyMap<string, KnownField> => {
  const found = remembered.get(kind) ?? makeFields(kind);
  remembered.set(kind, found);
  return found;
};

const makeFields = (kind: Kind): ReadonlyMap<string, KnownField> => {
  const fields = new Map<string, KnownField>();
  const shape = shapeOf(kind);
  if (shape.hasStates) fields.set('state', { type: 'state', values: STATES, words: 'state' });
  for (const [name, type] of Object.entries(shape.fields))
    fields.set(name, known(type, name, CLOSED_VALUES[`${kind}.${name}`] ?? null));
  for (const [name, { type }] of Object.entries(DERIVED_FIELDS[kind] ?? {})) {
    fields.set(name, known(type === 'number' && isSeconds(name) ? 'duration' : type, name));
  }
  if (shape.hasStates && Object.hasOwn(shape.fields, 'due')) fields.set('overdue', known('flag', 'overdue'));
  for (const [name, type] of Object.entries(COMMON_FIELDS)) fields.set(name, known(type, name));
  for (const [link, target] of Object.entries(LINKS[kind] ?? {})) {
    const linked = { ...shapeOf(target).fields, ...COMMON_FIELDS };
    for (const [name, type] of Object.entries(linked)) {
      const words = `${WORDS[name] ?? name.replaceAll('_', ' ')} of ${WORDS[link] ?? `its ${link}`}`;
      fields.set(`${link}.${name}`, { type, values: CLOSED_VALUES[`${target}.${name}`] ?? null, words });
    }
  }
  fields.set('during', { type: 'hour class', values: HOUR_CLASSES, words: 'hours' });
  return fields;
};

/** Everything that has an instant for a kind: its states, its dates, and the dates of what it links to. */
export const instantsOf = (kind: Kind): readonly string[] => {
  const shape = shapeOf(kind);
  const derived = Object.entries(DERIVED_FIELDS[kind] ?? {}).filter(([, { type }]) => type === 'instant');
  const linked = Object.entries(LINKS[kind] ?? {}).flatMap(([link, target]) =>
    [...(shapeOf(target).hasStates ? STATES : []), ...instantFields(target)].map((name) => `${link}.${name}`),
  );
  return [...(shape.hasStates ? STATES : []), ...instantFields(kind), ...derived.map(([name]) => name), ...linked];
};

const instantFields = (kind: Kind): string[] =>
  Object.entries(shapeOf(kind).fields)
    .filter(([, type]) => type === 'instant')
    .map(([name]) => name);

/** Fields whose values may cut a number into slices: short lists of names, never people. */
export const slicesOf = (kind: Kind): readonly string[] =>
  [...fieldsOf(kind)]
    .filter(([name, field]) => (field.type === 'code' || field.type === 'flag' || name === 'severity') && !name.includes('.'))
    .map(([name]) => name)
    .filter((name) => !['zone', 'severity_raw', 'merged_into', 'alert', 'overdue'].includes(name))
    .sort((left, right) => Number(right in COMMON_FIELDS) - Number(left in COMMON_FIELDS));

/** The kind behind a plural as KPI files write it (`incidents`), or null. */
export const kindOfPlural = (plural: string): Kind | null => {
  for (const kind of Object.keys(KINDS)) if (isKind(kind) && KINDS[kind].plural === plural) return kind;
  return null;
};

export const PLURALS: readonly string[] = Object.values(KINDS).map((shape) => shape.plural);

/** How a collection is said in a sentence: `disrupted hours`. */
export const pluralWords = (kind: Kind): string => KINDS[kind].plural.replaceAll('_', ' ');
