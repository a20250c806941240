import { Type, type Static } from 'typebox';
import { ActionSchema, AnnotationSchema, CommentSchema } from './talk.ts';

/** The weekly review as it travels: finished words and numbers, nothing left to compute but pixels. */
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const options = { additionalProperties: false } as const;

export const Judgement = Type.Union(
  [Type.Literal('against'), Type.Literal('with'), Type.Literal('changed'), Type.Literal('routine'), Type.Literal('unknown')],
  {
    description: 'against us, with us, changed (better: neither), routine variation, or not to be told',
  },
);
export type Judgement = Static<typeof Judgement>;

export const PointSchema = Type.Object(
  {
    period: Type.String({ description: 'Period id, e.g. 2026-W46; of a time between two events the day of the later one' }),
    evidence: Type.Optional(Type.String({ description: 'The period whose evidence is behind it, where it is none itself' })),
    label: Type.String({ description: 'Short axis label: W46, Nov' }),
    title: Type.String({ description: 'Long label: Week 46, 9–15 Nov 2026' }),
    value: nullable(
      Type.Number({ description: "In the KPI's unit: seconds, share 0–1, number; totals of a month are NOT divided" }),
    ),
    drawn: nullable(Type.Number({ description: 'The value on the shared axis: totals per day, all else as value' })),
    text: Type.String({ description: 'The value as people say it: 6 h 25 m, 12%, 3, no data' }),
    count: Type.Integer(),
    emptiness: nullable(Type.String()),
    flags: Type.Array(Type.String()),
    revision: nullable(Type.Integer()),
  },
  options,
);
export type Point = Static<typeof PointSchema>;

export const BoxSchema = Type.Object(
  {
    label: Type.String({ description: 'Last wk, WoW, YoY, MTD, YoY, QTD, YoY, YTD, YoY, Target' }),
    title: Type.String({ description: 'What it is in full, for a tooltip and for screen readers' }),
    text: Type.String({ description: '6.4 h, +31%, 3, was 1, no data' }),
    value: nullable(
      Type.Number({ description: 'Raw number: value in unit, or relative change (0.31), or difference in points' }),
    ),
    judgement: Judgement,
  },
  options,
);
export type Box = Static<typeof BoxSchema>;

export const SignalSchema = Type.Object(
  {
    period: Type.String({ description: 'The point that completed it' }),
    since: Type.String({ description: 'The first point that is part of it' }),
    rule: Type.Union([Type.Literal('beyond a limit'), Type.Literal('8 in a row'), Type.Literal('3 of 4')]),
    side: Type.Union([Type.Literal('above'), Type.Literal('below')]),
    judgement: Judgement,
    isNews: Type.Boolean({ description: 'Completed in the reviewed week' }),
    text: Type.String(),
  },
  options,
);
export type Signal = Static<typeof SignalSchema>;

export const LimitsSchema = Type.Object(
  {
    mean: Type.Number(),
    lower: nullable(Type.Number()),
    upper: nullable(Type.Number()),
    isProvisional: Type.Boolean(),
    from: Type.String(),
    to: Type.String(),
    text: Type.String({ description: 'mean 4.1 h, routine between 2.2 h and 6.1 h, from 24 weeks to 2025-W10' }),
  },
  options,
);

export const TargetSchema = Type.Object(
  {
    value: Type.Number(),
    drawn: Type.Number({ description: 'On the shared axis: totals per day' }),
    text: Type.String({ description: 'at most 4 hours a week, since 1 Jan 2026' }),
    short: Type.String({ description: '≤ 4 h' }),
    direction: Type.Union([Type.Literal('at_most'), Type.Literal('at_least')]),
    every: Type.String(),
    because: nullable(Type.String()),
    isMet: nullable(Type.Boolean({ description: 'null: cannot be told' })),
  },
  options,
);

const UnitSchema = Type.Object(
  {
    type: Type.String(),
    label: Type.String(),
    axis: Type.String({ description: 'Axis title with unit: hours, %, per day' }),
    isTotal: Type.Boolean(),
  },
  options,
);

