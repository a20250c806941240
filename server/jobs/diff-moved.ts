import type { Kpi } from '../kpi/kpi.ts';
import type { EvidenceItem } from '../kpi/measurement.ts';
import type { Evaluated } from '../kpi/world.ts';
import type { Period } from '../time/period.ts';
import { evidenceValue } from './evidence.ts';

/** Moved items that are kept of one period; their number is kept whole. */
export const MOVED_KEPT = 50;

/**
 * How an item stands in the new list against the old one.
 * - `enters`, `leaves`: counted now and not before, or the other way round
 * - `changes`: counted by both, with another value
 * - `left out otherwise`: counted by neither, and named among what was left out by one alone or for another reason
 */
export type How = 'enters' | 'leaves' | 'changes' | 'left out otherwise';
const ORDER: readonly How[] = ['enters', 'leaves', 'changes', 'left out otherwise'];

/** How one definition sees an item. */
export interface Seen {
  /** In the unit of that definition; null where the item is left out. */
  readonly value: number | null;
  readonly valueText: string;
  readonly excluded: string | null;
}

export interface MovedItem {
  readonly uid: string;
  readonly title: string;
  readonly how: How;
  /** Null where that definition does not know the item. */
  readonly before: Seen | null;
  readonly after: Seen | null;
}

/** The items that make the difference between two lists. */
export interface Moved {
  readonly total: number;
  readonly enters: number;
  readonly leaves: number;
  readonly changes: number;
  readonly leftOutOtherwise: number;
  /** The first of them, those that enter first, each kind in the order of uids. */
  readonly items: readonly MovedItem[];
}

/** What moves over the weeks of a scope, each item once; `between`: both in and out, so that it only counts in another week. */
export interface OverWeeks {
  readonly entering: number;
  readonly leaving: number;
  readonly between: number;
}

/** What moves in a scope. */
export interface ScopeMoves {
  /** In the order in which periods were asked for. */
  readonly periods: readonly Moved[];
  readonly weeks: OverWeeks;
}

interface MovedAll extends Moved {
  readonly entering: readonly string[];
  readonly leaving: readonly string[];
}

interface Listed {
  readonly kpi: Kpi;
  readonly items: readonly EvidenceItem[];
}

/** What one definition says of the periods of a scope. */
interface SaidOf {
  readonly kpi: Kpi;
  readonly said: readonly Evaluated[];
}

/** Moves by the lists of evidence, one by one: for numbers whose lists are not made of items. Made only where digests say that they differ. */
export function movesByList(before: SaidOf, after: SaidOf, periods: readonly Period[]): ScopeMoves {
  const [entering, leaving] = [new Set<string>(), new Set<string>()];
  const moved = periods.map((period, at): Moved => {
    const [was, is] = [before.said[at], after.said[at]];
    if (was === undefined || is === undefined || isAlike(was, is)) return NOTHING_MOVED;
    const {
      entering: into,
      leaving: out,
      ...told
    } = movedBetween({ kpi: before.kpi, items: was.evidence() }, { kpi: after.kpi, items: is.evidence() });
    if (period.grain === 'week') {
      for (const uid of into) entering.add(uid);
      for (const uid of out) leaving.add(uid);
    }
    return told;
  });
  const between = [...entering].filter((uid) => leaving.has(uid)).length;
  return { periods: moved, weeks: { entering: entering.size, leaving: leaving.size, between } };
}

const isAlike = (was: Evaluated, is: Evaluated): boolean =>
  was.value === is.value && was.emptiness === is.emptiness && was.count === is.count && was.digest === is.digest;

export const NOTHING_MOVED: Moved = { total: 0, enters: 0, leaves: 0, changes: 0, leftOutOtherwise: 0, items: [] };

/**
 * Holds two lists of one period against each other, item by item. `enters` less `leaves` is the
 * difference of their counts. An item that stands in a list more than once (in two parts of a
 * combination) is held against the other list as often.
 */
export function movedBetween(before: Listed, after: Listed): MovedAll {
  const old = byUid(before.items);
  const moves: {
    readonly uid: string;
    readonly how: How;
    readonly was: EvidenceItem | null;
    readonly is: EvidenceItem | null;
  }[] = [];
  const hold = (uid: string, was: EvidenceItem | null, is: EvidenceItem | null): void => {
    const how = howOf(was, is);
    if (how !== null) moves.push({ uid, how, was, is });
  };
  for (const [uid, own] of byUid(after.items)) {
    const others = [...(old.get(uid) ?? [])];
    old.delete(uid);
    const left = own.filter((is) => {
      const same = others.findIndex((was) => howOf(was, is) === null);
      if (same >= 0) others.splice(same, 1);
      return same < 0;
    });
    for (let index = 0; index < Math.max(left.length, others.length); index += 1)
      hold(uid, others[index] ?? null, left[index] ?? null);
  }
  for (const [uid, others] of old) for (const was of others) hold(uid, was, null);
  moves.sort((one, other) => ORDER.indexOf(one.how) - ORDER.indexOf(other.how) || (one.uid < other.uid ? -1 : 1));
  const ofHow = (how: How): string[] => moves.flatMap((move) => (move.how === how ? [move.uid] : []));
  const [entering, leaving] = [ofHow('enters'), ofHow('leaves')];
  return {
    total: moves.length,
    enters: entering.length,
    leaves: leaving.length,
    changes: ofHow('changes').length,
    leftOutOtherwise: ofHow('left out otherwise').length,
    items: moves.slice(0, MOVED_KEPT).map(({ uid, how, was, is }) => ({
      uid,
      title: titleOf(uid),
      how,
      before: was === null ? null : seenBy(before.kpi, was),
      after: is === null ? null : seenBy(after.kpi, is),
    })),
    entering,
    leaving,
  };
}

function howOf(was: EvidenceItem | null, is: EvidenceItem | null): How | null {
  const wasCounted = was !== null && was.excluded === null;
  const isCounted = is !== null && is.excluded === null;
  if (wasCounted !== isCounted) return isCounted ? 'enters' : 'leaves';
  if (isCounted) return was?.value === is.value ? null : 'changes';
  return was?.excluded === is?.excluded ? null : 'left out otherwise';
}

const byUid = (items: readonly EvidenceItem[]): Map<string, EvidenceItem[]> => Map.groupBy(items, (item) => item.uid);

export const seenBy = (kpi: Kpi, { value, excluded }: Pick<EvidenceItem, 'value' | 'excluded'>): Seen => ({
  value,
  valueText: value === null ? '' : evidenceValue(value, kpi),
  excluded,
});

/** `desk:incident:A-17` is `A-17` to its readers; a point of a series has no shorter name. */
export function titleOf(uid: string): string {
  const [, , ...rest] = uid.split(':');
  return rest.length === 0 || uid.includes('@') ? uid : rest.join(':');
}
