import { Type, type Static } from 'typebox';
import { KINDS, isKind } from '../event/kinds.ts';
import { HOUR_CLASSES, PLURALS, fieldsOf } from './fields.ts';
import { DurationText, IdText, Name, SummaryText, closed } from './schema-parts.ts';

const KindName = Type.Enum(PLURALS, { title: 'a kind of item', description: 'What is measured, e.g. incidents' });

const Scalar = Type.Union(
  [Type.String({ title: 'text', maxLength: 200 }), Type.Number({ title: 'a number' }), Type.Boolean({ title: 'true or false' })],
  { title: 'a value', description: 'Text, a number, true or false' },
);
const Values = Type.Union([Scalar, Type.Array(Scalar, { title: 'a list of values', minItems: 1, maxItems: 200 })], {
  title: 'a value or a list of values',
  description: 'A value, or a list of which any may hold',
});
const Bound = Type.Union([Type.Number({ title: 'a number' }), DurationText('A duration, for fields that hold one')], {
  title: 'a number or a duration',
  description: 'A number, or a duration for fields that hold one',
});
const Pattern = Type.String({
  title: 'a pattern',
  description: 'A regular expression (RE2 syntax, found anywhere in the text)',
  minLength: 1,
  maxLength: 200,
});

export const ConditionSchema = Type.Union(
  [
    Values,
    Type.Object(
      { not: Type.Union([Values, Type.Object({ matches: Pattern }, closed)], { description: 'None of these' }) },
      closed,
    ),
    Type.Object({ at_least: Bound }, closed),
    Type.Object({ at_most: Bound }, closed),
    Type.Object({ matches: Pattern }, closed),
  ],
  {
    title: 'a condition',
    description:
      'A value, a list of values, {not: …}, {at_least: …}, {at_most: …} or {matches: …}; for names also set and not set',
    examples: [[1, 2]],
  },
);
export type ConditionText = Static<typeof ConditionSchema>;

/** Every field that any kind knows; which of them the kind at hand knows is checked by parse-where.ts. */
const allFields = (): string[] =>
  [...new Set(Object.keys(KINDS).flatMap((kind) => (isKind(kind) ? [...fieldsOf(kind).keys()] : [])))].sort();

/**
 * A map of conditions; the field names are listed for editors, and checked against the kind later.
 * `others`: whether it may also stand beside a metric series, whose dimensions have any name.
 */
const WhereSchema = (description: string, others: 'any other name' | 'no other name' = 'no other name') =>
  Type.Unsafe<Record<string, ConditionText>>(
    Type.Object(
      Object.fromEntries(
        allFields().map((name) => [
          name,
          name === 'during'
            ? Type.Optional(
                Type.Enum([...HOUR_CLASSES], { description: 'The hours it fell into, on the clock of the person it reached' }),
              )
            : Type.Optional(ConditionSchema),
        ]),
      ),
      {
        additionalProperties: others === 'any other name' ? ConditionSchema : false,
        description: `${description} All conditions must hold.`,
        examples: [{ severity: [1, 2] }],
      },
    ),
  );

export const DurationSchema = Type.Object(
  {
    of: KindName,
    from: Name('The state or date it starts with, e.g. opened'),
    to: Name('The state or date it ends with, e.g. restored'),
    excluding: Type.Optional(
      Type.Array(Name('A state'), {
        description: 'States whose time is left out, e.g. [on_hold]',
        minItems: 1,
        examples: [['on_hold']],
      }),
    ),
  },
  {
    ...closed,
    description: 'Time from one moment to another, summarised over items',
    examples: [{ of: 'incidents', from: 'opened', to: 'restored' }],
  },
);
export const RatioSchema = Type.Object(
  {
    of: KindName,
    where: WhereSchema('Which items make the upper number.'),
    out_of: Type.Optional(WhereSchema('Which items make the lower number; all of the kind when left out.')),
  },
  {
    ...closed,
    description: 'The share of items that meet a condition',
    examples: [{ of: 'deployments', where: { outcome: 'failed' } }],
  },
);
export const CountSchema = Type.Object(
  {
    of: KindName,
    per: Type.Optional(
      Type.Enum(['day', '12 hours on call'], {
        description: 'Divide by the days of the period, or by the time people were on call',
      }),
    ),
  },
  { ...closed, description: 'How many', examples: [{ of: 'incidents' }] },
);
export const DepthSchema = Type.Object(
  { of: KindName },
  { ...closed, description: "How many were open at the period's end", examples: [{ of: 'tickets' }] },
);
export const AgeSchema = Type.Object(
  {
    of: KindName,
    since: Type.Optional(
      Type.Enum(['first opened', 'last opened'], {
        description: 'Where the age of a reopened item starts (default: first opened)',
      }),
    ),
  },
  { ...closed, description: "How old those are that were open at the period's end", examples: [{ of: 'tickets' }] },
);
export const LevelSchema = Type.Object(
  {
    series: Name('Name of a metric series, as a source delivers it'),
    statistic: Type.String({
      title: 'a statistic (mean, sum, max, min, first, last, or a percentile such as p90)',
      description: 'How its points in the period become one number',
      pattern: '^(mean|sum|max|min|first|last|p[1-9][0-9]?([.][0-9]+)?)$',
      examples: ['mean'],
    }),
  },
  { ...closed, description: 'A metric series', examples: [{ series: 'request-latency', statistic: 'p90' }] },
);
const Parts = (description: string, maxItems: number) =>
  Type.Optional(
    Type.Array(IdText('Id of a KPI', 'good-requests'), {
      title: 'a list of KPI ids',
      description,
      minItems: 2,
      maxItems,
      examples: [['good-requests', 'valid-requests']],
    }),
  );
export const CombineSchema = Type.Object(
  {
    divide: Parts('The first divided by the second', 2),
    difference: Parts('The first minus the second', 2),
    sum: Parts('All added up', 20),
    product: Parts('All multiplied', 20),
  },
  {
    ...closed,
    description: 'A number made of other KPIs; exactly one of divide, difference, sum, product',
    examples: [{ divide: ['good-requests', 'valid-requests'] }],
  },
);

export const MEASURE_SCHEMAS = {
  duration: DurationSchema,
  ratio: RatioSchema,
  count: CountSchema,
  depth: DepthSchema,
  age: AgeSchema,
  level: LevelSchema,
  combine: CombineSchema,
} as const;
export type MeasureName = keyof typeof MEASURE_SCHEMAS;

/** Measures of the language that a later version reads. */
export const LATER_MEASURES: readonly string[] = ['since', 'overlap', 'budget', 'score', 'spread'];

export const MeasureSchema = Type.Object(
  {
    duration: Type.Optional(DurationSchema),
    ratio: Type.Optional(RatioSchema),
    count: Type.Optional(CountSchema),
    depth: Type.Optional(DepthSchema),
    age: Type.Optional(AgeSchema),
    level: Type.Optional(LevelSchema),
    combine: Type.Optional(CombineSchema),
    where: Type.Optional(
      WhereSchema(
        'Which items are meant, or for a level which points, by their dimensions (for a ratio: use its own where and out_of).',
        'any other name',
      ),
    ),
    counted_in: Type.Optional(Name('The moment that decides which period an item belongs to, e.g. restored')),
    summarise: Type.Optional(SummaryText('How durations or ages become one number (default: median)')),
  },
  {
    ...closed,
    description: 'Exactly one of duration, ratio, count, depth, age, level, combine; where, counted_in and summarise beside it',
  },
);
