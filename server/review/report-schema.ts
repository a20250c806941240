import { Type, type Static } from 'typebox';
import { BlockSchema } from './prose.ts';
import { Judgement } from './schema.ts';
import { ActionSchema, CommentSchema, NARRATIVE_SLOTS } from './talk.ts';

/** The quarterly health report as it travels: finished words and numbers, nothing left to compute but pixels. */
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const options = { additionalProperties: false } as const;

const AmountSchema = Type.Object(
  {
    period: Type.String({ description: 'Period id: 2026-Q3' }),
    label: Type.String({ description: 'Q3 2026' }),
    value: nullable(Type.Number({ description: "In the KPI's unit: seconds, share 0–1, number" })),
    text: Type.String({ description: '4.4 h, 12%, hidden' }),
    count: Type.Integer(),
    emptiness: nullable(Type.String()),
    flags: Type.Array(Type.String()),
    revision: nullable(Type.Integer({ description: 'Null: a live value that has not settled' })),
  },
  options,
);
export type Amount = Static<typeof AmountSchema>;

export const Outlook = Type.Union([
  Type.Literal('will'),
  Type.Literal('may'),
  Type.Literal('will not'),
  Type.Literal('cannot be told'),
]);
export type Outlook = Static<typeof Outlook>;

const TrendSchema = Type.Object(
  {
    grain: Type.Union([Type.Literal('week'), Type.Literal('month'), Type.Literal('quarter')]),
    points: Type.Array(
      Type.Object(
        {
          period: Type.String(),
          label: Type.String({ description: 'Short: W38, Sep' }),
          title: Type.String(),
          value: nullable(Type.Number()),
          text: Type.String(),
          isOpen: Type.Boolean({ description: 'Running, unsettled or stale' }),
          isInQuarter: Type.Boolean(),
          tone: Judgement,
        },
        options,
      ),
    ),
    limits: Type.Array(
      Type.Object(
        {
          from: Type.String(),
          to: Type.String(),
          mean: Type.Number(),
          lower: nullable(Type.Number()),
          upper: nullable(Type.Number()),
        },
        options,
      ),
      { description: 'Where the value itself is judged, in the unit and at the grain of the points' },
    ),
    target: nullable(Type.Number({ description: 'Only where it is set for this grain, or holds for any' })),
    targetText: Type.String(),
    latest: Type.String({ description: 'The last value there is, as people say it' }),
    text: Type.String({ description: 'What the picture shows, in words' }),
  },
  options,
);
export type ReportTrend = Static<typeof TrendSchema>;

export const FigureSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    alsoCalled: nullable(Type.String()),
    question: Type.String(),
    section: Type.String(),
    role: Type.Union([Type.Literal('outcome'), Type.Literal('input')]),
    owner: Type.String(),
    better: Type.Union([Type.Literal('lower'), Type.Literal('higher'), Type.Literal('neither')]),
    unit: Type.Object({ type: Type.String(), label: Type.String() }, options),
    now: AmountSchema,
    previous: AmountSchema,
    yearBefore: AmountSchema,
    months: Type.Array(AmountSchema, { description: 'Those that end in the quarter' }),
    change: Type.String({ description: 'Against the quarter before: +31%; 3, was 1' }),
    yearChange: Type.String(),
    target: nullable(
      Type.Object(
        {
          value: Type.Number({ description: 'For the quarter: totals scaled by days' }),
          text: Type.String({ description: '≤ 4 h' }),
          every: Type.String({ description: 'Of a total the target as it is set: 25 a week; else empty' }),
          isMet: nullable(Type.Boolean({ description: 'null: cannot be told' })),
          stand: Type.String({ description: 'met, missed, runs until 31 Dec, cannot be told' }),
          kept: Type.String({ description: 'in 11 of 13 weeks; empty where the quarter itself is the grain' }),
        },
        options,
      ),
    ),
    move: Type.Object(
      {
        judgement: Judgement,
        word: Type.String({ description: 'better, worse, one week better, routine, not judged' }),
        isLasting: Type.Boolean({ description: 'More than one point beyond a limit' }),
        text: Type.String({ description: '8 weeks in a row below the mean of 12%: week 22 to week 29' }),
      },
      { ...options, description: 'Whether it moved beyond noise in the quarter, by the limits of the weekly review' },
    ),
    forecast: nullable(
      Type.Object(
        {
          is: Outlook,
          until: Type.String(),
          text: Type.String(),
          why: Type.String({
            description: 'The text without its verdict: a routine week lies between 1 h and 4.2 h, on both sides of ≤ 4 h',
          }),
        },
        options,
      ),
    ),
    trend: TrendSchema,
    notes: Type.Array(Type.Integer(), { description: 'Numbers of the footnotes that concern it' }),
  },
  options,
);
export type Figure = Static<typeof FigureSchema>;

