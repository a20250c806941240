import { hash } from 'node:crypto';
import type { Event, Fields, FieldValue } from '../../event/event.ts';
import type { Kind, State } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';
import { factKey } from './fact-key.ts';

/** What is known of a fact; undefined fields say nothing. */
interface Fact {
  readonly source: string;
  readonly kind: Kind;
  readonly item: string;
  readonly at: Instant;
  readonly fields?: Readonly<Record<string, FieldValue | undefined>>;
}

/**
 * An item as it stands now: what is said of it later takes the place of what was said before, and the same words said again
 * are the same fact.
 * @param version the greater one stands, whichever is heard last: the source's own, or when rules were changed, so that words
 * which were said under rules of long ago can be said again
 */
export function asItStands({ source, kind, item, at, fields = {} }: Fact, version = 0): Event {
  const said = saidOf(fields);
  return {
    kind,
    source,
    item,
    key: factKey(['stands', at, version, ...partsOf(said)]),
    effectiveAt: at,
    sequence: version,
    origin: 'native',
    state: null,
    fields: said,
    supersedes: null,
    slot: 'item',
  };
}

/** An item that was told before, and that rules leave out by now: it counts no more, until it is told again. */
export const takenBack = (fact: Omit<Fact, 'fields'>, version: number): Event => ({
  ...asItStands(fact, version),
  key: factKey(['left out', version]),
  origin: 'inferred',
  state: 'cancelled',
});

/**
 * A step of an item's history.
 * @param state null: it did not happen after all
 * @param key what names the step in the source
 * @param version of several words on it the one with the greatest stands
 */
export const stepOf = (fact: Fact, state: State | null, key: readonly (string | number)[], version = 0): Event => ({
  ...factOf(fact, key),
  key: factKey(['step', ...key, ...(version === 0 ? [] : [version])]),
  sequence: version,
  state,
  slot: `step ${key.join(' ')}`,
});

/** Something that became so at an instant, once and for all. @param key what names it in the source */
export const factOf = ({ source, kind, item, at, fields = {} }: Fact, key: readonly (string | number)[]): Event => ({
  kind,
  source,
  item,
  key: factKey(['fact', ...key]),
  effectiveAt: at,
  sequence: 0,
  origin: 'native',
  state: null,
  fields: saidOf(fields),
  supersedes: null,
  slot: null,
});

/** Names what was written in settings: another one reads everything again. */
export const settingsDigest = (written: unknown): string => hash('sha256', JSON.stringify(written), 'base64url').slice(0, 16);

const saidOf = (fields: Readonly<Record<string, FieldValue | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields)
      .flatMap(([name, value]): [string, FieldValue][] => (value === undefined ? [] : [[name, value]]))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

const partsOf = (fields: Fields): (string | number | null)[] =>
  Object.entries(fields).flatMap(([name, value]) => [
    name,
    value === null || typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value),
  ]);