export const KpiCardSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    alsoCalled: nullable(Type.String()),
    question: Type.String(),
    section: Type.String(),
    role: Type.Union([Type.Literal('outcome'), Type.Literal('input')]),
    owner: Type.String(),
    better: Type.Union([Type.Literal('lower'), Type.Literal('higher'), Type.Literal('neither')]),
    unit: UnitSchema,
    verdict: Type.String({ description: 'One to three sentences: what, how much, against what, since when, how sure' }),
    judgement: Judgement,
    atRisk: nullable(
      Type.Object(
        {
          reason: Type.String({ description: 'signal against us, target missed twice running' }),
          since: Type.String({ description: 'Period id of the first period with a cause' }),
          runbook: nullable(Type.String()),
          escalateTo: nullable(Type.String({ description: 'The role to call' })),
          text: Type.String({
            description: 'At risk since week 44: a signal against us. Runbook: runbooks/restore.md. Escalate to …',
          }),
        },
        options,
      ),
    ),
    current: PointSchema,
    weeks: Type.Array(PointSchema, { description: 'Six, oldest first' }),
    priorWeeks: Type.Array(PointSchema),
    months: Type.Array(PointSchema, { description: 'Twelve complete months, oldest first' }),
    priorMonths: Type.Array(PointSchema),
    target: nullable(TargetSchema),
    boxes: Type.Array(BoxSchema),
    history: Type.Array(PointSchema, {
      description:
        'Points of the process behaviour chart, oldest first, up to 104: what the rules look at (values, changes, times between events)',
    }),
    historyUnit: UnitSchema,
    limits: Type.Array(LimitsSchema, {
      description: 'One per stretch between dividers, oldest first; from/to are the first and last period they are drawn for',
    }),
    signals: Type.Array(SignalSchema, { description: 'All in the history, oldest first' }),
    rebase: nullable(
      Type.Object(
        {
          on: Type.String({ description: '2026-09-14' }),
          text: Type.String({ description: 'Why this day is proposed' }),
        },
        { ...options, description: 'The day from which limits would be made anew, where somebody asks for it' },
      ),
    ),
    judgedAs: Type.String({
      description:
        'How signals are judged, in words: its weekly value; its change per week; the time between one and the next; not judged: too few items …',
    }),
    counted: Type.String({ description: '9 counted' }),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, options)),
    also: Type.Array(Type.Object({ name: Type.String(), text: Type.String() }, options)),
    revisions: Type.Array(
      Type.Object(
        {
          period: Type.String(),
          title: Type.String(),
          before: Type.String(),
          after: Type.String(),
          causes: Type.Array(Type.String()),
          moved: Type.Integer(),
          at: Type.String(),
          beforeAt: nullable(
            Type.String({
              description: 'ISO instant to ask for the evidence as it was known when the value before was recorded',
            }),
          ),
        },
        options,
      ),
      { description: 'Restatements since the last review' },
    ),
    definitionWords: Type.String({ description: 'The definition read aloud' }),
    comments: Type.Array(CommentSchema, {
      description: 'Of this review, and of the latest before it that had any; oldest first',
    }),
    needsComment: Type.Boolean({ description: 'It asks for an explanation that nobody has written yet' }),
    actions: Type.Array(ActionSchema, {
      description: 'Open ones, and those closed in the last 26 weeks; by the day they are due',
    }),
    annotations: Type.Array(AnnotationSchema, {
      description: 'On its own time axis: notes, decisions and dividers, oldest first',
    }),
  },
  options,
);
export type KpiCard = Static<typeof KpiCardSchema>;

export const AgendaItemSchema = Type.Object(
  {
    position: Type.Integer(),
    minutes: Type.Integer({ description: 'What one of its kind usually takes' }),
    reason: Type.Union([
      Type.Literal('signal against us'),
      Type.Literal('target missed'),
      Type.Literal('restated'),
      Type.Literal('overdue action'),
      Type.Literal('stale source'),
      Type.Literal('broken definition'),
      Type.Literal('changed'),
      Type.Literal('win'),
    ]),
    kpi: nullable(Type.String()),
    source: nullable(Type.String()),
    action: nullable(Type.Integer({ description: 'Number of the overdue action' })),
    title: Type.String(),
    why: Type.String({ description: 'Why it stands here, in one sentence' }),
    mark: Type.String({ description: 'A sign that carries the reason without colour: ▲ ✕ ↻ ◌ ✓ ~' }),
    judgement: Judgement,
  },
  options,
);
export type AgendaItem = Static<typeof AgendaItemSchema>;

export const ReviewSchema = Type.Object(
  {
    organisation: Type.String(),
    scope: Type.Object({ id: Type.String(), label: Type.String() }, options),
    scopes: Type.Array(
      Type.Object({ id: Type.String(), label: Type.String(), group: Type.String(), parent: nullable(Type.String()) }, options),
    ),
    week: Type.Object(
      {
        id: Type.String(),
        label: Type.String({ description: 'Week 46' }),
        days: Type.String({ description: '9–15 Nov 2026' }),
        isRunning: Type.Boolean(),
        state: Type.String({ description: 'running · closed, settles Wed 18 Nov · settled · published 17 Nov' }),
        previous: nullable(Type.String()),
        next: nullable(Type.String()),
        latest: Type.String({ description: 'Last complete week' }),
        lastDay: Type.String({ description: '2026-11-15' }),
      },
      options,
    ),
    headline: Type.Array(
      Type.Object({ text: Type.String({ description: '3 signals against us' }), judgement: Judgement }, options),
    ),
    minutes: Type.Integer({ description: 'Suggested length of the meeting' }),
    agenda: Type.Array(AgendaItemSchema),
    comments: Type.Array(CommentSchema, { description: 'On the review itself' }),
    actions: Type.Array(ActionSchema, { description: 'Those that belong to no KPI' }),
    annotations: Type.Array(AnnotationSchema, {
      description:
        'On every time axis, oldest first: notes and decisions on the whole review, and of the six weeks holidays, incidents of severity 1 and deployments',
    }),
    routine: Type.Array(
      Type.Object(
        {
          section: Type.String(),
          line: Type.String({ description: 'One folded line a section' }),
          kpis: Type.Array(Type.String()),
        },
        options,
      ),
    ),
    cards: Type.Array(KpiCardSchema, { description: 'Every KPI once: agenda order first, then routine by section' }),
    sources: Type.Array(
      Type.Object({ id: Type.String(), name: Type.String(), state: Type.String(), text: Type.String() }, options),
    ),
    problems: Type.Array(Type.Object({ file: Type.String(), message: Type.String() }, options)),
    watermark: Type.Integer(),
    measuredAt: nullable(Type.String()),
  },
  options,
);
export type Review = Static<typeof ReviewSchema>;
