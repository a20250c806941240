import { Type, type Static } from 'typebox';
import { Judgement, KpiCardSchema, LimitsSchema, PointSchema, SignalSchema, TargetSchema } from './schema.ts';

/** On-call health of a team or the organisation over a quarter, as it travels: finished words and numbers. */
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const options = { additionalProperties: false } as const;

export const FigureSchema = Type.Object(
  {
    text: Type.String({ description: '31, 1.8, 41%, hidden' }),
    value: nullable(Type.Number({ description: "In the KPI's unit" })),
    rate: nullable(Type.String({ description: 'Of a total, what it comes to a week: 4.8 a week' })),
    count: Type.Integer({ description: 'Items behind it' }),
    span: Type.String({ description: 'The days it is told of: October 2026; July to September 2026' }),
    emptiness: nullable(Type.String()),
  },
  options,
);
export type Figure = Static<typeof FigureSchema>;

export const OnCallMeasureSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    question: Type.String(),
    now: FigureSchema,
    before: FigureSchema,
    change: Type.String({ description: '+31%, 5.8 a week, was 1.2; empty where there is nothing to compare' }),
    target: nullable(Type.String({ description: '≤ 2 each week' })),
    judgement: Judgement,
  },
  options,
);
export type OnCallMeasure = Static<typeof OnCallMeasureSchema>;

export const OnCallSeriesSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    unit: KpiCardSchema.properties.unit,
    grain: Type.Union([Type.Literal('week'), Type.Literal('month'), Type.Literal('quarter')]),
    points: Type.Array(PointSchema, { description: 'Oldest first; `drawn` is the value of the whole period' }),
    limits: nullable(LimitsSchema),
    target: nullable(TargetSchema),
    signals: Type.Array(SignalSchema, { description: 'Within the points' }),
    beyond: Type.Array(Type.String(), { description: 'Periods beyond a limit, on the side that is against us' }),
    text: Type.String({ description: 'What it says, in a sentence or two' }),
    judgement: Judgement,
    isListed: Type.Boolean({ description: 'Its items may be listed: it says what alerts did, not what people bore' }),
  },
  options,
);
export type OnCallSeries = Static<typeof OnCallSeriesSchema>;

export const NightsSchema = Type.Object(
  {
    series: OnCallSeriesSchema,
    lost: Type.Array(nullable(Type.Integer()), {
      description: 'For each point of the series, how many of its broken nights were lost: three or more disrupted hours',
    }),
  },
  options,
);

export const HourMapSchema = Type.Object(
  {
    text: Type.String({ description: 'When it happens: Tue 14:00 to 15:00 most often, 9 of 115 pages …' }),
    hidden: nullable(Type.String({ description: 'Why there is no map' })),
    span: Type.String({ description: 'The days it is of' }),
    days: Type.Array(Type.String(), { description: 'Mon to Sun, from the first day of the week' }),
    counts: Type.Array(Type.Array(Type.Integer(), { description: '24, from midnight' }), {
      description: 'Pages by day and hour on the clock of whoever was paged; empty where hidden',
    }),
    total: Type.Integer(),
    most: Type.Integer(),
  },
  options,
);
export type HourMap = Static<typeof HourMapSchema>;

export const LoudAlertsSchema = Type.Object(
  {
    text: Type.String({ description: '3 alerts = 61% of pages (140 of 228), and 44% of those answered needed no action' }),
    span: Type.String(),
    period: Type.String({ description: 'Of its evidence' }),
    pages: Type.Integer(),
    alerts: Type.Integer({ description: 'How many different ones there were' }),
    rows: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          service: nullable(Type.String()),
          pages: Type.Integer(),
          share: Type.Number(),
          shareText: Type.String(),
          repeats: Type.Integer({ description: 'Of them within 24 hours of the same alert' }),
          answered: Type.Integer({ description: 'Pages whose answer says whether action was needed' }),
          noAction: Type.Integer({ description: 'Of those answered, needed none' }),
        },
        options,
      ),
    ),
    others: Type.Integer({ description: 'Pages of all other alerts' }),
  },
  options,
);
export type LoudAlerts = Static<typeof LoudAlertsSchema>;

export const FairnessSchema = Type.Object(
  {
    text: Type.String(),
    span: Type.String(),
    gini: nullable(Type.Number()),
    chance: nullable(Type.Number({ description: 'What equal chance alone would give' })),
    timeOnCall: nullable(Type.Number({ description: 'Gini of time on call' })),
    isJudged: Type.Boolean({ description: 'False under five disrupted hours a head' }),
    judgement: Judgement,
    quarters: Type.Array(PointSchema),
  },
  options,
);
export type Fairness = Static<typeof FairnessSchema>;

export const OnCallSchema = Type.Object(
  {
    organisation: Type.String(),
    scope: Type.Object({ id: Type.String(), label: Type.String() }, options),
    teams: Type.Array(Type.Object({ id: Type.String({ description: 'As in the address' }), label: Type.String() }, options)),
    period: Type.Object(
      {
        id: Type.String({ description: '2026-Q4' }),
        label: Type.String({ description: 'Q4 2026' }),
        days: Type.String({ description: '1 Oct – 15 Nov 2026' }),
        isRunning: Type.Boolean(),
        state: Type.String({ description: 'quarter to date, up to 15 Nov 2026' }),
        previous: nullable(Type.String()),
        next: nullable(Type.String()),
      },
      options,
    ),
    before: Type.String({ description: 'What it is compared with: Q3 2026' }),
    people: nullable(Type.String({ description: '8 people in the rotation; five or more on call in each span told' })),
    verdict: Type.String({ description: 'One or two sentences: where the load goes, how much, against what' }),
    judgement: Judgement,
    rising: Type.Array(Type.Object({ id: Type.String({ description: 'As in the address' }), label: Type.String() }, options), {
      description:
        "Of the organisation: teams in which a signal of their own that still stands says that load rises, by name; of a team's page none",
    }),
    told: Type.String({ description: 'By which spans what people bore is told here, and why' }),
    load: nullable(OnCallSeriesSchema),
    pages: nullable(OnCallSeriesSchema),
    nights: nullable(NightsSchema),
    hours: HourMapSchema,
    alerts: nullable(LoudAlertsSchema),
    fairness: nullable(FairnessSchema),
    measures: Type.Array(OnCallMeasureSchema),
    trends: Type.Array(OnCallSeriesSchema),
    hidden: Type.Array(
      Type.Object({ what: Type.String(), why: Type.String() }, { ...options, description: 'What is hidden, and why' }),
    ),
    missing: Type.Array(Type.String(), { description: 'KPIs of the standard pack that the folder does not have' }),
    sources: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), text: Type.String() }, options), {
      description: 'Those behind these numbers that are stale or failing',
    }),
    watermark: Type.Integer(),
    measuredAt: nullable(Type.String()),
  },
  options,
);
export type OnCallHealth = Static<typeof OnCallSchema>;
