import { Type, type Static } from 'typebox';
import { KpiCardSchema, PointSchema, ReviewSchema } from './schema.ts';
import { ActionSchema, AnnotationSchema, CommentSchema } from './talk.ts';

/** The page of one KPI as it travels: finished words and numbers of all its history. */
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const options = { additionalProperties: false } as const;

const TargetLineSchema = Type.Object(
  {
    from: Type.String({ description: 'First period of the view that it judges' }),
    to: Type.String(),
    drawn: Type.Number({ description: 'On the axis of the view: a total for as long as its periods are' }),
    short: Type.String({ description: '≤ 4 h' }),
    text: Type.String({ description: 'at most 4 hours each week, since 1 Jan 2026' }),
  },
  options,
);

/** What stood for a period before it was restated. */
const EarlierSchema = Type.Object({ period: Type.String(), drawn: nullable(Type.Number()), text: Type.String() }, options);

const HistoryViewSchema = Type.Object(
  {
    id: Type.Enum(['week', 'month', 'quarter', 'rules'], {
      description: '`rules`: what signals are judged by, where that is not the value itself',
    }),
    label: Type.String({ description: 'Weeks, Months, Quarters, Change per week, Times between' }),
    text: Type.String({ description: 'How it is judged here, in words' }),
    unit: KpiCardSchema.properties.unit,
    points: Type.Array(PointSchema, { description: 'All that is kept, oldest first' }),
    limits: KpiCardSchema.properties.limits,
    signals: KpiCardSchema.properties.signals,
    targets: Type.Array(TargetLineSchema, { description: 'Each for the periods that it judged' }),
    earlier: Type.Array(EarlierSchema, { description: 'As first told, where something else is known now' }),
  },
  options,
);
export type HistoryView = Static<typeof HistoryViewSchema>;

export const KpiPageSchema = Type.Object(
  {
    organisation: Type.String(),
    scope: ReviewSchema.properties.scope,
    scopes: ReviewSchema.properties.scopes,
    week: Type.Object(
      { id: Type.String(), label: Type.String(), days: Type.String(), state: Type.String(), lastDay: Type.String() },
      options,
    ),
    card: KpiCardSchema,
    isPersonal: Type.Boolean(),
    file: Type.Object(
      {
        name: Type.String(),
        text: Type.String({ description: 'As it stands now' }),
        isLastGood: Type.Boolean({ description: 'It is broken; its last good version is measured' }),
        problems: Type.Array(
          Type.Object({ line: Type.Integer(), column: Type.Integer(), path: Type.String(), message: Type.String() }, options),
        ),
      },
      options,
    ),
    facts: Type.Array(Type.Object({ name: Type.String(), text: Type.String() }, options)),
    views: Type.Array(HistoryViewSchema, { description: 'The one that is judged first' }),
    targets: Type.Array(
      Type.Object(
        { text: Type.String(), span: Type.String(), because: nullable(Type.String()), isInForce: Type.Boolean() },
        options,
      ),
      { description: 'Newest first' },
    ),
    dividers: Type.Array(Type.Object({ day: Type.String(), because: Type.String() }, options)),
    annotations: Type.Array(AnnotationSchema, {
      description: 'On every time axis, oldest first: notes and decisions; those on this KPI alone are with its card',
    }),
    revisions: Type.Array(
      Type.Object(
        {
          period: Type.String(),
          title: Type.String(),
          before: Type.String({ description: 'As published, or as it had settled' }),
          after: Type.String({ description: 'As known now' }),
          causes: Type.Array(Type.String()),
          moved: Type.Integer(),
          revision: Type.Integer(),
          at: Type.String({ description: 'ISO instant' }),
        },
        options,
      ),
      { description: 'Every period that was restated, newest first' },
    ),
    revisionsText: Type.String(),
    said: Type.Object(
      {
        comments: Type.Array(CommentSchema, { description: 'Of all reviews, newest first' }),
        actions: Type.Array(ActionSchema, { description: 'All that were ever agreed, newest first' }),
      },
      options,
    ),
    slices: Type.Object(
      { by: Type.Array(Type.String()), refused: nullable(Type.String({ description: 'Why it is not cut' })) },
      options,
    ),
    usedIn: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), how: Type.String() }, options)),
    sources: ReviewSchema.properties.sources,
    watermark: Type.Integer(),
    measuredAt: nullable(Type.String()),
  },
  options,
);
export type KpiPage = Static<typeof KpiPageSchema>;

const DotSchema = Type.Object(
  {
    title: Type.String(),
    at: Type.Number({ description: 'Epoch milliseconds' }),
    atText: Type.String(),
    value: Type.Number(),
    text: Type.String(),
  },
  options,
);

export const DistributionSchema = Type.Object(
  {
    kpi: Type.String(),
    scope: Type.String(),
    refused: nullable(Type.String({ description: 'Why there is none' })),
    unit: KpiCardSchema.properties.unit,
    from: Type.Number({ description: 'Epoch milliseconds' }),
    to: Type.Number(),
    span: Type.String({ description: '12 months to Oct 2026' }),
    text: Type.String({ description: 'Half of 214 took at most 3 h 10 m; one in ten more than 14 h.' }),
    total: Type.Integer(),
    median: nullable(Type.Number()),
    medianText: Type.String(),
    p90: nullable(Type.Number({ description: 'Only of ten items and more' })),
    p90Text: Type.String(),
    months: Type.Array(
      Type.Object(
        {
          period: Type.String(),
          label: Type.String(),
          title: Type.String(),
          from: Type.Number(),
          to: Type.Number(),
          count: Type.Integer(),
          median: nullable(Type.Number()),
          medianText: Type.String(),
          p90: nullable(Type.Number()),
          p90Text: Type.String(),
        },
        options,
      ),
    ),
    dots: Type.Array(DotSchema, { description: 'All, or evenly thinned where there are very many; oldest first' }),
  },
  options,
);
export type Distribution = Static<typeof DistributionSchema>;
