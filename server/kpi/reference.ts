import { Type, type TSchema } from 'typebox';
import { KINDS, isKind, type Kind } from '../event/kinds.ts';
import { fieldsOf, instantsOf, pluralWords } from './fields.ts';
import { KpiSchema } from './schema.ts';
import { MEASURE_SCHEMAS, MeasureSchema } from './schema-measure.ts';

/** The reference page of KPI files as Markdown, made from the schema and the table of kinds. */
export const kpiReference = (): string =>
  [
    '# KPI files',
    'One KPI a file, in YAML. This page is made from the schema that checks the files (`server/kpi/schema.ts`).',
    '## Keys',
    tableOf(KpiSchema),
    '## measure',
    `${textOf(MeasureSchema, 'description')}.`,
    tableOf(MeasureSchema),
    ...Object.entries(MEASURE_SCHEMAS).flatMap(([name, schema]) => [
      `### ${name}`,
      `${textOf(schema, 'description')}: \`${name}: ${exampleOf(schema)}\``,
      tableOf(schema),
    ]),
    '## Keys with keys of their own',
    ...(['unit', 'targets', 'dividers', 'coverage', 'at_risk'] as const).flatMap((name) => {
      const schema = KpiSchema.properties[name];
      const inner = Type.IsArray(schema) ? schema.items : schema;
      return [`### ${name}`, `${textOf(inner, 'description')}.`, tableOf(inner)];
    }),
    '## Conditions',
    conditions,
    '## Conditions beside a level or a budget',
    levelConditions,
    '## Kinds, their fields and moments',
    'Fields can stand in `where`; moments in `from`, `to` and `counted_in`. Fields of a linked item are written with a dot.',
    ...Object.keys(KINDS)
      .filter(isKind)
      .flatMap((kind) => [`### ${KINDS[kind].plural}`, kindLines(kind)]),
  ].join('\n\n') + '\n';

const conditions = `All conditions of a \`where\` must hold.

| write | means |
| --- | --- |
| \`type: question\` | is that value |
| \`severity: [1, 2]\` | is one of these |
| \`cause: { not: network }\` | is set to something else, or not set |
| \`runbook: set\`, \`merged_into: not set\` | has a value, has none |
| \`severity: { at_most: 2 }\`, \`{ at_least: 3 }\` | a bound; durations for fields that hold one (\`working: { at_most: 4 hours }\`) |
| \`key: { matches: '^disk' }\` | the text holds this pattern (RE2 syntax) |
| \`during: off_hours\` | fell into these hours on the clock of the person it reached |
| \`overdue: true\` | is still open and was due before the moment that is judged (for depth and age: the period's end) |`;

const levelConditions = `A \`where\` beside \`level\` or \`budget\` chooses points by their dimensions, as the source delivers them. Any name can be a dimension,
and all of them are text: values, lists, \`not\`, \`matches\`, \`set\` and \`not set\` apply, bounds do not. \`during\` asks for hours on
the organisation's clock.

\`\`\`yaml
measure:
  level: { series: page-views, statistic: sum }
  where: { country: US, tier: { not: [free, trial] } }
\`\`\``;

const kindLines = (kind: Kind): string => {
  const fields = [...fieldsOf(kind)].filter(
    ([name, { type }]) => !name.includes('.') && !['instant', 'instants', 'person'].includes(type),
  );
  const named = fields.map(([name, { values }]) =>
    values === null || name === 'during' ? `\`${name}\`` : `\`${name}\` (${values.join(', ')})`,
  );
  const moments = instantsOf(kind).filter((name) => !name.includes('.'));
  const links = [
    ...new Set([...fieldsOf(kind).keys()].filter((name) => name.includes('.')).map((name) => name.slice(0, name.indexOf('.')))),
  ];
  const counted = `${pluralWords(kind)} are counted in \`${KINDS[kind].countedIn}\` unless the file says otherwise`;
  return [
    `- Fields: ${named.join(', ')}`,
    `- Moments: ${moments.map((name) => `\`${name}\``).join(', ')}; ${counted}`,
    ...(links.length === 0 ? [] : [`- Linked: ${links.map((link) => `\`${link}.…\``).join(', ')}`]),
    ...(KINDS[kind].isPersonal ? ['- Personal: shown for groups of five or more only'] : []),
  ].join('\n');
};

const textOf = (schema: TSchema, key: 'title' | 'description'): string => {
  const value: unknown = Reflect.get(schema, key);
  return typeof value === 'string' ? value : '';
};

const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${flow(item)}`)
    .join(', ')} }`;
};

const exampleOf = (schema: TSchema): string => {
  const examples: unknown = Reflect.get(schema, 'examples');
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return first === undefined ? '' : flow(first);
};

const valuesOf = (schema: TSchema): string => {
  if (Type.IsEnum(schema))
    return schema.enum.length > 8 ? 'a kind, see below' : schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const example = exampleOf(schema);
  return example === '' ? textOf(schema, 'title') : `\`${example}\``;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const tableOf = (schema: TSchema): string => {
  if (!Type.IsObject(schema)) return '';
  const required = new Set<string>(schema.required ?? []);
  const rows = Object.entries(schema.properties).map(
    ([name, inner]) =>
      `| \`${name}\`${required.has(name) ? ' (needed)' : ''} | ${cell(textOf(inner, 'description'))} | ${cell(valuesOf(inner))} |`,
  );
  return ['| key | is | values, or an example |', '| --- | --- | --- |', ...rows].join('\n');
};