const CheckSchema = Type.Object(
  {
    is: Type.Union([Type.Literal('differs'), Type.Literal('unknown'), Type.Literal('no value')]),
    said: Type.String({ description: 'What the text says: 4.2 h' }),
    kpi: nullable(Type.String()),
    text: Type.String({ description: 'The text says 4.2 h, the snapshot says 4.4 h (Time to restore service).' }),
    fix: Type.String(),
  },
  options,
);
export type Check = Static<typeof CheckSchema>;

export const NarrativeSchema = Type.Object(
  {
    slot: Type.Enum([...NARRATIVE_SLOTS]),
    title: Type.String(),
    entry: nullable(Type.Integer({ description: 'Null where nobody has written it yet' })),
    revision: nullable(Type.Integer()),
    author: nullable(Type.String()),
    at: nullable(Type.String()),
    text: Type.String({ description: 'Markdown with {facts}, to be edited' }),
    blocks: Type.Array(BlockSchema, { description: 'With the facts as the snapshots have them now' }),
    facts: Type.Array(Type.Object({ ref: Type.String(), text: Type.String(), title: Type.String() }, options)),
    checks: Type.Array(CheckSchema, { description: 'Numbers in the text that are not the snapshot’s' }),
  },
  options,
);
export type Narrative = Static<typeof NarrativeSchema>;

const MovedSchema = Type.Object(
  {
    kpi: Type.String(),
    judgement: Judgement,
    lead: Type.String({ description: 'Better: 9.1%, was 12% in Q2 2026' }),
    text: Type.String(),
    comments: Type.Array(CommentSchema),
    actions: Type.Array(ActionSchema),
  },
  options,
);
export type Moved = Static<typeof MovedSchema>;

const RiskSchema = Type.Object(
  {
    kpi: Type.String(),
    why: Type.String({ description: 'Missed in Q3 2026, in 9 of 13 weeks' }),
    trend: Type.String(),
    forecast: nullable(Type.String()),
    calls: Type.String({ description: 'Owner, runbook, who decides' }),
  },
  options,
);
export type Risk = Static<typeof RiskSchema>;

const PartSchema = Type.Object(
  {
    charts: Type.Array(Type.String(), { description: 'KPI ids with a picture of their own' }),
    rest: Type.Array(Type.String()),
    hidden: Type.Array(Type.String(), { description: 'KPI ids whose value is hidden: fewer than five people' }),
  },
  options,
);

export const ReportSchema = Type.Object(
  {
    organisation: Type.String(),
    scope: Type.Object({ id: Type.String(), label: Type.String() }, options),
    scopes: Type.Array(
      Type.Object({ id: Type.String(), label: Type.String(), group: Type.String(), parent: nullable(Type.String()) }, options),
    ),
    quarter: Type.Object(
      {
        id: Type.String(),
        label: Type.String({ description: 'Q3 2026' }),
        days: Type.String({ description: '1 Jul – 30 Sep 2026' }),
        isRunning: Type.Boolean(),
        state: Type.String({ description: 'settled; 3 figures not settled yet; runs until 31 Dec 2026' }),
        previous: nullable(Type.String()),
        next: nullable(Type.String()),
        latest: Type.String({ description: 'The last one that is over' }),
      },
      options,
    ),
    headline: Type.String({ description: '21 of 22 goals met' }),
    lead: Type.String({ description: 'The quarter in one paragraph, from the numbers only' }),
    narratives: Type.Array(NarrativeSchema, { description: 'One a slot, written or not' }),
    figures: Type.Array(FigureSchema, { description: 'Every KPI once, by section' }),
    scorecard: Type.Object(
      {
        rows: Type.Array(Type.Object({ section: Type.String(), kpis: Type.Array(Type.String()) }, options)),
        rest: Type.String({ description: 'Goals that are not shown here, and where they are' }),
      },
      options,
    ),
    moved: Type.Array(MovedSchema),
    movedRest: Type.String(),
    actions: Type.Array(ActionSchema, { description: 'Those on what did not move, or on no KPI' }),
    customers: PartSchema,
    people: PartSchema,
    privacy: Type.String(),
    risks: Type.Array(RiskSchema),
    risksRest: Type.String(),
    uncertain: Type.Array(Type.String(), {
      description: 'Other goals that may be met or missed: KPI ids',
    }),
    asks: Type.Array(Type.Object({ text: Type.String(), owner: Type.String() }, options)),
    notes: Type.Array(
      Type.Object(
        {
          number: Type.Integer(),
          kind: Type.Union([Type.Literal('restated'), Type.Literal('definition'), Type.Literal('data')]),
          kpi: nullable(Type.String()),
          text: Type.String(),
        },
        options,
      ),
    ),
    method: Type.Array(Type.Object({ term: Type.String(), text: Type.String() }, options)),
    watermark: Type.Integer(),
    measuredAt: nullable(Type.String()),
  },
  options,
);
export type Report = Static<typeof ReportSchema>;
