import { Type, type Static } from 'typebox';
import { BlockSchema } from './prose.ts';

/** What people write around the numbers: what each kind holds, and how it travels. */
const options = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const DayText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day, 2026-11-15' });

/** On a KPI, on one of its points, or (without a KPI) on the review. */
export const CommentBodySchema = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 8_000, description: 'Markdown' }),
    point: nullable(Type.String({ maxLength: 40, description: 'Period id of the point it is about' })),
  },
  options,
);
export type CommentBody = Static<typeof CommentBodySchema>;

export const ActionBodySchema = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, description: 'What is done' }),
    owner: Type.String({ minLength: 1, maxLength: 100, description: 'The team or role that does it' }),
    due: DayText,
    expected: nullable(
      Type.Object(
        {
          direction: Type.Union([Type.Literal('at_most'), Type.Literal('at_least')]),
          value: nullable(
            Type.Number({ description: "In the KPI's unit: seconds, share 0–1, number; null: read from the text" }),
          ),
          text: Type.String({ maxLength: 60, description: 'As it was written: 4 hours' }),
          by: DayText,
        },
        { ...options, description: 'What it is expected to do to its KPI, and by when' },
      ),
    ),
    state: Type.Union([Type.Literal('open'), Type.Literal('done'), Type.Literal('dropped')]),
    closedOn: nullable(DayText),
    /** How it went, or why it was dropped. */
    note: Type.String({ maxLength: 2_000 }),
  },
  options,
);
export type ActionBody = Static<typeof ActionBodySchema>;

/** Drawn on the time axis. */
export const AnnotationBodySchema = Type.Object(
  {
    day: DayText,
    type: Type.Union([Type.Literal('note'), Type.Literal('decision')]),
    text: Type.String({ minLength: 1, maxLength: 200 }),
  },
  options,
);
export type AnnotationBody = Static<typeof AnnotationBodySchema>;

/** Where a quarterly report leaves room for words. */
export const NARRATIVE_SLOTS = ['summary', 'moved', 'customers', 'people', 'risks', 'asks'] as const;

/** One of each slot for a scope and quarter. */
export const NarrativeBodySchema = Type.Object(
  {
    slot: Type.Enum([...NARRATIVE_SLOTS]),
    text: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'Markdown; `{time-to-restore}` stands for the figure of that KPI, and stays true when it is restated',
    }),
  },
  options,
);
export type NarrativeBody = Static<typeof NarrativeBodySchema>;

/** One entry as it stands, with what it is filed under. */
export interface Written<Body> {
  readonly id: number;
  readonly revision: number;
  readonly scope: string;
  readonly kpi: string | null;
  readonly period: string | null;
  readonly author: string;
  /** Of this revision, epoch milliseconds. */
  readonly at: number;
  /** Of its first revision. */
  readonly firstAt: number;
  readonly body: Body;
}

/** What a review is given of what people wrote, of its own scope. */
export interface Talk {
  readonly comments: readonly Written<CommentBody>[];
  readonly actions: readonly Written<ActionBody>[];
  readonly annotations: readonly Written<AnnotationBody>[];
}

export const NO_TALK: Talk = { comments: [], actions: [], annotations: [] };

export const CommentSchema = Type.Object(
  {
    id: Type.Integer(),
    revision: Type.Integer({ description: 'Above 1: edited' }),
    author: Type.String(),
    at: Type.String({ description: 'ISO instant of this revision' }),
    period: Type.String({ description: 'The review it was written in' }),
    when: Type.String({ description: 'this week, last week, Week 44' }),
    isPast: Type.Boolean({ description: 'Written in an earlier review' }),
    point: nullable(Type.Object({ period: Type.String(), title: Type.String() }, options)),
    text: Type.String({ description: 'Markdown, to be edited' }),
    blocks: Type.Array(BlockSchema),
  },
  options,
);
export type Comment = Static<typeof CommentSchema>;

export const ActionSchema = Type.Object(
  {
    id: Type.Integer(),
    revision: Type.Integer(),
    kpi: nullable(Type.String()),
    scope: Type.String(),
    author: Type.String(),
    setOn: Type.String({ description: 'Day on which it was first agreed' }),
    ...ActionBodySchema.properties,
    isOverdue: Type.Boolean(),
    dueText: Type.String({ description: 'due 14 Sep; 3 weeks overdue; done on 12 Sep' }),
    expectedText: nullable(Type.String({ description: 'at most 4 hours by 30 Nov' })),
    verdict: nullable(
      Type.Object(
        {
          is: Type.Union([
            Type.Literal('too early'),
            Type.Literal('as expected'),
            Type.Literal('less'),
            Type.Literal('noise'),
            Type.Literal('worse'),
            Type.Literal('confounded'),
          ]),
          text: Type.String({
            description: 'Shifted from 6.1 h to 4.0 h after 14 September, as expected. Cannot be told from noise yet.',
          }),
          judgement: Type.Union([
            Type.Literal('against'),
            Type.Literal('with'),
            Type.Literal('changed'),
            Type.Literal('routine'),
            Type.Literal('unknown'),
          ]),
        },
        options,
      ),
    ),
  },
  options,
);
export type Action = Static<typeof ActionSchema>;

export const AnnotationSchema = Type.Object(
  {
    id: nullable(Type.Integer({ description: 'Null for those that data tells: holidays, deployments, dividers' })),
    revision: Type.Integer(),
    kpi: nullable(Type.String()),
    day: Type.String(),
    dayText: Type.String({ description: '14 Sep' }),
    periods: Type.Array(Type.String(), { description: 'The week, month and quarter that hold the day' }),
    type: Type.Union([
      Type.Literal('note'),
      Type.Literal('decision'),
      Type.Literal('divider'),
      Type.Literal('holiday'),
      Type.Literal('incident'),
      Type.Literal('deployment'),
    ]),
    text: Type.String(),
    author: nullable(Type.String()),
  },
  options,
);
export type Annotation = Static<typeof AnnotationSchema>;
