import { afterEach, beforeEach, expect, vi } from 'vitest';
import { startAwsServer, type AwsServer } from '../../../scripts/aws-server/server.ts';
import type { Event, Sample } from '../../../server/event/event.ts';
import { parseSources, type Adapter } from '../../../server/sources/config.ts';
import { SourceError, type PullEnd, type Reject, type Source } from '../../../server/sources/source.ts';
import type { Instant } from '../../../server/time/period.ts';

export const ACCOUNT = '111122223333';
export const OTHER = '444455556666';
export const REGION = 'eu-central-1';
export const NOW = Date.parse('2026-11-21T12:00Z');
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What tests of one file share: a server of its own for each, and a clock that it goes by. */
export interface House {
  readonly server: AwsServer;
  now: Instant;
  /** The source that these settings make, reading one Region of one account. */
  source(settings?: string): Source;
  /** Problems of sources.yaml with these settings. */
  problems(settings: string): string[];
}

/** Gives each test a house; to be called where tests are described. */
export function houseOf(adapter: Adapter): House {
  let running: AwsServer | null = null;
  const serverOf = (): AwsServer => {
    if (running === null) throw new Error('no test is running');
    return running;
  };
  const read = (settings: string): ReturnType<typeof parseSources> => {
    const places = /^(?:accounts|regions):/m.test(settings) ? '' : `regions: [${REGION}]\n`;
    const own = `${places}endpoint: '${serverOf().url}'\n${settings}`.replaceAll(/^/gm, '    ');
    const text = `version: sources/v1\nsources:\n  - id: own\n    type: ${adapter.type}\n${own}\n`;
    return parseSources(text, 'kpis/sources.yaml', [adapter]);
  };
  const house: House = {
    get server() {
      return serverOf();
    },
    now: NOW,
    source: (settings = '') => {
      const { sources, problems } = read(settings);
      expect(problems).toEqual([]);
      const [source] = sources;
      if (source === undefined) throw new Error('no source');
      return source;
    },
    problems: (settings) => read(settings).problems.map(({ path, message }) => `${path}: ${message}`),
  };
  beforeEach(async () => {
    house.now = NOW;
    running = await startAwsServer({ now: () => house.now });
    for (const [name, value] of Object.entries(running.environment(ACCOUNT))) vi.stubEnv(name, value);
    // Nothing of whoever runs the tests.
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
      vi.stubEnv(name, undefined);
  });
  afterEach(async () => {
    await running?.close();
    running = null;
    vi.unstubAllEnvs();
  });
  return house;
}

export interface Pulled {
  readonly events: readonly Event[];
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
  /** Of the last batch that told one; that of the end where the pass came to it. */
  readonly cursor: string | null;
  readonly end: PullEnd | null;
  readonly error: SourceError | null;
  readonly batches: number;
}

/** One pass, which is cut off after so many batches. */
export async function pull(source: Source, now: Instant, cursor: string | null = null, batches = Infinity): Promise<Pulled> {
  const [events, samples, rejects]: [Event[], Sample[], Reject[]] = [[], [], []];
  let [last, handed] = [cursor, 0];
  const told = { events, samples, rejects };
  const pass = source.pull({ cursor, now, pseudonym: (person) => `p${person.length}`, signal: new AbortController().signal });
  try {
    for (;;) {
      const step = await pass.next();
      if (step.done === true) return { ...told, cursor: step.value.cursor, end: step.value, error: null, batches: handed };
      events.push(...step.value.events);
      samples.push(...step.value.samples);
      rejects.push(...step.value.rejects);
      last = step.value.cursor ?? last;
      handed += 1;
      if (handed >= batches) {
        await pass.return({ cursor: null, completeUntil: null, historyFrom: null });
        return { ...told, cursor: last, end: null, error: null, batches: handed };
      }
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { ...told, cursor: last, end: null, error, batches: handed };
  }
}

/**
 * What the log makes of events, in order of passes: the same fact is kept once, and of one slot the latest word stands. By
 * kind, item and slot (or key).
 */
export function standing(passes: readonly (readonly Event[])[]): Map<string, Event> {
  const stands = new Map<string, Event>();
  const known = new Set<string>();
  for (const event of passes.flat()) {
    const own = `${event.kind} ${event.item} ${event.key}`;
    if (known.has(own)) continue;
    known.add(own);
    const place = event.slot === null ? own : `${event.kind} ${event.item} slot ${event.slot}`;
    const before = stands.get(place);
    if (before === undefined || before.sequence <= event.sequence) stands.set(place, event);
  }
  return stands;
}

/** Facts by which they can be told apart, sorted. */
export const keysOf = (passes: readonly (readonly Event[])[]): string[] =>
  [...standing(passes)].map(([place, { key, effectiveAt }]) => `${place} ${key} ${effectiveAt}`).sort();
