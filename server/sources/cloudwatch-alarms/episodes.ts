import type { Instant } from '../../time/period.ts';
import type { AlarmChange } from './change.ts';

/** From the change to ALARM to the one that ended it. */
export interface Episode {
  readonly raised: AlarmChange;
  /** Null: it goes on. */
  readonly cleared: AlarmChange | null;
}

/**
 * Episodes of one alarm, from changes in any order. OK ends one, and so does the deletion of the alarm. INSUFFICIENT_DATA does
 * not: no data is not well, and what goes to ALARM from there goes on. An ALARM told while it is one is the same one.
 */
export function episodesOf(changes: readonly AlarmChange[]): Episode[] {
  const episodes: Episode[] = [];
  let open: AlarmChange | null = null;
  for (const change of [...changes].sort(compareChanges)) {
    if (change.to === 'ALARM') {
      if (open === null && change.from !== 'ALARM') open = change;
    } else if (change.to !== 'INSUFFICIENT_DATA' && open !== null) {
      episodes.push({ raised: open, cleared: change });
      open = null;
    }
  }
  if (open !== null) episodes.push({ raised: open, cleared: null });
  return episodes;
}

const compareChanges = (one: AlarmChange, other: AlarmChange): number =>
  one.at - other.at || compareText(one.mark, other.mark) || compareText(one.to, other.to);

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** What an alarm is told about after new changes: the episodes that they begin or end. */
export interface News {
  readonly alarm: string;
  readonly episode: Episode;
  /**
   * `begun`: it was not known; `ended`: only its end is news; `gone`: it was told, and turns out to be part of another; `back`: it
   * turns out to be none.
   */
  readonly is: 'begun' | 'ended' | 'gone' | 'back';
}

/**
 * Recent changes of alarms, and what raised those that go on. Changes that come late or twice, or out of order, meet those
 * that they belong between.
 */
export class AlarmMemory {
  readonly #changes = new Map<string, AlarmChange[]>();

  constructor(changes: Iterable<AlarmChange> = []) {
    for (const change of changes) this.#add(change);
  }

  /** Takes changes in; gives each episode that is not as it was. */
  learn(changes: readonly AlarmChange[]): News[] {
    const before = new Map<string, Episode[]>();
    for (const change of changes) {
      if (!before.has(change.alarm)) before.set(change.alarm, episodesOf(this.#changes.get(change.alarm) ?? []));
      this.#add(change);
    }
    return [...before].flatMap(([alarm, known]) => {
      const episodes = episodesOf(this.#changes.get(alarm) ?? []);
      const gone = known.flatMap((episode): News[] => {
        if (sameIn(episodes, episode) !== undefined) return [];
        return [{ alarm, episode: { ...episode, raised: this.#takeBack(episode.raised) }, is: 'gone' }];
      });
      const news = episodes.flatMap((episode): News[] => {
        const same = sameIn(known, episode);
        if (same === undefined) return [{ alarm, episode, is: (episode.raised.taken ?? 0) > 0 ? 'back' : 'begun' }];
        return same.cleared?.mark === episode.cleared?.mark ? [] : [{ alarm, episode, is: 'ended' }];
      });
      return [...gone, ...news];
    });
  }

  /** Notes that a change began nothing after all. */
  #takeBack(change: AlarmChange): AlarmChange {
    const taken = { ...change, taken: (change.taken ?? 0) + 1 };
    const changes = this.#changes.get(change.alarm) ?? [];
    this.#changes.set(
      change.alarm,
      changes.map((each) => (each === change ? taken : each)),
    );
    return taken;
  }

  /** Forgets what happened before, except what raised an alarm that was one then. */
  forget(before: Instant): void {
    for (const [alarm, changes] of this.#changes) {
      const straddling = episodesOf(changes).find(
        ({ raised, cleared }) => raised.at < before && (cleared === null || cleared.at >= before),
      );
      const kept = changes.filter((change) => change.at >= before || change === straddling?.raised);
      if (kept.length === 0) this.#changes.delete(alarm);
      else this.#changes.set(alarm, kept);
    }
  }

  all(): AlarmChange[] {
    return [...this.#changes.values()].flat();
  }

  #add(change: AlarmChange): void {
    const known = this.#changes.get(change.alarm) ?? [];
    if (known.some(({ mark, to }) => mark === change.mark && to === change.to)) return;
    known.push(change);
    this.#changes.set(change.alarm, known);
  }
}

const sameIn = (episodes: readonly Episode[], { raised }: Episode): Episode | undefined =>
  episodes.find((each) => each.raised.mark === raised.mark);
