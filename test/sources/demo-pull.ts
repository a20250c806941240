import type { Event, Sample } from '../../server/event/event.ts';
import { demoSource } from '../../server/sources/demo/source.ts';
import { DEFAULT_SEED } from '../../server/sources/demo/story.ts';
import type { StreamName } from '../../server/sources/demo/streams.ts';
import type { PullContext, PullEnd, Source } from '../../server/sources/source.ts';
import type { Calendar, Instant } from '../../server/time/period.ts';
import { findZone } from '../../server/time/zone.ts';

export const berlin = (): Calendar => {
  const zone = findZone('Europe/Berlin');
  if (zone === null) throw new Error('no zone');
  return { zone, weekStart: 1, fiscalYearEndMonth: 12 };
};

export const streamSource = (stream: StreamName, seed = DEFAULT_SEED): Source =>
  demoSource({ id: stream, name: stream, schedule: null, staleAfterMs: 1, stream, calendar: berlin(), seed });

export const contextAt = (now: Instant, cursor: string | null): PullContext => ({
  cursor,
  now,
  pseudonym: (person) => `p${person.length}${[...person].reverse().join('')}`,
  signal: new AbortController().signal,
});

export interface Pulled {
  readonly events: Event[];
  readonly samples: Sample[];
  readonly end: PullEnd | null;
  readonly error: unknown;
}

/** One pass; a failure is kept beside what it handed over before. */
export async function pullAll(source: Source, now: Instant, cursor: string | null = null): Promise<Pulled> {
  const events: Event[] = [];
  const samples: Sample[] = [];
  const pass = source.pull(contextAt(now, cursor));
  try {
    for (;;) {
      const step = await pass.next();
      if (step.done === true) return { events, samples, end: step.value, error: null };
      events.push(...step.value.events);
      samples.push(...step.value.samples);
    }
  } catch (error) {
    return { events, samples, end: null, error };
  }
}

/** When the tests begin the history: the last complete week is 9 to 15 November 2026. */
export const NOW = Date.parse('2026-11-21T02:15Z');
const wholes = new Map<string, Promise<Pulled>>();

/** The whole history of a stream in one pull; made once a test file. */
export function wholeOf(stream: StreamName, now: Instant = NOW): Promise<Pulled> {
  const key = `${stream} ${now}`;
  const whole = wholes.get(key) ?? pullAll(streamSource(stream), now);
  wholes.set(key, whole);
  return whole;
}
