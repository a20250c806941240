import { Type, type Static } from 'typebox';
import { nullable, strict } from './contract-failures.ts';

/** A number at rest, what stands behind it, and what it is made of. */
export const SnapshotSchema = Type.Object(
  {
    id: Type.String({ description: 'kpi~scope~period, for /snapshots/{id}/evidence and /revisions' }),
    kpi: Type.String(),
    scope: Type.String(),
    period: Type.String(),
    revision: nullable(Type.Integer({ description: 'null: live, not settled yet' })),
    value: nullable(Type.Number()),
    emptiness: nullable(Type.String()),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    also: Type.Record(Type.String(), nullable(Type.Number())),
    isStale: Type.Boolean(),
    causes: Type.Array(Type.String()),
    recordedAt: nullable(Type.String()),
    watermark: Type.Integer(),
    definition: Type.String(),
    digest: Type.String(),
  },
  strict,
);
export type SnapshotAnswer = Static<typeof SnapshotSchema>;

export const EvidenceSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    scope: Type.String(),
    period: Type.String(),
    periodTitle: Type.String(),
    revision: nullable(Type.Integer()),
    watermark: Type.Integer(),
    value: nullable(Type.Number()),
    text: Type.String({ description: 'The value as people say it' }),
    count: Type.Integer(),
    exclusions: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, strict)),
    isConfirmed: Type.Boolean({ description: 'Evaluated again, the list gives the digest that was stored with the number' }),
    withheld: nullable(Type.String({ description: 'Why the list is not shown' })),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          value: nullable(Type.Number()),
          valueText: Type.String(),
          at: nullable(Type.Number()),
          atText: Type.String(),
          excluded: nullable(Type.String()),
          team: nullable(Type.String()),
          service: nullable(Type.String()),
          severity: nullable(Type.Number()),
          state: nullable(Type.String()),
        },
        strict,
      ),
    ),
    total: Type.Integer(),
  },
  strict,
);
export type EvidenceAnswer = Static<typeof EvidenceSchema>;

export const QueueSchema = Type.Object(
  {
    kind: Type.String(),
    scope: Type.String(),
    at: Type.String({ description: 'ISO instant' }),
    knownAt: nullable(Type.String({ description: 'ISO instant; null for what is known now' })),
    depth: nullable(Type.Integer()),
    emptiness: nullable(Type.String({ description: 'Why there is no depth: before history, no data' })),
    onHold: nullable(Type.Integer()),
    p50: nullable(Type.Number({ description: 'Median age, seconds since first opened' })),
    p90: nullable(Type.Number()),
    oldest: nullable(Type.Number()),
    items: Type.Array(
      Type.Object(
        {
          uid: Type.String(),
          title: Type.String(),
          openedAt: nullable(Type.String()),
          age: nullable(Type.Number({ description: 'Seconds' })),
          state: nullable(Type.String()),
          team: nullable(Type.String()),
          service: nullable(Type.String()),
          severity: nullable(Type.Number()),
        },
        strict,
      ),
      { description: 'Oldest first' },
    ),
    total: Type.Integer(),
  },
  strict,
);
export type QueueAnswer = Static<typeof QueueSchema>;

export const SlicesSchema = Type.Object(
  {
    kpi: Type.String(),
    name: Type.String(),
    by: Type.String(),
    scope: Type.String(),
    periods: Type.Array(Type.Object({ period: Type.String(), title: Type.String() }, strict)),
    slices: Type.Array(
      Type.Object(
        {
          value: nullable(Type.String({ description: 'Null for items without one, and for the others together' })),
          label: Type.String(),
          count: Type.Integer({ description: 'Items counted over all periods' }),
          readings: Type.Array(
            Type.Object(
              { value: nullable(Type.Number()), emptiness: nullable(Type.String()), text: Type.String(), count: Type.Integer() },
              strict,
            ),
            { description: 'One for each of `periods`' },
          ),
          past: nullable(
            Type.Object(
              {
                limits: nullable(
                  Type.Object(
                    { mean: Type.Number(), lower: nullable(Type.Number()), upper: nullable(Type.Number()) },
                    { ...strict, description: 'What is routine for it, from its own weeks' },
                  ),
                ),
                text: Type.String({ description: 'How its last week stands beside its own past: never beside its neighbours' }),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
      { description: 'The most frequent first; then those that are not set, and the others' },
    ),
  },
  strict,
);
export type SlicesAnswer = Static<typeof SlicesSchema>;
