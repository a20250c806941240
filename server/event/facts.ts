import type { Event, StoredEvent } from './event.ts';
import { stateRank } from './states.ts';

/** Events as they come from the log, or from a source before the log has numbered their batch. */
export type Fact = Event | StoredEvent;

/**
 * The events that count, in the order in which they are folded: by (effectiveAt, sequence, state
 * rank, key), never by arrival. Duplicates of a key, superseded events, all but the latest word of
 * a slot, and events without a finite instant are left out.
 */
export function countingFacts(events: readonly Fact[]): Fact[] {
  if (isPlain(events)) return sorted([...events]);
  const byKey = new Map<string, Fact>();
  const superseded = new Set<string>();
  let hasSlots = false;
  for (const event of events) {
    if (!Number.isFinite(event.effectiveAt)) continue;
    const known = byKey.get(event.key);
    if (known === undefined || compareVersions(event, known) < 0) byKey.set(event.key, event);
    // A correction counts even if it is itself corrected; none corrects itself.
    if (event.supersedes !== null && event.supersedes !== event.key) superseded.add(event.supersedes);
    if (event.slot !== null) hasSlots = true;
  }
  let facts = [...byKey.values()];
  if (superseded.size > 0) facts = facts.filter((fact) => !superseded.has(fact.key));
  if (hasSlots) facts = latestWords(facts);
  return sorted(facts);
}

/** So few facts are compared with one another; a table of them costs more. */
const FEW = 16;

/** Whether each of a few facts counts: no key and no slot comes twice, nothing is superseded or without an instant. */
function isPlain(events: readonly Fact[]): boolean {
  if (events.length > FEW) return false;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at];
    if (event === undefined || event.supersedes !== null || !Number.isFinite(event.effectiveAt)) return false;
    for (let before = 0; before < at; before += 1) {
      const other = events[before];
      if (other?.key === event.key || (event.slot !== null && other?.slot === event.slot)) return false;
    }
  }
  return true;
}

/** In the order in which they are folded; the list itself. */
function sorted(facts: Fact[]): Fact[] {
  if (facts.length > FEW) return facts.sort(compareFacts);
  for (let at = 1; at < facts.length; at += 1) {
    const moved = facts[at];
    if (moved === undefined) continue;
    let to = at;
    for (let other = facts[to - 1]; other !== undefined && compareFacts(other, moved) > 0; other = facts[to - 1]) {
      facts[to] = other;
      to -= 1;
    }
    facts[to] = moved;
  }
  return facts;
}

function latestWords(facts: readonly Fact[]): Fact[] {
  const latest = new Map<string, Fact>();
  for (const fact of facts) {
    if (fact.slot === null) continue;
    const known = latest.get(fact.slot);
    if (known === undefined || compareWords(fact, known) > 0) latest.set(fact.slot, fact);
  }
  return facts.filter((fact) => fact.slot === null || latest.get(fact.slot) === fact);
}

const batchOf = (fact: Fact): number => ('batch' in fact ? fact.batch : 0);

const compareWords = (one: Fact, other: Fact): number =>
  one.sequence - other.sequence || batchOf(one) - batchOf(other) || compareText(one.key, other.key);

const compareFacts = (one: Fact, other: Fact): number =>
  one.effectiveAt - other.effectiveAt ||
  one.sequence - other.sequence ||
  stateRank(one.state) - stateRank(other.state) ||
  compareText(one.key, other.key);

/** The log keeps the first of two events with one key. The rest only decides where both are new. */
const compareVersions = (one: Fact, other: Fact): number =>
  batchOf(one) - batchOf(other) ||
  compareFacts(one, other) ||
  compareText(JSON.stringify(one.fields), JSON.stringify(other.fields));

/** By UTF-16 code unit, as the store compares. */
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
