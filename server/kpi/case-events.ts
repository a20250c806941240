import { Check } from 'typebox/value';
import type { Event, FieldValue, Sample } from '../event/event.ts';
import { COMMON_FIELDS, isKind, KINDS, STATES, type FieldType, type Kind, type KindShape, type State } from '../event/kinds.ts';
import { parseInstant } from '../time/instant.ts';
import type { Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { SampleSchema } from './case-schema.ts';
import type { DocumentPath } from './document.ts';
import type { Reader } from './reader.ts';
import { checkShape, isRecord } from './shape.ts';
import { suggestion } from './spelling.ts';

/** The source that all facts of cases come from. */
export const CASE_SOURCE = 'case';
/** Points that one case may have. */
const MAXIMUM_POINTS = 50_000;

const STORED_KINDS = Object.keys(KINDS).filter((kind): kind is Kind => isKind(kind) && !KINDS[kind].isDerived);

/** A moment as cases write it, local in the zone where it has no offset; reported where it does not exist. */
export const instantAt = (reader: Reader, written: unknown, path: DocumentPath, zone: Zone): Instant | null => {
  const instant = typeof written === 'string' ? parseInstant(written, zone) : null;
  if (instant === null) {
    const text = typeof written === 'string' ? `'${written}'` : 'this';
    reader.report(path, `${text} is not a moment that exists`, 'Write it like 2026-03-02T10:00Z, or without Z for local time');
  }
  return instant;
};

/**
 * The facts of one row. The first key names the kind and the item. Each date of a state becomes an
 * event in that state at that moment; everything else holds from the row's earliest moment, or from
 * `at`. A row with `recorded` is known only from then on.
 */
export const eventsOfRow = (
  reader: Reader,
  row: unknown,
  path: DocumentPath,
  index: number,
  zone: Zone,
  knownAt: Instant,
): Event[] => {
  if (!isRecord(row)) {
    reader.report(path, 'this is not a row of keys', 'Write it like { incident: A, opened: 2026-03-02T10:00Z }');
    return [];
  }
  const [first, ...rest] = Object.keys(row);
  const kind = first === undefined ? null : STORED_KINDS.find((known) => known === first);
  if (first === undefined || kind === undefined || kind === null) {
    const isDerived = first !== undefined && isKind(first);
    reader.report(
      [...path, first ?? ''],
      isDerived
        ? `a ${first.replaceAll('_', ' ')} is worked out, never told`
        : `a row begins with its kind, not '${first ?? ''}'`,
      isDerived ? 'Write the pages, deployments or shifts it comes from' : suggestion(first ?? '', STORED_KINDS, 'Kinds'),
      'key',
    );
    return [];
  }
  const item = row[first];
  if ((typeof item !== 'string' && typeof item !== 'number') || item === '') {
    reader.report([...path, first], `'${first}' names no item`, `Write it like ${first}: A`);
    return [];
  }
  const known = keysOf(kind);
  const read = {
    states: new Map<State, Instant>(),
    fields: new Map<string, FieldValue>(),
    at: null as Instant | null,
    recorded: null as Instant | null,
    moments: [] as Instant[],
  };
  for (const key of rest) {
    const at = [...path, key];
    const type = known.get(key);
    const written = row[key];
    if (type === undefined) {
      reader.report(
        at,
        `${KINDS[kind].plural.replaceAll('_', ' ')} have no '${key}'`,
        suggestion(key, [...known.keys()], 'They have'),
        'key',
      );
    } else if (type === 'instant' || type === 'state') {
      const instant = written === null && type === 'instant' ? null : instantAt(reader, written, at, zone);
      if (instant === null) {
        if (written === null) read.fields.set(key, null);
        continue;
      }
      if (key === 'at') read.at = instant;
      else if (key === 'recorded') read.recorded = instant;
      else {
        read.moments.push(instant);
        const state = type === 'state' ? STATES.find((candidate) => candidate === key) : undefined;
        if (state === undefined) read.fields.set(key, instant);
        else read.states.set(state, instant);
      }
    } else {
      const value = fieldValue(reader, written, at, type, zone);
      if (value !== undefined) read.fields.set(key, value);
    }
  }
  const fieldsAt = read.at ?? (read.moments.length > 0 ? Math.min(...read.moments) : null);
  if (fieldsAt === null) {
    reader.report(path, 'nothing in this row says when', "Add a date, or 'at: 2026-03-02T10:00Z' for when it took effect");
    return [];
  }
  if (read.recorded !== null && read.recorded > knownAt) return [];
  const event = (name: string, effectiveAt: Instant, state: State | null, fields: Event['fields']): Event => ({
    kind,
    source: CASE_SOURCE,
    item: String(item),
    key: `${String(index).padStart(5, '0')}.${name}`,
    effectiveAt,
    sequence: index,
    origin: 'native',
    state,
    fields,
    supersedes: null,
    slot: null,
  });
  const events = [...read.states].map(([state, instant]) => event(state, instant, state, {}));
  if (read.fields.size > 0 || events.length === 0) events.push(event('fields', fieldsAt, null, Object.fromEntries(read.fields)));
  return events;
};

type KeyType = FieldType | 'state';

/** What a row of a kind may say. */
const keysOf = (kind: Kind): Map<string, KeyType> => {
  const shape: KindShape = KINDS[kind];
  const states = shape.hasStates ? STATES.map((state): [string, KeyType] => [state, 'state']) : [];
  return new Map<string, KeyType>([
    ...states,
    ...Object.entries(shape.fields),
    ...Object.entries(COMMON_FIELDS),
    ['at', 'instant'],
    ['recorded', 'instant'],
  ]);
};

const fieldValue = (
  reader: Reader,
  written: unknown,
  path: DocumentPath,
  type: FieldType,
  zone: Zone,
): FieldValue | undefined => {
  if (written === null) return null;
  switch (type) {
    case 'number':
      if (typeof written === 'number') return written;
      reader.report(path, 'this is not a number', 'Write a number');
      return undefined;
    case 'flag':
      if (typeof written === 'boolean') return written;
      reader.report(path, 'this is neither true nor false', 'Write true or false');
      return undefined;
    case 'instants': {
      const list = Array.isArray(written) ? written : [written];
      const instants = list.map((each, index) => instantAt(reader, each, Array.isArray(written) ? [...path, index] : path, zone));
      return instants.every((instant) => instant !== null) ? instants : undefined;
    }
    case 'code':
    case 'person':
    case 'instant':
      if (typeof written === 'string' || typeof written === 'number') return String(written);
      reader.report(path, 'this is not a name', 'Write plain text');
      return undefined;
  }
};

/** The points of one row of `samples`. */
export const samplesOfRow = (reader: Reader, row: unknown, path: DocumentPath, zone: Zone): Sample[] => {
  checkShape(SampleSchema, row, path, reader.report);
  if (!Check(SampleSchema, row)) return [];
  const dimensions = Object.entries(row.dimensions ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
  const point = (at: Instant): Sample => ({
    source: CASE_SOURCE,
    series: row.series,
    dimensions,
    statistic: row.statistic ?? 'average',
    at,
    value: row.value,
  });
  if (row.at !== undefined) {
    if (row.from !== undefined || row.until !== undefined || row.every !== undefined)
      reader.report(path, "'at' stands beside 'from', 'until' or 'every'", 'Keep at for one point, or the other three for many');
    const at = instantAt(reader, row.at, [...path, 'at'], zone);
    return at === null ? [] : [point(at)];
  }
  if (row.from === undefined || row.until === undefined || row.every === undefined) {
    reader.report(path, 'nothing says when', "Add 'at', or 'from', 'until' and 'every'");
    return [];
  }
  const from = instantAt(reader, row.from, [...path, 'from'], zone);
  const until = instantAt(reader, row.until, [...path, 'until'], zone);
  const every = reader.duration(row.every, [...path, 'every']);
  if (from === null || until === null || every === null) return [];
  if (every <= 0 || until <= from || (until - from) / every > MAXIMUM_POINTS) {
    reader.report(
      path,
      `these are no points, or more than ${MAXIMUM_POINTS}`,
      "Put 'until' after 'from', and make 'every' longer",
    );
    return [];
  }
  return Array.from({ length: Math.ceil((until - from) / every) }, (_, step) => point(from + step * every));
};
