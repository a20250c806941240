import type { FieldValue, Fields } from '../../event/event.ts';
import type { Kind, State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';

/** Something that happened to an item, before it belongs to a source and before people are pseudonyms. */
export interface Fact {
  readonly kind: Kind;
  readonly item: string;
  /** Unique within the item. */
  readonly key: string;
  readonly at: Instant;
  readonly sequence: number;
  readonly state: State | null;
  readonly fields: Fields;
  /** It becomes known with this week's facts, where that is later than the week it happened in. */
  readonly knownWeek: number;
}

/** Fields as they are written down; what is undefined is not said at all. */
export type Said = Readonly<Record<string, FieldValue | undefined>>;

/** Collects the facts of one item in the order they are told. */
export interface Chronicle {
  readonly facts: readonly Fact[];
  say(at: Instant, state: State | null, said?: Said): void;
}

export function chronicleOf(kind: Kind, item: string, knownWeek = Number.NEGATIVE_INFINITY): Chronicle {
  const facts: Fact[] = [];
  return {
    facts,
    say: (at, state, said = {}) => {
      const fields: Record<string, FieldValue> = {};
      for (const [name, value] of Object.entries(said)) if (value !== undefined) fields[name] = value;
      const sequence = facts.length + 1;
      facts.push({ kind, item, key: `${state ?? 'fields'}-${sequence}`, at, sequence, state, fields, knownWeek });
    },
  };
}

/** `INC-229014`: week and number, so that a week can be made without the weeks before it. */
export const itemId = (prefix: string, week: number, number: number): string => `${prefix}-${(week + 100) * 1000 + number}`;
