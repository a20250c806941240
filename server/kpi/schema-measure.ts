import { Type } from 'typebox';
import { PLURALS } from './fields.ts';
import { IdText, Name, SummaryText, closed } from './schema-parts.ts';
import { WhereSchema } from './schema-where.ts';

const KindName = Type.Enum(PLURALS, { title: 'a kind of item', description: 'What is measured, e.g. incidents' });

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
    clock: Type.Optional(
      Type.Enum(['wall', 'business_hours'], {
        description: "Which time counts: all of it, or only business hours of the item's team (default: wall)",
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
  {
    of: KindName,
    growth: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description: 'True for the change over the period: what came into the queue less what left it (default: false)',
      }),
    ),
  },
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
      title: 'a statistic (mean, sum, max, min, first, last, share, or a percentile such as p90)',
      description:
        'How its points in the period become one number. Of a series with a histogram, a percentile and a share (see at_most) are of all single values',
      pattern: '^(mean|sum|max|min|first|last|share|p[1-9][0-9]?([.][0-9]+)?)$',
      examples: ['mean'],
    }),
    at_most: Type.Optional(
      Type.Number({
        title: 'a number',
        description: 'For share: which values are meant, those at or under it; best an edge of the histogram',
        examples: [250],
      }),
    ),
    across: Type.Optional(
      Type.Enum(['sum', 'mean', 'max', 'min'], {
        description:
          'How lines with different dimensions (queues, workloads) become one: for first and last those of each, else all that stand at one moment (default: by the statistic)',
      }),
    ),
  },
  { ...closed, description: 'A metric series', examples: [{ series: 'request-latency', statistic: 'p90' }] },
);
export const SinceSchema = Type.Object(
  { of: KindName },
  { ...closed, description: "Time from the last one to the period's end", examples: [{ of: 'incidents' }] },
);
export const OverlapSchema = Type.Object(
  {
    of: KindName,
    from: Name('The state or date it starts with, e.g. impact_started'),
    to: Name('The state or date it ends with, e.g. restored; what has not ended lasts to the end of the period'),
    once_per: Type.Optional(Name('A field; where items with the same value overlap, their time counts once, e.g. service')),
  },
  {
    ...closed,
    description: 'Time from one moment to another, cut to the period and added up',
    examples: [{ of: 'incidents', from: 'impact_started', to: 'restored', once_per: 'service' }],
  },
);
export const BudgetSchema = Type.Object(
  {
    good: Name('Name of the metric series that counts what went well'),
    valid: Name('Name of the metric series that counts all that should have gone well'),
    objective: Type.String({
      title: 'a percentage',
      description: 'The share that should go well',
      pattern: '^[0-9]+([.][0-9]+)? ?%$',
      examples: ['99.9%'],
    }),
    over: Type.String({
      title: 'a number of days',
      description: "How long before the period's end the budget is for",
      pattern: '^[0-9]+([.][0-9]+)? ?(days?|weeks?|d|w)$',
      maxLength: 20,
      examples: ['28 days'],
    }),
  },
  {
    ...closed,
    description: 'The share of an error budget that is left; below 0% it is overspent',
    examples: [{ good: 'good-requests', valid: 'valid-requests', objective: '99.9%', over: '28 days' }],
  },
);
export const ScoreSchema = Type.Object(
  {
    of: Type.Enum(['feedback'], { title: 'feedback', description: 'Always feedback: answers to a survey' }),
    instrument: Name('Which survey, e.g. shift'),
  },
  {
    ...closed,
    description: 'What people answered in a survey, with the share who did',
    examples: [{ of: 'feedback', instrument: 'shift' }],
  },
);
export const SpreadSchema = Type.Object(
  {
    of: KindName,
    across: Name('The field that names the person who bore it, e.g. responder; people are never named'),
    statistic: Type.Optional(
      Type.Enum(['gini', 'top share'], {
        description: 'The Gini coefficient (0: all alike), or the share of who bore most (default: gini)',
      }),
    ),
  },
  {
    ...closed,
    description: 'How evenly items fell on everyone in the rotation, those with none included',
    examples: [{ of: 'disrupted_hours', across: 'responder' }],
  },
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
  since: SinceSchema,
  overlap: OverlapSchema,
  level: LevelSchema,
  budget: BudgetSchema,
  score: ScoreSchema,
  spread: SpreadSchema,
  combine: CombineSchema,
} as const;
export type MeasureName = keyof typeof MEASURE_SCHEMAS;

export const MeasureSchema = Type.Object(
  {
    duration: Type.Optional(DurationSchema),
    ratio: Type.Optional(RatioSchema),
    count: Type.Optional(CountSchema),
    depth: Type.Optional(DepthSchema),
    age: Type.Optional(AgeSchema),
    since: Type.Optional(SinceSchema),
    overlap: Type.Optional(OverlapSchema),
    level: Type.Optional(LevelSchema),
    budget: Type.Optional(BudgetSchema),
    score: Type.Optional(ScoreSchema),
    spread: Type.Optional(SpreadSchema),
    combine: Type.Optional(CombineSchema),
    where: Type.Optional(
      WhereSchema(
        'Which items are meant, or for a level or budget which points, by their dimensions (for a ratio: use its own where and out_of).',
        'any other name',
      ),
    ),
    counted_in: Type.Optional(Name('The moment that decides which period an item belongs to, e.g. restored')),
    summarise: Type.Optional(
      SummaryText('How durations, ages or scores become one number (default: median, for a score the mean)'),
    ),
  },
  {
    ...closed,
    description: `Exactly one of ${Object.keys(MEASURE_SCHEMAS).join(', ')}; where, counted_in and summarise beside it`,
  },
);
