import { Type } from 'typebox';

export const strict = { additionalProperties: false } as const;
export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const ProblemSchema = Type.Object(
  {
    path: Type.String(),
    line: Type.Optional(Type.Integer()),
    column: Type.Optional(Type.Integer()),
    file: Type.Optional(Type.String()),
    message: Type.String(),
  },
  strict,
);

export const ErrorSchema = Type.Object(
  {
    code: Type.Enum(
      [
        'not-found',
        'invalid',
        'unauthorised',
        'forbidden',
        'conflict',
        'unavailable',
        'too-large',
        'unsupported',
        'too-many',
        'internal',
      ],
      { description: 'Closed list' },
    ),
    message: Type.String(),
    problems: Type.Array(ProblemSchema),
    instead: Type.Optional(
      Type.Object(
        {
          what: Type.Enum(['scope', 'period'], { description: 'What of the request would have to be another' }),
          id: Type.String(),
          label: Type.String(),
        },
        { ...strict, description: 'What was probably meant, or is nearest to it' },
      ),
    ),
  },
  strict,
);
export type ApiError = {
  code: string;
  message: string;
  problems: { path: string; line?: number; column?: number; file?: string; message: string }[];
  instead?: { what: 'scope' | 'period'; id: string; label: string };
};

/** What every route may answer in place of its own; 503 while a first history is made or the database is away. */
export const FAILURES = { '4xx': ErrorSchema, '5xx': ErrorSchema } as const;

/** Routes without parameters refuse what they would not read. */
export const NoQuery = Type.Object({}, strict);

/** An answer that is JSON, or CSV where `format=csv` or `Accept: text/csv` asks for it. */
export const jsonOrCsv = <T>(schema: T) => ({
  description: 'JSON, or CSV by `Accept` or `format=csv`',
  content: { 'application/json': { schema }, 'text/csv': { schema: Type.String() } },
});
