import { Type, type Static, type TSchema } from 'typebox';
import { KINDS, isKind } from '../event/kinds.ts';
import { HOUR_CLASSES, PLURALS, fieldsOf } from './fields.ts';

/**
 * The shape of a KPI file: one object that gives the type, the validation (shape.ts), the published
 * JSON Schema and the reference page. `title` is how a value is named in messages, `examples[0]` how to write it.
 */
const closed = { additionalProperties: false } as const;

export const Text = (description: string, maxLength = 200) =>
  Type.String({ title: 'text', description, minLength: 1, maxLength });

const UNITS = 'seconds?|minutes?|hours?|days?|weeks?|s|m|h|d|w';
export const DurationText = (description: string) =>
  Type.String({
    title: 'a duration',
    description,
    pattern: `^[0-9]+([.][0-9]+)? ?(${UNITS})( [0-9]+([.][0-9]+)? ?(${UNITS}))*$`,
    maxLength: 60,
    examples: ['4 hours'],
  });
export const DayText = (description: string) =>
  Type.String({ title: 'a day', description, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['2026-01-31'] });
export const IdText = (description: string, example: string) =>
  Type.String({
    title: 'an id (lower-case words joined by hyphens)',
    description,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    maxLength: 64,
    examples: [example],
  });
const PercentText = (description: string) =>
  Type.String({ title: 'a percentage', description, pattern: '^[0-9]+([.][0-9]+)? ?%$', examples: ['90%'] });
const SummaryText = (description: string) =>
  Type.String({
    title: 'a summary (median, mean, min, max, sum, or a percentile such as p90)',
    description,
    pattern: '^(median|mean|min|max|sum|p[1-9][0-9]?([.][0-9]+)?)$',
    examples: ['median'],
  });
const Name = (description: string) => Type.String({ title: 'a name', description, minLength: 1, maxLength: 100 });

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
    description: 'A value, a list of values, {not: …}, {at_least: …}, {at_most: …} or {matches: …}',
    examples: [[1, 2]],
  },
);
export type ConditionText = Static<typeof ConditionSchema>;

/** Every field that any kind knows; which of them the kind at hand knows is checked by parse-where.ts. */
const allFields = (): string[] =>
  [...new Set(Object.keys(KINDS).flatMap((kind) => (isKind(kind) ? [...fieldsOf(kind).keys()] : [])))].sort();

/** A map of conditions; the field names are listed for editors, and checked against the kind later. */
const WhereSchema = (description: string) =>
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
      { ...closed, description: `${description} All conditions must hold.`, examples: [{ severity: [1, 2] }] },
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
    where: Type.Optional(WhereSchema('Which items are meant (for a ratio: use its own where and out_of).')),
    counted_in: Type.Optional(Name('The moment that decides which period an item belongs to, e.g. restored')),
    summarise: Type.Optional(SummaryText('How durations or ages become one number (default: median)')),
  },
  {
    ...closed,
    description: 'Exactly one of duration, ratio, count, depth, age, level, combine; where, counted_in and summarise beside it',
  },
);

const Value = (description: string) =>
  Type.Optional(
    Type.Union([Type.Number({ title: 'a number' }), Type.String({ title: 'text', minLength: 1, maxLength: 60 })], {
      title: 'a number, a duration or a percentage',
      description,
      examples: ['4 hours'],
    }),
  );
