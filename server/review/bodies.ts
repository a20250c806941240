import type { Static } from 'typebox';
import { ActionBodySchema, AnnotationBodySchema, CommentBodySchema, NarrativeBodySchema } from './talk.ts';

/** What each kind of entry holds. */
export const BODIES = {
  comment: CommentBodySchema,
  action: ActionBodySchema,
  annotation: AnnotationBodySchema,
  narrative: NarrativeBodySchema,
} as const;
export type WrittenKind = keyof typeof BODIES;
export type BodyOf<K extends WrittenKind> = Static<(typeof BODIES)[K]>;

/** What is filed: `entry` null for a new one, `after` the revision that was read before. */
export interface ToWrite<K extends WrittenKind> {
  readonly entry: number | null;
  readonly after: number;
  readonly scope: string;
  readonly kpi: string | null;
  readonly period: string | null;
  readonly author: string;
  /** Null: withdrawn; what stood there is kept in its history. */
  readonly body: BodyOf<K> | null;
}

export interface WrittenQuery {
  readonly scope: string;
  readonly kpi?: string;
  readonly period?: string;
}
