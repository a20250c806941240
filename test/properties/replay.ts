import type { Event } from '../../server/event/event.ts';
import { STATES, type State } from '../../server/event/kinds.ts';

/** One item as a plain reader of its facts would have it just before an instant. */
export interface Standing {
  readonly isOpen: boolean;
  readonly openedAt: number | null;
  readonly team: string | null;
  readonly service: string | null;
}

const OPEN: readonly (State | null)[] = ['opened', 'acknowledged', 'in_progress', 'on_hold', 'reopened'];
const ENDED: readonly (State | null)[] = ['restored', 'resolved', 'closed'];

/**
 * Tells an item's story from its facts, one after the other, up to an instant: written as plainly as can
 * be, to hold the real way (projections, stretches, columns) against it.
 */
export function replay(facts: readonly Event[], until: number): Standing {
  const byKey = new Map(facts.map((fact) => [fact.key, fact]));
  for (const { key, supersedes } of facts) if (supersedes !== null && supersedes !== key) byKey.delete(supersedes);
  const story = [...byKey.values()].sort(
    (one, other) => one.effectiveAt - other.effectiveAt || rank(one) - rank(other) || (one.key < other.key ? -1 : 1),
  );
  let mergedAt: number | null = null;
  for (const { fields, effectiveAt } of story)
    if (fields['merged_into'] !== undefined) mergedAt = fields['merged_into'] === null ? null : (mergedAt ?? effectiveAt);

  let state: State | null = null;
  let openedAt: number | null = null;
  let endedBeforeOpened = false;
  let team: string | null = null;
  let service: string | null = null;
  let isMergeTold = false;
  const mergeBy = (at: number): void => {
    if (mergedAt === null || isMergeTold || at <= mergedAt) return;
    isMergeTold = true;
    if (OPEN.includes(state)) state = 'closed';
  };
  for (const fact of story) {
    if (fact.effectiveAt >= until) break;
    mergeBy(fact.effectiveAt);
    const said = fact.fields;
    if (said['team'] !== undefined) team = typeof said['team'] === 'string' ? said['team'] : null;
    if (said['service'] !== undefined) service = typeof said['service'] === 'string' ? said['service'] : null;
    const next = fact.state;
    if (next === null || (mergedAt !== null && fact.effectiveAt > mergedAt && OPEN.includes(next))) continue;
    if (state === 'cancelled') {
      if (next === 'reopened') state = next;
    } else if (next === 'opened' && openedAt === null) {
      openedAt = fact.effectiveAt;
      endedBeforeOpened = ENDED.includes(state);
      state ??= next;
    } else if (!(endedBeforeOpened && next === 'opened')) {
      state = next;
      endedBeforeOpened = false;
    }
  }
  mergeBy(until);
  // By its own word it did not exist before it was opened, even where that is told of a later time.
  const ownWord = openedAt ?? (until === Infinity ? null : replay(facts, Infinity).openedAt);
  return { isOpen: OPEN.includes(state) && (ownWord === null || ownWord < until), openedAt, team, service };
}

const rank = ({ state }: Event): number => (state === null ? STATES.length : STATES.indexOf(state));
