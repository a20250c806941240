import { setImmediate } from 'node:timers/promises';
import type { Event, FieldValue, Sample } from '../../event/event.ts';
import { lastCompleteWeek } from '../../time/calendar.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Calendar } from '../../time/period.ts';
import { SourceError, type DryRun, type PullBatch, type PullContext, type PullEnd, type Source } from '../source.ts';
import { readCursor, startAt, writeCursor, type Position } from './cursor.ts';
import type { Fact } from './fact.ts';
import { generatorOf, SHAPES, type Generator, type StreamName } from './streams.ts';
import { timelineFrom } from './timeline.ts';

export interface DemoSettings {
  readonly id: string;
  readonly name: string;
  readonly schedule: string | null;
  readonly staleAfterMs: number;
  readonly stream: StreamName;
  readonly calendar: Calendar;
  readonly seed: string;
}

/** Facts and points a batch; a week on its own is always one batch. */
const BATCH_SIZE = 4_000;

/**
 * A stream of the demo organisation. What became known with a week is told when that week is over:
 * a pull hands over the complete weeks since the cursor, whatever the cadence of pulls.
 */
export function demoSource(settings: DemoSettings): Source {
  const { id, name, schedule, staleAfterMs, stream, calendar, seed } = settings;
  const shape = SHAPES[stream];
  let latest: Generator | null = null;
  const generatorFrom = ({ startDay }: Position): Generator => {
    if (latest?.timeline.startDay !== startDay) latest = generatorOf(stream, timelineFrom(calendar, startDay), seed);
    return latest;
  };

  async function* pull(context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
    const position = context.cursor === null ? startAt(calendar, context.now) : readCursor(context.cursor, id);
    const generator = generatorFrom(position);
    const { timeline } = generator;
    const pseudonymOf = remember(context.pseudonym);
    const from = (position.nextDay - position.startDay) / 7;
    const complete = Math.floor((lastCompleteWeek(calendar, context.now).firstDay - position.startDay) / 7);
    const last = shape.endsAfterWeek === null ? complete : Math.min(complete, shape.endsAfterWeek);
    let events: Event[] = [];
    let samples: Sample[] = [];
    for (let week = from; week <= last; week += 1) {
      context.signal.throwIfAborted();
      const { facts, points } = generator.newsOf(week);
      for (const fact of facts) events.push(eventFrom(id, fact, pseudonymOf));
      for (const point of points) samples.push({ source: id, ...point });
      if (events.length + samples.length < BATCH_SIZE && week < last) continue;
      yield { events, samples, rejects: [], progress: `${week - from + 1} of ${last - from + 1} weeks` };
      events = [];
      samples = [];
      // Lets whoever waits on the event loop have a turn in a long pull.
      await setImmediate();
    }
    if (complete > last) throw expired(id);
    const next = Math.max(from, last + 1);
    return {
      cursor: writeCursor({ startDay: position.startDay, nextDay: timeline.firstDayOf(next) }),
      completeUntil: next === 0 ? null : timeline.startOf(next),
      historyFrom: timeline.start,
    };
  }

  async function dryRun(context: PullContext, rows: number): Promise<DryRun> {
    const shown: Record<string, string>[] = [];
    const items = new Set<string>();
    let events = 0;
    let samples = 0;
    const pass = pull(context);
    for (let step = await pass.next(); step.done !== true; step = await pass.next()) {
      events += step.value.events.length;
      samples += step.value.samples.length;
      for (const event of step.value.events) {
        items.add(`${event.kind}:${event.item}`);
        if (shown.length < rows) shown.push(rowOf(event));
      }
      for (const { series, dimensions, statistic, at, value } of step.value.samples) {
        if (shown.length >= rows) break;
        shown.push({ when: formatInstant(at), series, dimensions, statistic, value: String(value) });
      }
    }
    return { rows: shown, rejects: [], events, samples, items: items.size, read: events + samples };
  }

  return {
    id,
    type: 'demo',
    name,
    kinds: shape.kinds,
    series: shape.series,
    schedule,
    staleAfterMs,
    pull,
    dryRun,
  };
}

const expired = (id: string): SourceError =>
  new SourceError(
    id,
    'the feed answers 401 Unauthorized: its access token has expired',
    'Issue a new token in the survey tool; the next pull then fetches what was missed (in this demo it stays expired)',
  );

function eventFrom(source: string, fact: Fact, pseudonymOf: (person: string) => string): Event {
  const { responder } = fact.fields;
  return {
    kind: fact.kind,
    source,
    item: fact.item,
    key: fact.key,
    effectiveAt: fact.at,
    sequence: fact.sequence,
    origin: 'native',
    state: fact.state,
    fields: typeof responder === 'string' ? { ...fact.fields, responder: pseudonymOf(responder) } : fact.fields,
    supersedes: null,
    slot: null,
  };
}

const rowOf = (event: Event): Record<string, string> => ({
  when: formatInstant(event.effectiveAt),
  kind: event.kind,
  item: event.item,
  state: event.state ?? '',
  ...Object.fromEntries(Object.entries(event.fields).map((entry) => [entry[0], textOf(entry)])),
});

const INSTANT_FIELDS = new Set([
  'impact_started',
  'due',
  'first_response',
  'started',
  'finished',
  'raised',
  'cleared',
  'sent',
  'answered',
  'from',
  'to',
  'held',
  'done',
  'decided',
  'expires',
  'closed',
]);

function textOf([field, value]: readonly [string, FieldValue]): string {
  if (typeof value === 'number' && INSTANT_FIELDS.has(field)) return formatInstant(value);
  return typeof value === 'object' && value !== null ? `${value.length} instants` : String(value);
}

function remember(pseudonym: (person: string) => string): (person: string) => string {
  const known = new Map<string, string>();
  return (person) => {
    const found = known.get(person) ?? pseudonym(person);
    known.set(person, found);
    return found;
  };
}
