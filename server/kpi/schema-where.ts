import { Type, type Static } from 'typebox';
import { KINDS, isKind } from '../event/kinds.ts';
import { HOUR_CLASSES, fieldsOf } from './fields.ts';
import { DurationText, closed } from './schema-parts.ts';

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
    description:
      'A value, a list of values, {not: …}, {at_least: …}, {at_most: …} or {matches: …}; for names also set and not set',
    examples: [[1, 2]],
  },
);
export type ConditionText = Static<typeof ConditionSchema>;

/** Every field that any kind knows; which of them the kind at hand knows is checked by parse-where.ts. */
const allFields = (): string[] =>
  [...new Set(Object.keys(KINDS).flatMap((kind) => (isKind(kind) ? [...fieldsOf(kind).keys()] : [])))].sort();

/**
 * A map of conditions; the field names are listed for editors, and checked against the kind later.
 * `others`: whether it may also stand beside a metric series, whose dimensions have any name.
 */
export const WhereSchema = (description: string, others: 'any other name' | 'no other name' = 'no other name') =>
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
      {
        additionalProperties: others === 'any other name' ? ConditionSchema : false,
        description: `${description} All conditions must hold.`,
        examples: [{ severity: [1, 2] }],
      },
    ),
  );
