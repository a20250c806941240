import type { Fields, FieldValue } from '../event/event.ts';
import type { Closing, Item, Stretch } from '../event/item.ts';
import { KINDS, isKind, type Kind } from '../event/kinds.ts';
import { isEndState } from '../event/states.ts';
import type { Cause } from '../store/store.ts';
import type { Instant, Period } from '../time/period.ts';
import type { Basis } from './coverage.ts';

/** What new batches made of one item. */
export interface ItemChange {
  readonly uid: string;
  readonly kind: Kind;
  /** As it was known before; null for an item nobody knew. */
  readonly before: Item | null;
  readonly after: Item;
  /** What link items name beside it, by native id or uid. */
  readonly linked: readonly string[];
  /** Where it speaks of an earlier time than anything of its kind did before: from when, even if corrected since. */
  readonly historyFrom: Instant | null;
}

/** Fields that reach into another item's numbers. */
export const LINK_FIELDS = ['caused_by', 'rolls_back', 'from', 'to', 'incident', 'alert'] as const;

/** Native ids or uids of the items that an item names. */
export const namesOf = ({ fields }: Item): string[] =>
  LINK_FIELDS.flatMap((name) => {
    const id = fields[name];
    return typeof id === 'string' ? [id] : [];
  });

/** Native ids or uids of the items that a change's item names, before or now, or is named beside by link items. */
export function linkedIds({ before, after, linked }: ItemChange): string[] {
  const own = [before, after].flatMap((item) => (item === null ? [] : namesOf(item)));
  return [...own, ...linked];
}

/** Whether numbers on this basis may move with a change: it is counted there, or linked to what is. */
export function isRelevant(basis: Basis, change: ItemChange): boolean {
  const { kind, before, after, linked } = change;
  if (basis.kinds.includes(kind)) return true;
  if (!basis.linked.includes(kind)) return false;
  if (kind === 'session') return linkedIds(change).length > 0;
  if (!basis.blaming.includes(kind)) return true;
  return linked.length > 0 || [before, after].some((item) => typeof item?.fields['caused_by'] === 'string');
}

/** When items began, by their names and by the names they give. Null where there are none. */
export interface ItemStarts {
  /** The earliest instant of the items of a kind with this native id, of any source, or this uid. */
  startOfNamed(kind: Kind, id: string): Instant | null;
  /** The earliest instant of the items of a kind that name another, in a field of theirs. */
  startOfNaming(kind: Kind, id: string): Instant | null;
}

/**
 * The earliest instant whose numbers the changes may alter, or null where they alter none of this
 * basis. Never too late; it may be too early, which costs time only.
 */
export function affectedFrom(
  basis: Basis,
  changes: readonly ItemChange[],
  touchedSeries: ReadonlyMap<string, Instant>,
  starts: ItemStarts,
): Instant | null {
  let earliest = Infinity;
  for (const change of changes) {
    if (!isRelevant(basis, change)) continue;
    earliest = Math.min(earliest, earliestDifference(change) - basis.reachMs);
    if (change.historyFrom !== null && basis.kinds.includes(change.kind)) earliest = Math.min(earliest, change.historyFrom);
    // A new item may be what others meant by its name, instead of one of another source.
    for (const id of change.before === null ? [...linkedIds(change), change.after.id] : linkedIds(change)) {
      for (const kind of basis.kinds) earliest = Math.min(earliest, starts.startOfNamed(kind, id) ?? Infinity);
      // A link tells of both its ends: what it blames, and what the one that blames suspected until now.
      if (change.kind === 'link')
        earliest = Math.min(
          earliest,
          startOfLinked(basis, (kind) => starts.startOfNamed(kind, id)),
        );
    }
    if (!basis.linked.includes(change.kind)) continue;
    for (const id of [change.uid, change.after.id]) {
      for (const kind of basis.kinds) earliest = Math.min(earliest, starts.startOfNaming(kind, id) ?? Infinity);
      earliest = Math.min(
        earliest,
        startOfLinked(basis, (kind) => starts.startOfNaming(kind, id)),
      );
    }
  }
  for (const name of basis.series) earliest = Math.min(earliest, touchedSeries.get(name) ?? Infinity);
  return earliest === Infinity ? null : earliest;
}

/** The earliest instant that linked items have a say in. */
const startOfLinked = ({ linked, reachMs }: Basis, startOf: (kind: Kind) => Instant | null): Instant =>
  Math.min(...linked.map((kind) => (startOf(kind) ?? Infinity) - reachMs));

