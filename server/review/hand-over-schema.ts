import { Type, type Static } from 'typebox';
import { LouderAlertSchema, OpenIncidentSchema } from './shift-schema.ts';

/** What a team hands over, for everyone: days, rotations, alerts and incidents, and nobody. Finished words. */
const options = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

export const HandOverSchema = Type.Object(
  {
    organisation: Type.String(),
    team: Type.Object({ id: Type.String(), label: Type.String() }, options),
    days: Type.String({ description: 'The seven days that it looks back on: 9–15 Nov 2026' }),
    verdict: Type.String({ description: 'What the next person finds, in two or three sentences' }),
    shifts: Type.Object(
      {
        text: Type.String(),
        rows: Type.Array(
          Type.Object(
            {
              rotation: Type.String(),
              days: Type.String({ description: '9–16 Nov 2026' }),
              state: Type.String({ description: 'handed over on 16 Nov 2026; runs until 23 Nov 2026' }),
            },
            options,
          ),
        ),
      },
      options,
    ),
    alerts: Type.Object({ text: Type.String(), rows: Type.Array(LouderAlertSchema) }, options),
    open: Type.Object({ text: Type.String(), rows: Type.Array(OpenIncidentSchema) }, options),
    risks: Type.Array(
      Type.Object(
        {
          kpi: Type.String(),
          name: Type.String(),
          text: Type.String({ description: 'At risk since week 44: a signal against us. Escalate to …' }),
          runbook: nullable(Type.String()),
          escalateTo: nullable(Type.String()),
        },
        options,
      ),
    ),
    doubts: Type.Array(Type.String()),
    watermark: Type.Integer(),
  },
  options,
);
export type HandOver = Static<typeof HandOverSchema>;
