import type { Event } from '../../event/event.ts';
import type { Reject } from '../source.ts';
import { readBusEvent } from './bus-event.ts';
import type { BusReader } from './reader.ts';

/** An event as it came: in a message of a queue or in a post. */
export interface Letter<From> {
  readonly from: From;
  /** Where it lay, for words about it. */
  readonly place: string;
  readonly body: string;
}

/** A deployment that has to be looked up, since its event does not say what began it. */
export interface ToLookUp<From> {
  readonly from: From;
  readonly deployment: string;
  readonly account: string;
  readonly region: string;
}

export interface Opened<From> {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
  /** They say nothing that could be understood. */
  readonly wrong: ReadonlySet<From>;
  readonly toLookUp: readonly ToLookUp<From>[];
}

/** What to do about letters of this kind. */
export interface Words {
  /** All of them: `https://sqs…` or `webhook`. */
  readonly place: string;
  readonly wrongFix: string;
}

/** Reads letters in the order of what they tell, not of their coming. */
export function openLetters<From>(reader: BusReader, letters: readonly Letter<From>[], words: Words): Opened<From> {
  const events: Event[] = [];
  const rejects: Reject[] = [];
  const wrong = new Set<From>();
  const toLookUp: ToLookUp<From>[] = [];
  const known = new Set<string>();
  const passedOver = new Map<string, number>();
  const reject = ({ from, place }: Letter<From>, reason: string): void => {
    wrong.add(from);
    rejects.push({ place, reason, fix: words.wrongFix, isKept: false });
  };
  const sound = letters.flatMap((letter) => {
    const event = readBusEvent(letter.body);
    if (typeof event !== 'string') return { letter, event };
    reject(letter, event);
    return [];
  });
  const isBefore = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  sound.sort((one, other) => one.event.at - other.event.at || isBefore(one.event.id, other.event.id));
  for (const { letter, event } of sound) {
    if (known.has(event.id)) continue;
    known.add(event.id);
    const reading = reader.read(event);
    if (reading.is === 'said') events.push(...reading.events);
    else if (reading.is === 'wrong') reject(letter, `${event.type}: ${reading.why}`);
    else if (reading.is === 'passed over') passedOver.set(event.type, (passedOver.get(event.type) ?? 0) + 1);
    else toLookUp.push({ from: letter.from, deployment: reading.deployment, account: event.account, region: event.region });
  }
  for (const [type, count] of [...passedOver].sort(([one], [other]) => isBefore(one, other)))
    rejects.push({
      place: words.place,
      reason: `${count.toLocaleString('en')} events '${type}' are none that this source is told to read`,
      fix: 'Leave them out of the rule of EventBridge, or add the setting for them',
      isKept: true,
    });
  return { events, rejects, wrong, toLookUp };
}
