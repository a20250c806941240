import { Type, type Static } from 'typebox';

/** One shift as whoever had it sees it, behind the link; and what is asked about it. Finished words and numbers. */
const options = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const Score = Type.Integer({ minimum: 1, maximum: 5 });
export const ShiftAnswersSchema = Type.Object({ feeling: Score, rest: Score, pages: Score }, options);

export const LouderAlertSchema = Type.Object(
  {
    key: Type.String(),
    service: nullable(Type.String()),
    pages: Type.Integer(),
    repeats: Type.Integer({ description: 'Of them within 24 hours of the same alert' }),
    runbook: nullable(Type.String()),
    text: Type.String({ description: '4 pages, 2 of them repeats, 1 of 3 answered needed no action' }),
  },
  options,
);

export const OpenIncidentSchema = Type.Object(
  {
    title: Type.String(),
    service: nullable(Type.String()),
    severity: nullable(Type.Integer()),
    state: nullable(Type.String()),
    age: Type.String({ description: 'open for 3 d' }),
  },
  options,
);

export const ShiftSchema = Type.Object(
  {
    organisation: Type.String(),
    rotation: Type.String(),
    team: Type.Object({ id: nullable(Type.String()), label: Type.String() }, options),
    when: Type.String({ description: 'Mon 9 Nov, 10:00 to Mon 16 Nov 2026, 10:00' }),
    zone: Type.String(),
    isRunning: Type.Boolean(),
    verdict: Type.String({ description: 'What the shift asked of you, in two or three sentences' }),
    judgement: Type.Enum(['against', 'with', 'neutral', 'unknown']),
    doubts: Type.Array(Type.String(), { description: 'What may be missing yet' }),
    figures: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          own: Type.String(),
          usual: Type.String({ description: 'Of the team as a group, where that may be shown; else hidden, or not known' }),
          of: Type.String({ description: 'The days that the group number is of' }),
        },
        options,
      ),
    ),
    hours: Type.Object(
      {
        text: Type.String(),
        days: Type.Array(
          Type.Object(
            {
              label: Type.String({ description: 'Mon 9 Nov' }),
              hours: Type.Array(
                Type.Object(
                  {
                    on: Type.Boolean({ description: 'Within the shift' }),
                    known: Type.Boolean({ description: 'Over, and its pages are known' }),
                    night: Type.Boolean(),
                    interruptions: Type.Integer(),
                  },
                  options,
                ),
                { description: '24, from midnight, on the clock of whoever had the shift' },
              ),
              total: nullable(Type.Integer({ description: 'Of the hours that are known; null where none is' })),
            },
            options,
          ),
        ),
      },
      options,
    ),
    alerts: Type.Object({ text: Type.String(), rows: Type.Array(LouderAlertSchema) }, options),
    open: Type.Object(
      { text: Type.String(), rows: Type.Array(OpenIncidentSchema) },
      { ...options, description: 'Incidents of the team that go to whoever is next' },
    ),
    survey: Type.Object(
      {
        state: Type.Enum(['open', 'later', 'none'], { description: '`later`: once the shift is over; `none`: nobody asks here' }),
        text: Type.String({ description: 'Until when it may be answered, or why not' }),
        questions: Type.Array(
          Type.Object(
            {
              name: Type.Enum(['feeling', 'rest', 'pages']),
              text: Type.String(),
              least: Type.String({ description: 'What 1 means' }),
              most: Type.String({ description: 'What 5 means' }),
            },
            options,
          ),
        ),
        given: nullable(ShiftAnswersSchema),
        thanks: nullable(Type.String({ description: 'When and to whom the answers are shown; null before there are any' })),
      },
      options,
    ),
  },
  options,
);
export type ShiftPage = Static<typeof ShiftSchema>;
