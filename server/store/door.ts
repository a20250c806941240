import type { Event, Fields, FieldValue, Sample } from '../event/event.ts';
import type { ToldItem } from '../event/told-item.ts';
import { StoreError } from './store.ts';

/**
 * The last door before the database. Sources reject what cannot be kept and say which row it was;
 * what gets here all the same is refused whole, because the two databases would keep it differently
 * (NaN is NULL in one and NaN in the other, NUL ends a text or fails, integers past 2^53 are rounded).
 */
export const LONGEST = {
  source: 64,
  item: 512,
  key: 128,
  slot: 256,
  series: 200,
  statistic: 64,
  dimensions: 512,
  fieldName: 128,
  /** UTF-16 units of one text in a field: 64 kB. */
  field: 65_536,
  /** Instants in one field, and fields of one event. */
  list: 10_000,
  /** KPI, scope and period, which together are a key and must fit one index entry. */
  valueKey: 200,
  /** Names and ids elsewhere. */
  name: 512,
  /** Cursors, settings, definitions, what a run keeps. */
  document: 64 * 1024 * 1024,
} as const;

/** @param where names the place to the reader: `servicenow, incident INC0012, field 'cause'` */
export function checkText(text: unknown, longest: number, where: string): asserts text is string {
  if (typeof text !== 'string') throw invalid(where, `is ${typeName(text)}, not text`, 'Give it as text.');
  if (text.length > longest) {
    throw invalid(where, `is ${text.length} characters long, more than ${longest}`, 'Shorten it at the source.');
  }
  if (text.includes('\0')) throw invalid(where, 'holds a NUL character', 'Remove it at the source.');
  if (!text.isWellFormed()) throw invalid(where, 'holds half of a surrogate pair', 'Read the file in its own encoding.');
}

/** A number that both databases keep exactly, and that is not "no data" in disguise. */
export function checkNumber(value: unknown, where: string): asserts value is number {
  if (typeof value !== 'number') throw invalid(where, `is ${typeName(value)}, not a number`, 'Give it as a number.');
  if (!Number.isFinite(value)) throw invalid(where, `is ${value}`, 'Leave it out where there is no number.');
}

export function checkInteger(value: unknown, where: string): asserts value is number {
  checkNumber(value, where);
  if (!Number.isSafeInteger(value)) {
    const fault = Number.isInteger(value) ? 'is beyond 2^53, where integers are rounded' : 'is not a whole number';
    throw invalid(where, `${fault} (${value})`, 'Give ids as text, and instants as whole milliseconds.');
  }
}

export function checkSource(source: string): void {
  checkText(source, LONGEST.source, `source '${shortened(source)}'`);
  if (source === '' || source.includes(':')) {
    throw invalid(`source '${shortened(source)}'`, 'is empty or has a colon', 'Use letters, digits and hyphens.');
  }
}

/** What an event is of, for words about it. */
type Named = Pick<Event, 'source' | 'kind' | 'item'>;

/** @param isItemChecked its item was looked at with the event before */
export function checkEvent(event: Event, isItemChecked = false): void {
  const { source, kind, item } = event;
  // Words are only made for a fault; this runs for every event.
  const where = (part: string): string => `${source}, ${kind} ${shortened(String(item))}, ${part}`;
  if (!isItemChecked) checkShort(item, LONGEST.item, 'item', where);
  checkShort(event.key, LONGEST.key, 'key', where);
  if (event.slot !== null) checkShort(event.slot, LONGEST.slot, 'slot', where);
  if (event.supersedes !== null) checkShort(event.supersedes, LONGEST.key, 'supersedes', where);
  if (!Number.isSafeInteger(event.effectiveAt)) checkInteger(event.effectiveAt, where('effectiveAt'));
  if (!Number.isSafeInteger(event.sequence)) checkInteger(event.sequence, where('sequence'));
}

/** The same for what a row tells, whose keys are digests. */
export function checkTold(told: ToldItem): void {
  const { source, kind, item, length, effectiveAt, slots, sequence } = told;
  const where = (part: string): string => `${source}, ${kind} ${shortened(String(item))}, ${part}`;
  checkShort(item, LONGEST.item, 'item', where);
  if (!Number.isSafeInteger(sequence)) checkInteger(sequence, where('sequence'));
  for (let fact = 0; fact < length; fact += 1) {
    const slot = slots[fact] ?? null;
    // Those of dates are the same row after row.
    if (slot !== null && !knownSlots.has(slot)) {
      checkShort(slot, LONGEST.slot, 'slot', where);
      if (knownSlots.size < NAMES_KEPT) knownSlots.add(slot);
    }
    if (!Number.isSafeInteger(effectiveAt[fact])) checkInteger(effectiveAt[fact], where('effectiveAt'));
  }
}