/** The uids of stored items that an item's uid may speak of: of its own, or of what it was derived from. */
export function uidsBehind(uid: string): string[] {
  const [first = '', ...rest] = uid.replace(/#\d+$/, '').split(':');
  if (!isKind(first) || !KINDS[first].isDerived) return [uid.replace(/#\d+$/, '')];
  // A native id may hold colons, as may what follows it.
  return rest.slice(2).map((_, index) => rest.slice(0, index + 3).join(':'));
}

/** Every instant an item's rows carry, with its name, so that two states of knowledge can be compared. */
function instantsOf(item: Item): Map<string, Instant> {
  const instants = new Map<string, Instant>();
  for (const [index, episode] of item.episodes.entries()) {
    for (const [name, at] of Object.entries(episode.instants)) if (at !== undefined) instants.set(`${index} ${name}`, at);
  }
  return instants;
}

/** The earliest instant that an item speaks of. */
export const startOf = (item: Item): Instant => {
  let start = item.stretches[0]?.from ?? Infinity;
  for (const { instants } of item.episodes) for (const name in instants) start = Math.min(start, instants[name] ?? Infinity);
  for (const { closed } of item.closings) start = Math.min(start, closed);
  return start;
};

const startOfEither = ({ before, after }: ItemChange): Instant =>
  Math.min(before === null ? Infinity : startOf(before), startOf(after));

const differences = new WeakMap<ItemChange, Instant>();

/** Every KPI asks it of every change. */
function earliestDifference(change: ItemChange): Instant {
  let earliest = differences.get(change);
  if (earliest === undefined) differences.set(change, (earliest = findEarliestDifference(change)));
  return earliest;
}

function findEarliestDifference(change: ItemChange): Instant {
  const { before, after } = change;
  if (before === null) return startOf(after);
  // What was taken back is left out of every number that it was in, repeated by nothing, and blames nothing.
  const isUndone = before.last.cancelled !== after.last.cancelled;
  if (isUndone || fieldsDiffer(before.fields, after.fields) || severityOf(before) !== severityOf(after))
    return startOfEither(change);
  let earliest = Infinity;
  const old = instantsOf(before);
  const fresh = instantsOf(after);
  for (const [name, at] of old) if (fresh.get(name) !== at) earliest = Math.min(earliest, at, fresh.get(name) ?? Infinity);
  for (const [name, at] of fresh) if (!old.has(name)) earliest = Math.min(earliest, at);
  earliest = Math.min(
    earliest,
    stretchDifference(before.stretches, after.stretches),
    closingDifference(before.closings, after.closings),
  );
  // What became of it since its first end (reopened, cancelled, restored after all) is told of it there.
  return earliest === Infinity ? earliest : Math.min(earliest, firstEnd(before), firstEnd(after));
}

const firstEnd = ({ stretches }: Item): Instant =>
  stretches.find(({ state }) => state === 'cancelled' || isEndState(state))?.from ?? Infinity;

function stretchDifference(before: readonly Stretch[], after: readonly Stretch[]): Instant {
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const [old, fresh] = [before[index], after[index]];
    if (old === undefined || fresh === undefined) return (old ?? fresh)?.from ?? Infinity;
    const isAlike =
      old.from === fresh.from &&
      old.state === fresh.state &&
      old.team === fresh.team &&
      old.service === fresh.service &&
      old.severity === fresh.severity;
    if (!isAlike) return Math.min(old.from, fresh.from);
    if (old.to !== fresh.to) return Math.min(old.to ?? Infinity, fresh.to ?? Infinity);
  }
  return Infinity;
}

/** Closings may lie before the first stretch: those of a ticket that was closed before it was opened, by clocks that disagree. */
function closingDifference(before: readonly Closing[], after: readonly Closing[]): Instant {
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const [old, fresh] = [before[index], after[index]];
    if (old?.closed !== fresh?.closed || old?.reopened !== fresh?.reopened)
      return Math.min(old?.closed ?? Infinity, fresh?.closed ?? Infinity);
  }
  return Infinity;
}

const severityOf = (item: Item): string => item.episodes.map((episode) => episode.severity ?? 0).join(' ');

/** True when a field that is not an instant differs; instants are compared one by one. */
function fieldsDiffer(before: Fields, after: Fields): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names)
    if (!isSameValue(before[name], after[name]) && !(looksLikeInstant(before[name]) && looksLikeInstant(after[name])))
      return true;
  return false;
}

const isSameValue = (a: FieldValue | undefined, b: FieldValue | undefined): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, index) => value === b[index]));

/** Instant fields stand in the episodes as well, where they are compared; absent counts as one here. */
const looksLikeInstant = (value: FieldValue | undefined): boolean =>
  value === undefined || (typeof value === 'number' && value > 1e11);

/** True when an instant of the item, as known before or now, lies in the period. */
export function touchesPeriod({ before, after }: ItemChange, period: Period): boolean {
  for (const item of before === null ? [after] : [before, after])
    for (const { instants } of item.episodes)
      for (const name in instants) {
        const at = instants[name];
        if (at !== undefined && at >= period.start && at < period.end) return true;
      }
  return false;
}

const causes = new WeakMap<ItemChange, readonly Cause[]>();

/** Why a number that rests on the item may have moved. Many numbers ask it of one change. */
export function causesOf(change: ItemChange): readonly Cause[] {
  let known = causes.get(change);
  if (known === undefined) causes.set(change, (known = findCauses(change)));
  return known;
}

function findCauses({ before, after }: ItemChange): Cause[] {
  if (before === null) return ['late'];
  const causes = new Set<Cause>();
  const differs = (name: string): boolean => !isSameValue(before.fields[name], after.fields[name]);
  if (differs('merged_into')) causes.add('merged');
  if (after.kind === 'link' ? differs('from') || differs('to') : differs('caused_by') || differs('rolls_back'))
    causes.add('relinked');
  if (before.last.cancelled !== after.last.cancelled) causes.add('cancelled');
  if (before.last.reopened !== after.last.reopened) causes.add('reopened');
  if (differs('team') || differs('service')) causes.add('remapped');
  const fresh = instantsOf(after);
  for (const [name, at] of instantsOf(before)) {
    const now = fresh.get(name);
    if (now !== at && !/ (reopened|last_opened|cancelled)$/.test(name) && !causes.has('reopened')) causes.add('corrected');
  }
  return causes.size === 0 ? ['late'] : [...causes];
}