export const TargetSchema = Type.Object(
  {
    at_most: Value('The most it should be: 4 hours, 15%, 20'),
    at_least: Value('The least it should be: 99.9%, 5'),
    every: Type.Enum(['week', 'month', 'quarter'], { description: 'The grain it is meant for' }),
    since: DayText('First day it is in force; the target in force on the last day of a period counts'),
    because: Type.Optional(Text('Who agreed, and why')),
  },
  {
    ...closed,
    description: 'Exactly one of at_most and at_least, with its grain and its first day',
    examples: [{ at_most: '4 hours', every: 'week', since: '2026-01-01' }],
  },
);
export const DividerSchema = Type.Object(
  { on: DayText('Limits are computed anew from this day'), because: Text('What changed') },
  {
    ...closed,
    description: 'A day on which the process changed on purpose',
    examples: [{ on: '2026-03-01', because: 'new rota' }],
  },
);
export const AT_RISK_CAUSES = ['signal against us', 'target missed', 'target missed twice running'] as const;
export const AtRiskSchema = Type.Object(
  {
    when: Type.Array(Type.Enum([...AT_RISK_CAUSES]), { description: 'Any of these', minItems: 1 }),
    runbook: Type.Optional(Text('What to do then: a path or address')),
    escalate_to: Type.Optional(Text('The role to call')),
  },
  { ...closed, description: 'When this number is at risk, and what to do then' },
);
export const UnitSchema = Type.Object(
  {
    type: Type.Enum(['number', 'share', 'count', 'duration'], {
      description: 'How values are read: share is printed in percent, duration is in seconds',
    }),
    label: Type.Optional(Type.String({ title: 'text', description: 'Printed after the number: ms, requests', maxLength: 30 })),
    per_period: Type.Optional(
      Type.Boolean({ title: 'true or false', description: 'True for a total that grows with the length of its period' }),
    ),
  },
  {
    ...closed,
    description: 'How values are read; only for level and combine, the others know their unit',
    examples: [{ type: 'number', label: 'ms' }],
  },
);

export const KpiSchema = Type.Object(
  {
    version: Type.Literal('kpi/v1', { title: 'kpi/v1', description: 'The version of this language', examples: ['kpi/v1'] }),
    id: IdText('Its name in links and commands; never changes', 'time-to-restore'),
    name: Name('Its name on screens'),
    also_called: Type.Optional(Name('Another name people use, e.g. MTTR')),
    question: Text('The question it answers, in one sentence', 300),
    section: Name('The section of the review: Delivery, Incidents, Queues, On-call, Customers, Culture'),
    role: Type.Enum(['outcome', 'input'], {
      description: 'An input is something we control, an outcome is what we want from it',
    }),
    owner: Name('The role that explains it'),
    better: Type.Enum(['lower', 'higher', 'neither'], { description: 'Which way is good; neither: signals read "changed"' }),
    measure: MeasureSchema,
    unit: Type.Optional(UnitSchema),
    also_show: Type.Optional(
      Type.Array(Name('A summary shown beside the value'), {
        description: 'Shown beside the value: [p90, mean]',
        minItems: 1,
        maxItems: 6,
        examples: [['p90']],
      }),
    ),
    slice_by: Type.Optional(
      Type.Array(Name('A field'), {
        description: 'Fields it can be cut by: [team, service]',
        minItems: 1,
        maxItems: 8,
        examples: [['team', 'service']],
      }),
    ),
    targets: Type.Optional(Type.Array(TargetSchema, { description: 'Where we want to be; none: "none set"', maxItems: 30 })),
    baseline: Type.Optional(
      Type.String({
        title: 'a period',
        description: 'The named past we compare with',
        pattern: '^[0-9]{4}(-W(0[1-9]|[1-4][0-9]|5[0-3])|-Q[1-4]|-(0[1-9]|1[0-2]))?$',
        examples: ['2025-Q4'],
      }),
    ),
    when_empty: Type.Optional(
      Type.Enum(['none to measure', 'zero'], {
        description: 'What a period without items reads; zero where nothing happening is a count of 0 (default: none to measure)',
      }),
    ),
    minimum_count: Type.Optional(
      Type.Integer({
        title: 'a whole number from 1',
        description: 'With fewer items a value is shown but not judged (default: 1)',
        minimum: 1,
        maximum: 1_000_000,
        examples: [5],
      }),
    ),
    settles_after: Type.Optional(
      DurationText('How long after its end a period still moves without it being a restatement (default: 3 days)'),
    ),
    limits_from: Type.Optional(DayText('First day whose points may set the process limits')),
    dividers: Type.Optional(
      Type.Array(DividerSchema, { description: 'Days on which the process changed on purpose', maxItems: 50 }),
    ),
    coverage: Type.Optional(
      Type.Object(
        { at_least: PercentText('Share of the period that a series must cover, below it there is no data (default: 90%)') },
        { ...closed, description: 'For level: how much of the period must be covered' },
      ),
    ),
    at_risk: Type.Optional(AtRiskSchema),
  },
  { ...closed, title: 'A KPI', description: 'One KPI of Quarterdeck' },
);
export type KpiText = Static<typeof KpiSchema>;

/** The schema as editors take it (JSON Schema, draft 2020-12). */
export const kpiJsonSchema = (): TSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:quarterdeck:kpi:v1',
  ...KpiSchema,
});
