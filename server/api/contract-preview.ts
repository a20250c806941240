import { Type, type Static } from 'typebox';
import { nullable, ProblemSchema, strict } from './contract-failures.ts';

/** What a definition would have said. */
const ReadingSchema = Type.Object(
  {
    value: nullable(Type.Number()),
    emptiness: nullable(Type.String()),
    text: Type.String({ description: 'The value as people say it, or why there is none' }),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    target: nullable(Type.String({ description: 'The target in force for the grain of the period' })),
    isMet: nullable(Type.Boolean()),
  },
  strict,
);
const SeenSchema = Type.Object(
  { value: nullable(Type.Number()), valueText: Type.String(), excluded: nullable(Type.String()) },
  strict,
);
const MovedSchema = Type.Object(
  {
    total: Type.Integer(),
    enters: Type.Integer({ description: 'Counted now and not before; less those that leave, the difference of the counts' }),
    leaves: Type.Integer(),
    changes: Type.Integer({ description: 'Counted by both, with another value' }),
    leftOutOtherwise: Type.Integer(),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          how: Type.Enum(['enters', 'leaves', 'changes', 'left out otherwise']),
          before: nullable(SeenSchema),
          after: nullable(SeenSchema),
        },
        strict,
      ),
      { description: 'At most 50' },
    ),
  },
  strict,
);

export const DiffSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    is: Type.Enum(['new', 'changed', 'same'], { description: '`same`: it means what it meant, however it is worded' }),
    words: Type.Object({ before: nullable(Type.String()), after: Type.String() }, strict),
    withheld: nullable(Type.String({ description: 'Why it is not evaluated' })),
    summary: Type.String(),
    isChanged: Type.Boolean(),
    scopes: Type.Array(
      Type.Object(
        {
          scope: Type.String(),
          summary: Type.String(),
          isChanged: Type.Boolean(),
          periods: Type.Array(
            Type.Object(
              {
                period: Type.String(),
                title: Type.String(),
                grain: Type.Enum(['week', 'month']),
                before: nullable(ReadingSchema),
                after: ReadingSchema,
                isChanged: Type.Boolean({ description: 'A number, an item or the verdict on the target differs' }),
                moved: nullable(MovedSchema),
              },
              strict,
            ),
            { description: 'The last 12 complete weeks, then months, oldest first' },
          ),
        },
        strict,
      ),
    ),
  },
  strict,
);

export const PreviewSchema = Type.Object(
  { problems: Type.Array(ProblemSchema), diff: nullable(DiffSchema) },
  { ...strict, description: 'Either problems, or what the definition would have said' },
);
export type PreviewAnswer = Static<typeof PreviewSchema>;
