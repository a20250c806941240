import { Type, type TSchema } from 'typebox';
import { MeasureSchema } from './schema-measure.ts';
import { DayText, DurationText, IdText, Name, PercentText, Text, closed } from './schema-parts.ts';

/**
 * The shape of a KPI file: one object that gives the type, the validation (shape.ts), the published
 * JSON Schema and the reference page. `title` is how a value is named in messages, `examples[0]` how to write it.
 */
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
        pattern: '^[0-9]{4}(-W(0[1-9]|[1-4][0-9]|5[0-3])|-Q[1-4]|-P?(0[1-9]|1[0-2]))?[a-z]?$',
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
        {
          at_least: PercentText(
            'Share of the period that a series must cover, below it there is no data (default: 100% for a sum, else 0%)',
          ),
        },
        { ...closed, description: 'For level: how much of the period must be covered' },
      ),
    ),
    at_risk: Type.Optional(AtRiskSchema),
  },
  { ...closed, title: 'A KPI', description: 'One KPI of Quarterdeck' },
);

/** The schema as editors take it (JSON Schema, draft 2020-12). */
export const kpiJsonSchema = (): TSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:quarterdeck:kpi:v1',
  ...KpiSchema,
});
