import type { Instant } from '../time/period.ts';
import type { Fact } from './facts.ts';
import { KINDS, STATES, type Kind, type State } from './kinds.ts';
import { isEndState, isOpenState, isState, stateRank } from './states.ts';

/** An item is told to have entered a state. */
export interface Transition {
  readonly at: Instant;
  readonly state: State;
  /** Not told but concluded, from a merge or from what was done: counts only if the item is still open. */
  readonly isImplied: boolean;
}

export interface Told {
  /** By instant, in the order in which they happened. */
  readonly transitions: readonly Transition[];
  /** Stated dates on which no later transition had another word. */
  readonly stated: ReadonlyMap<State, Instant>;
}

interface ToldTransition extends Transition {
  /** Place of the fact that told it among all facts. */
  readonly told: number;
  /** -1 before and 1 after the transitions of its instant. */
  readonly group: number;
}

/** What the last fact that carries the date of a state says of it. */
interface Statement {
  readonly state: State;
  readonly told: number;
  /** Null: there is no such date. */
  readonly at: Instant | null;
}

/** When an item entered which state, from facts in their order, for kinds with states. */
export function transitionsOf(kind: Kind, facts: readonly Fact[]): Told {
  const told: ToldTransition[] = [];
  facts.forEach((fact, index) => {
    if (fact.state !== null) told.push({ at: fact.effectiveAt, state: fact.state, isImplied: false, told: index, group: 0 });
  });
  const statements = statementsOf(facts);
  const stated = statements.length === 0 ? NOTHING_STATED : new Map<State, Instant>();
  let kept = told;
  for (const statement of statements) {
    const { state, at } = statement;
    kept = kept.filter((each) => each.state !== state || !isReplaced(each, statement, told));
    if (at !== null && !told.some((each) => each.state === state && each.told > statement.told)) stated.set(state, at);
  }
  for (const { state, told: place, at } of statements)
    if (at !== null) kept.push({ at, state, isImplied: false, told: place, group: isOpenState(state) ? -1 : 1 });

  const mergedAt = 'merged_into' in KINDS[kind].fields ? mergedSince(facts) : null;
  if (mergedAt !== null) {
    kept = kept.filter((each) => each.at <= mergedAt || !isOpenState(each.state));
    if (!stated.has('closed')) kept.push({ at: mergedAt, state: 'closed', isImplied: true, told: facts.length, group: 2 });
  }
  const done = 'done' in KINDS[kind].fields ? doneSince(facts) : null;
  if (done !== null && kept.some(({ state }) => isOpenState(state))) {
    // Done before it was written down: closed from its opening on.
    const doneAt = Math.max(done.at, Math.min(...kept.filter(({ state }) => isOpenState(state)).map((each) => each.at)));
    kept = kept.filter((each) => each.at <= doneAt || each.told > done.told || !isOpenState(each.state));
    if (!stated.has('closed')) kept.push({ at: doneAt, state: 'closed', isImplied: true, told: facts.length, group: 2 });
  }
  return { transitions: isAscending(kept) ? kept : kept.sort(compareTransitions), stated };
}

/**
 * At one instant, stated openings come before what facts tell and stated ends after it: such dates are
 * often cut to the minute, and must not make a row of the same minute look like a reopening.
 */
const compareTransitions = (one: ToldTransition, other: ToldTransition): number =>
  one.at - other.at ||
  one.group - other.group ||
  (one.group === 0 ? one.told - other.told : stateRank(one.state) - stateRank(other.state));

/** As facts come in order, nearly all do. */
function isAscending(transitions: readonly ToldTransition[]): boolean {
  for (let at = 1; at < transitions.length; at += 1) {
    const [before, next] = [transitions[at - 1], transitions[at]];
    if (before !== undefined && next !== undefined && compareTransitions(before, next) > 0) return false;
  }
  return true;
}

const NO_STATEMENTS: readonly Statement[] = [];
const NOTHING_STATED = new Map<State, Instant>();

function statementsOf(facts: readonly Fact[]): readonly Statement[] {
  let last: Map<State, Statement> | null = null;
  facts.forEach(({ fields }, told) => {
    for (const name in fields) {
      if (!isState(name)) continue;
      const value = fields[name];
      last ??= new Map();
      if (value === null) last.set(name, { state: name, told, at: null });
      else if (typeof value === 'number' && Number.isFinite(value)) last.set(name, { state: name, told, at: value });
    }
  });
  return last === null ? NO_STATEMENTS : inRank(last);
}

const inRank = (last: ReadonlyMap<State, Statement>): Statement[] => STATES.flatMap((state) => last.get(state) ?? []);

/**
 * A source keeps one date of a state. It speaks of the item's first opening, acknowledgement …, and of
 * its latest restoration, resolution …: of entries into that state told up to then, and not of those
 * that a reopening lies between, because that would lose the reopening.
 */
function isReplaced(entry: ToldTransition, statement: Statement, told: readonly ToldTransition[]): boolean {
  if (entry.told > statement.told) return false;
  if (isOpenState(statement.state) && statement.state !== 'reopened') {
    const ended = told.find((each) => each.told <= statement.told && isEndState(each.state));
    return ended === undefined || entry.told < ended.told;
  }
  const turnsBack = statement.state === 'reopened' ? isEndState : isOpenState;
  const turned = told.findLast((each) => each.told <= statement.told && turnsBack(each.state));
  return turned === undefined || entry.told > turned.told;
}

/** When an item was done, by its latest word on that, and the place of the fact that says so; null if it is not. */
function doneSince(facts: readonly Fact[]): { readonly at: Instant; readonly told: number } | null {
  const told = facts.findLastIndex(
    ({ fields: { done } }) => done === null || (typeof done === 'number' && Number.isFinite(done)),
  );
  const at = facts[told]?.fields['done'];
  return typeof at === 'number' ? { at, told } : null;
}

/** Since when an item has been part of another, without a break; null if it is not. */
function mergedSince(facts: readonly Fact[]): Instant | null {
  let since: Instant | null = null;
  for (const fact of facts) {
    const into = fact.fields['merged_into'];
    if (into === undefined) continue;
    since = into === null || into === '' ? null : (since ?? fact.effectiveAt);
  }
  return since;
}
