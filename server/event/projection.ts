import type { Instant } from '../time/period.ts';
import { closingsOf } from './closings.ts';
import { episodesOf } from './episodes.ts';
import type { Fields, FieldValue } from './event.ts';
import { countingFacts, type Fact } from './facts.ts';
import type { Closing, Item, Stretch } from './item.ts';
import { KINDS, type FieldType, type Kind, type State } from './kinds.ts';
import { isState } from './states.ts';
import { stretchesOf } from './stretches.ts';
import { transitionsOf, type Told } from './transitions.ts';
import { walk, type Walk } from './walk.ts';

export type { Fact } from './facts.ts';
export type { Item } from './item.ts';

const NONE: readonly Closing[] = [];
const UNTOLD: Told = { transitions: [], stated: new Map() };

/**
 * Folds all known events of one item into the item as they tell it; the caller leaves out what was
 * not yet known. Any order, duplication or splitting of the same events gives the same item. Null
 * where no event counts.
 */
export function projectItem(uid: string, events: readonly Fact[]): Item | null {
  const facts = countingFacts(events);
  const [earliest] = facts;
  if (earliest === undefined) return null;
  const { kind, source, item: id } = earliest;
  const { hasStates } = KINDS[kind];
  const fields = latestFields(facts, hasStates);
  const told = hasStates ? transitionsOf(kind, facts) : UNTOLD;
  const walked = hasStates ? walk(told.transitions) : cancellation(facts);
  const start = walked.openedAt ?? (hasStates ? walked.entries[0]?.at : undefined) ?? earliest.effectiveAt;
  const stretches = hasStates ? stretchesOf(facts, walked.entries, start) : latestStretch(facts, start);
  const episodes = episodesOf(uid, kind, walked, told.stated, ownInstants(kind, fields), stretches);
  return {
    uid,
    kind,
    source,
    id,
    fields,
    ...firstAndLast(walked),
    stretches,
    episodes,
    closings: kind === 'ticket' ? closingsOf(walked.entries) : NONE,
    isSnapshot: facts.some((fact) => fact.origin === 'snapshot'),
  };
}

/** Without states an item is of one piece, as it was last told. */
function latestStretch(facts: readonly Fact[], start: Instant): Stretch[] {
  return stretchesOf(facts, [], start)
    .slice(-1)
    .map((last) => ({ ...last, from: start }));
}

/** Null takes a field away; dates of states are not fields, and numbers are finite or nothing. */
function latestFields(facts: readonly Fact[], hasStates: boolean): Fields {
  const only = onlyFields(facts, hasStates);
  if (only !== null) return only;
  const latest = new Map<string, FieldValue>();
  for (const fact of facts) {
    for (const [name, value] of Object.entries(fact.fields)) {
      if (hasStates && isState(name)) continue;
      if (value === null) latest.delete(name);
      else if (typeof value !== 'number' || Number.isFinite(value)) latest.set(name, value);
    }
  }
  // Names in an order of their own, so that equal items are equal to the byte.
  return Object.fromEntries([...latest].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The fields of the one fact that has any, where they stand as they are; null where there is more to do. */
function onlyFields(facts: readonly Fact[], hasStates: boolean): Fields | null {
  let only: Fields = NO_FIELDS;
  for (const { fields } of facts) {
    for (const _ in fields) {
      if (only !== NO_FIELDS) return null;
      only = fields;
      break;
    }
  }
  let before = '';
  for (const name in only) {
    const value = only[name];
    const isPlain = name > before && value !== null && (typeof value !== 'number' || Number.isFinite(value));
    if (!isPlain || (hasStates && isState(name))) return null;
    before = name;
  }
  return only;
}

const NO_FIELDS: Fields = Object.freeze({});

const INSTANT_FIELDS = new Map<Kind, readonly string[]>();

/** The instant fields of a kind's own. */
export function instantFieldsOf(kind: Kind): readonly string[] {
  let names = INSTANT_FIELDS.get(kind);
  if (names === undefined) {
    const fields: Readonly<Record<string, FieldType>> = KINDS[kind].fields;
    names = Object.keys(fields).filter((name) => fields[name] === 'instant');
    INSTANT_FIELDS.set(kind, names);
  }
  return names;
}

function ownInstants(kind: Kind, fields: Fields): Map<string, Instant> {
  const own = new Map<string, Instant>();
  for (const name of instantFieldsOf(kind)) {
    const value = fields[name];
    if (typeof value === 'number') own.set(name, value);
  }
  return own;
}

/** Items without states can still be deleted in their source. */
function cancellation(facts: readonly Fact[]): Walk {
  const last = facts.findLast((fact) => fact.state === 'cancelled' || fact.state === 'reopened');
  return {
    entries: last?.state === 'cancelled' ? [{ at: last.effectiveAt, state: 'cancelled', isReopening: false }] : [],
    openedAt: null,
  };
}

function firstAndLast(walked: Walk): Pick<Item, 'first' | 'last'> {
  const first: Partial<Record<State, Instant>> = {};
  const last: Partial<Record<State, Instant>> = {};
  if (walked.openedAt !== null) first.opened = last.opened = walked.openedAt;
  for (const { at, state, isReopening } of walked.entries) {
    first[state] ??= at;
    last[state] = at;
    if (!isReopening) continue;
    first.reopened ??= at;
    last.reopened = at;
  }
  return { first, last };
}
