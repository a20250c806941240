import type { Topic } from './selection.ts';

/** How the time of a meeting is shared out; all whole minutes, which sum to its length. */
export interface MeetingPlan {
  readonly length: number;
  /** The headline is read, last week's actions are looked at. */
  readonly opening: number;
  /** Minutes of each topic, by its anchor; 0: read, not talked about. */
  readonly topics: ReadonlyMap<string, number>;
  /** Routine by its sections, and what was agreed. */
  readonly closing: number;
  /** Topics that the length leaves no time for. */
  readonly folded: readonly Topic[];
}

/** Less than this is no conversation. */
const LEAST_MINUTES = 2;

/**
 * Shares a meeting's minutes by what its topics usually take. Where they do not fit, the last of the agenda fold first: they
 * are read, not talked about. A win may take a minute; what is to be explained takes two at least.
 */
export function planOf(topics: readonly Topic[], length: number): MeetingPlan {
  const opening = length >= 45 ? 3 : 2;
  const closing = length >= 45 ? 4 : 2;
  const wanted = topics.map(({ item, also }) => Math.max(item.minutes, ...also.map(({ minutes }) => minutes)));
  const least = wanted.map((minutes) => Math.min(minutes, LEAST_MINUTES));
  const room = Math.max(0, length - opening - closing);
  let kept = topics.length;
  while (kept > 0 && sum(least.slice(0, kept)) > room) kept -= 1;
  const minutes = shared(wanted.slice(0, kept), least.slice(0, kept), room);
  const given = sum(minutes);
  return {
    length,
    opening,
    topics: new Map(topics.map(({ anchor }, index) => [anchor, minutes[index] ?? 0])),
    // What nobody needs is left to the end, where routine is read.
    closing: length - opening - given,
    folded: topics.slice(kept),
  };
}

/** Whole minutes by weight, none below its least, none above twice its weight; the first get what rounding leaves. */
function shared(weights: readonly number[], least: readonly number[], room: number): number[] {
  const total = sum(weights);
  const most = Math.min(room, 2 * total);
  const minutes = weights.map((weight, index) => Math.max(least[index] ?? 0, Math.floor((weight * most) / total)));
  for (let index = minutes.length - 1; index >= 0 && sum(minutes) > most; index -= 1) {
    const spare = (minutes[index] ?? 0) - (least[index] ?? 0);
    minutes[index] = (minutes[index] ?? 0) - Math.min(spare, sum(minutes) - most);
  }
  for (let index = 0; index < minutes.length && sum(minutes) < most; index += 1) minutes[index] = (minutes[index] ?? 0) + 1;
  return minutes;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** `12:05`, and beyond the time `+1:10`. */
export function clockText(leftMs: number): string {
  const seconds = Math.abs(Math.ceil(leftMs / 1000));
  return `${leftMs < 0 && seconds > 0 ? '+' : ''}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