/** Slots that were looked at. */
const knownSlots = new Set<string>();

function checkShort(text: string, longest: number, part: string, where: (part: string) => string): void {
  if (typeof text === 'string' && text.length <= longest && text.isWellFormed() && !text.includes('\0')) return;
  checkText(text, longest, where(part));
}

/**
 * The fields as canonical JSON, names ascending, so that equal fields are equal text.
 * @throws StoreError `invalid`, naming item and field
 */
export function fieldsText(event: Named, fields: Fields): string {
  const names = Object.keys(fields);
  if (names.length === 0) return '{}';
  if (names.length > LONGEST.list) {
    throw invalid(fieldPlace(event, 'fields'), `are ${names.length}, more than ${LONGEST.list}`, 'Map fewer columns.');
  }
  let isAscending = true;
  let before = '';
  for (const name of names) {
    if (name < before) isAscending = false;
    before = name;
    checkName(event, name);
    checkValue(event, name, fields[name]);
  }
  if (isAscending) return JSON.stringify(fields);
  names.sort();
  // Not through a sorted object: that would put names that look like numbers first, and `__proto__` aside.
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(fields[name])}`).join(',')}}`;
}

/** Names that were looked at; there are few, and each comes with every event. */
const knownNames = new Set<string>();
const NAMES_KEPT = 1_000;

function checkName(event: Named, name: string): void {
  if (knownNames.has(name)) return;
  checkText(name, LONGEST.fieldName, fieldPlace(event, 'the name of a field'));
  if (knownNames.size < NAMES_KEPT) knownNames.add(name);
}

function checkValue(event: Named, name: string, value: FieldValue | undefined): void {
  if (typeof value === 'string') {
    if (value.length > LONGEST.field || value.includes('\0') || !value.isWellFormed()) {
      checkText(value, LONGEST.field, fieldPlace(event, `field '${name}'`));
    }
    return;
  }
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    // Past 2^53 every number is whole, and an id or a count would have been rounded.
    if (!Number.isSafeInteger(value) && (!Number.isFinite(value) || Number.isInteger(value))) {
      checkInteger(value, fieldPlace(event, `field '${name}'`));
    }
    return;
  }
  if (!Array.isArray(value)) {
    throw invalid(fieldPlace(event, `field '${name}'`), `is ${typeName(value)}`, 'Use text, a number, true, false or null.');
  }
  if (value.length > LONGEST.list) {
    throw invalid(
      fieldPlace(event, `field '${name}'`),
      `lists ${value.length} instants, more than ${LONGEST.list}`,
      'Shorten it.',
    );
  }
  for (const part of value) if (!Number.isSafeInteger(part)) checkInteger(part, fieldPlace(event, `field '${name}'`));
}

const fieldPlace = ({ source, kind, item }: Named, part: string): string =>
  `${source}, ${kind} ${shortened(String(item))}, ${part}`;

/** What a sample is of; the points of a line share it. */
export function checkLine(line: Omit<Sample, 'at' | 'value'>): void {
  const where = (part: string): string => samplePlace(line, part);
  checkShort(line.series, LONGEST.series, 'series', where);
  checkShort(line.statistic, LONGEST.statistic, 'statistic', where);
  checkShort(line.dimensions, LONGEST.dimensions, 'dimensions', where);
}

/** A point of such a line. Missing numbers are none. */
export function checkPoint(line: NamedLine, at: number | undefined, value: number | undefined): void {
  if (!Number.isSafeInteger(at)) checkInteger(at, samplePlace(line, 'at'));
  if (!Number.isFinite(value)) checkNumber(value, samplePlace(line, `value at ${String(at)}`));
}

type NamedLine = Pick<Sample, 'source' | 'series'>;

const samplePlace = ({ source, series }: NamedLine, part: string): string =>
  `${source}, series ${shortened(String(series))}, ${part}`;

/** For words about faults, which come from anywhere and are kept as well as they can be. */
export const keepable = (text: string, longest: number): string =>
  text.slice(0, longest).toWellFormed().replaceAll('\0', '\u{FFFD}');

export const invalid = (where: string, fault: string, fix: string): StoreError =>
  new StoreError('invalid', `${where}: ${fault}. Nothing of this batch was stored.`, fix);

const shortened = (text: string): string =>
  text.length <= 60 ? text.toWellFormed().replaceAll('\0', '\u{FFFD}') : `${keepable(text, 60)}…`;

const typeName = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`);

/** Fields as the log keeps them. */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
