import { Type, type Static } from 'typebox';
import { EMPTINESS } from './measurement.ts';
import { Text, closed } from './schema-parts.ts';

const Expected = (description: string) =>
  Type.Union([Type.Number({ title: 'a number' }), Type.String({ title: 'text', minLength: 1, maxLength: 60 })], {
    title: "a value in the KPI's unit",
    description,
    examples: ['6 hours'],
  });
const Count = (description: string) => Type.Integer({ title: 'a whole number', description, minimum: 0, examples: [1] });

export const ExpectSchema = Type.Object(
  {
    value: Type.Optional(Expected('The value: 6 hours, 25%, 3')),
    empty: Type.Optional(Type.Enum([...EMPTINESS], { description: 'Why there is no value' })),
    count: Type.Optional(Count('How many items made the value')),
    excluded: Type.Optional(
      Type.Record(Type.String(), Count('How many'), {
        description: 'What was left out, by reason; {} when nothing',
        examples: [{ 'still open': 1 }],
      }),
    ),
    also: Type.Optional(
      Type.Record(Type.String(), Type.Union([Expected('A value beside'), Type.Null()]), {
        description: 'Values shown beside: {p90: 5 hours}',
        examples: [{ p90: '5 hours' }],
      }),
    ),
  },
  { ...closed, description: 'What must come out', examples: [{ value: '6 hours', count: 1 }] },
);

export const CaseSchema = Type.Object(
  {
    it: Text('What the case shows, as a sentence', 300),
    period: Type.String({
      title: 'a period',
      description: 'The period that is measured',
      minLength: 4,
      maxLength: 20,
      examples: ['2026-W10'],
    }),
    scope: Type.Optional(
      Type.String({
        title: 'a scope',
        description: 'Default: organisation',
        pattern: '^(organisation|(team|service):[a-z0-9]+(-[a-z0-9]+)*)$',
        examples: ['team:payments'],
      }),
    ),
    known_at: Type.Optional(
      Type.String({
        title: 'an instant',
        description: 'The present of the case (default: long after the period)',
        maxLength: 40,
        examples: ['2026-03-20T00:00Z'],
      }),
    ),
    organisation: Type.Optional(
      Type.Unknown({ description: 'Keys of organisation.yaml that differ: zone, week_starts, hours, teams, services' }),
    ),
    events: Type.Optional(
      Type.Array(Type.Unknown(), {
        description: 'What happened, a row an item; several rows of one item add up',
        maxItems: 1000,
      }),
    ),
    samples: Type.Optional(Type.Array(Type.Unknown(), { description: 'Points of metric series', maxItems: 1000 })),
    expect: ExpectSchema,
  },
  { ...closed, description: 'One case' },
);
export const CaseListSchema = Type.Array(CaseSchema, {
  description: 'Cases of one KPI',
  minItems: 1,
  maxItems: 500,
  examples: [['it: …']],
});
export type CaseText = Static<typeof CaseSchema>;

/** `{ series: request-latency, at: 2026-03-02T00:00Z, value: 210 }`, or many: from, until, every instead of at. */
export const SampleSchema = Type.Object(
  {
    series: Text('Name of the series', 100),
    statistic: Type.Optional(Text('What each point is (default: average)', 20)),
    dimensions: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Dimensions: {team: payments}',
        examples: [{ team: 'payments' }],
      }),
    ),
    at: Type.Optional(Text('When, for one point', 40)),
    from: Type.Optional(Text('When the first of many was', 40)),
    until: Type.Optional(Text('The first instant without a point', 40)),
    every: Type.Optional(Text('Time between points', 40)),
    value: Type.Number({ title: 'a number', description: 'The value of each', examples: [210] }),
  },
  { ...closed, description: 'One point, or a row of equal ones' },
);
