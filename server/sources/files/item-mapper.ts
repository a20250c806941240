import type { Fields, FieldValue } from '../../event/event.ts';
import { KEY_LENGTH } from '../../event/key.ts';
import { KINDS, type State } from '../../event/kinds.ts';
import { emptyToldItem, type ToldItem } from '../../event/told-item.ts';
import { mixed } from '../../event/uid-hash.ts';
import type { Instant } from '../../time/period.ts';
import { suggestion } from '../../kpi/spelling.ts';
import { DatedKey } from './dated-key.ts';
import { shorten } from './dates.ts';
import { keyOf, keyOfFields, keyOfText, partsOf, RowFault } from './fact.ts';
import type { InstantRule, ItemMapping, Row } from './mapping.ts';
import { readNumber, readSeverity } from './numbers.ts';
import { SeenItems } from './seen-items.ts';
import { fieldValue, instantFor, textFor, type ValueReaders } from './values.ts';

export interface MapContext {
  readonly source: string;
  readonly now: Instant;
  readonly pseudonym: (person: string) => string;
}

/** Something wrong with a part of a row. */
export interface Oddity {
  readonly reason: string;
  readonly fix: string | null;
  /** True where nothing was lost by it. */
  readonly isKept: boolean;
}

/** What a row tells (null where it is passed over), and what was odd. */
export interface MappedItem {
  readonly told: ToldItem | null;
  readonly oddities: readonly Oddity[];
}

/** Clocks may differ, and zones be wrong by a day; beyond it a fact from the future is not a fact. */
const FUTURE_MS = 24 * 3_600_000;
/** Dates that are plans, not facts. */
const PLANNED = new Set(['due', 'expires', 'from', 'to', 'held']);
/** What must not come before what. */
const ENDS: readonly (readonly [start: string, ends: readonly string[]])[] = [
  ['opened', ['acknowledged', 'restored', 'resolved', 'closed']],
  ['started', ['finished']],
  ['sent', ['answered']],
  ['raised', ['answered', 'cleared', 'closed']],
  ['from', ['to']],
];
const MAXIMUM_ID = 200;

/** What every row's event of one date has in common. */
interface Moment extends InstantRule {
  readonly slot: string;
  /** The beginning of what its key is made of, and the state in it, as JSON. */
  readonly keyStart: string;
  readonly stateText: string;
  /** Keys of rows without a version of their own: of a date, and of none. Null where there is no quick way. */
  readonly key: DatedKey | null;
  readonly keyOfNone: DatedKey | null;
}

/** What must not be before what, and where the dates of a row have the two; -1 for fields that are no dates. */
interface Order {
  readonly start: string;
  readonly startPlace: number;
  readonly end: string;
  readonly endPlace: number;
}

const NOTHING_SAID: Fields = Object.freeze({});
const NO_ODDITIES: readonly Oddity[] = [];

const orNull = (at: number | undefined): Instant | null => (at === undefined || Number.isNaN(at) ? null : at);

/** Turns rows of one file into facts. Keys come from what a row says, never from where it stood. */
export class ItemMapper {
  readonly #mapping: ItemMapping;
  readonly #context: MapContext;
  readonly #readers: ValueReaders;
  readonly #datedStates: ReadonlySet<State>;
  readonly #moments: readonly Moment[];
  /** The dates of the row that is being read, as `#moments` has them; NaN: none. */
  readonly #dates: Float64Array;
  readonly #order: readonly Order[];
  /** Of all fields that a row may set, ascending, as the log has them. */
  readonly #names: readonly string[];
  /** Plans of this kind may lie in the future as a whole. */
  readonly #isPlanned: boolean;
  readonly #seen = new SeenItems();
  readonly #warned = new Set<string>();
  #oddities: readonly Oddity[] = NO_ODDITIES;
  /** What rows tell, written over again and again. */
  readonly #pool: ToldItem[] = [];
  #used = 0;

  constructor(mapping: ItemMapping, context: MapContext) {
    this.#dates = new Float64Array(mapping.instants.length);
    this.#mapping = mapping;
    this.#context = context;
    this.#readers = { dates: mapping.dates, decimal: mapping.decimal, pseudonym: context.pseudonym };
    this.#datedStates = new Set(mapping.instants.flatMap(({ state }) => (state === null ? [] : [state])));
    this.#moments = mapping.instants.map((rule) => ({
      ...rule,
      slot: this.#slotOf(rule.name),
      keyStart: `[${JSON.stringify(rule.name)},`,
      stateText: JSON.stringify(rule.state),
      key: DatedKey.of(`[${JSON.stringify(rule.name)},`, `,${JSON.stringify(rule.state)}]`),
      keyOfNone: DatedKey.of(`[${JSON.stringify(rule.name)},`, ',null]'),
    }));
    const names = new Set([...mapping.instants, ...mapping.fields].map(({ name }) => name));
    const placeOf = (name: string): number => mapping.instants.findIndex((rule) => rule.name === name);
    this.#order = ENDS.flatMap(([start, ends]) => ends.map((end) => [start, end] as const))
      .filter(([start, end]) => names.has(start) && names.has(end))
      .map(([start, end]) => ({ start, startPlace: placeOf(start), end, endPlace: placeOf(end) }));
    if (mapping.severity !== null) names.add('severity').add('severity_raw');
    this.#names = [...names].sort();
    this.#isPlanned = PLANNED.has(KINDS[mapping.gives].countedIn);
  }

  /** What was given before is of no use any more, and may be written over. */
  renew(): void {
    this.#used = 0;
  }

  /** What it gives is good until `renew`. Throws a RowFault where the row cannot be taken. */
  map(row: Row): MappedItem {
    this.#oddities = NO_ODDITIES;
    if (this.#mapping.skipRowsWhere.some(({ column, values }) => values.has(row.cells[column] ?? '')))
      return { told: null, oddities: NO_ODDITIES };
    const told = this.#mapping.rows === 'history' ? this.#change(row) : this.#whole(row);
    return { told: told?.length === 0 ? null : told, oddities: this.#oddities };
  }

  /** One row of a history: one fact, that says all the row says. */
  #change(row: Row): ToldItem {
    const { at: atColumn, sequence: sequenceColumn } = this.#mapping;
    const at = atColumn === null ? null : this.#date(row, atColumn, 'at');
    if (at === null) throw new RowFault(`no time in '${this.#columnName(atColumn)}'`, 'Every row of a history needs its time');
    const item = this.#item(row) ?? '';
    const sequence = this.#sequence(row);
    const state = this.#state(row);
    const fields: Record<string, FieldValue> = this.#fields(row);
    for (const { name, column } of this.#mapping.instants) fields[name] = this.#date(row, column, name);
    this.#checkOrder(item, (name) => fields[name]);
    // The slot is the row's identity in the source's own words: a changed mapping supersedes what it said before.
    const identity =
      sequenceColumn === null || atColumn === null
        ? this.#words(row)
        : [row.cells[atColumn] ?? null, row.cells[sequenceColumn] ?? null];
    const key = keyOf(['change', at, sequence, state, ...partsOf(fields)]);
    const told = this.#begin(item, sequence);
    this.#tell(told, key, at, state, fields, `row:${keyOf([this.#mapping.part, ...identity])}`);
    return told;
  }

  /** One row that tells a whole item: one fact for each date of a state, one for all else. */
  #whole(row: Row): ToldItem | null {
    const { gives, instants, at: atColumn, sequence: sequenceColumn } = this.#mapping;
    const shape = KINDS[gives];
    const dates = this.#dates;
    let place = 0;
    for (const { column, name } of instants) {
      dates[place] = this.#date(row, column, name) ?? NaN;
      place += 1;
    }
    const fields: Record<string, FieldValue> = this.#fields(row);
    place = 0;
    for (const { state, name } of instants) {
      if (state === null) fields[name] = orNull(dates[place]);
      place += 1;
    }
    const set: Record<string, FieldValue> = {};
    for (const name of this.#names) {
      const value = fields[name];
      if (value !== null && value !== undefined) set[name] = value;
    }
    const reached = atColumn === null ? null : this.#date(row, atColumn, 'at');
    const start = this.#startOf(reached);
    if (start === null) {
      const columns = instants.map(({ column }) => `'${this.#columnName(column)}'`).join(', ');
      throw new RowFault(`no date in ${columns}`, 'An item needs at least one date; leave rows without one out of the export');
    }
    const sequence = this.#sequence(row);
    // With a version of its own, what was said before and is said again is news; without, it is the same fact.
    const version = sequenceColumn === null ? [] : [sequence];
    const own = this.#item(row);
    const item = own ?? keyOf(['item', gives, start, ...partsOf(set)]);
    this.#checkOrder(item, (name, index) => (index < 0 ? fields[name] : orNull(dates[index])));

    const told = this.#begin(item, sequence);
    const tell = (slot: string | null, effectiveAt: Instant, state: State | null, said: Fields): void => {
      const key = keyOfFields([slot ?? 'row', effectiveAt, state], said, version);
      this.#tell(told, key, effectiveAt, state, said, slot === null ? null : this.#slotOf(slot));
    };
    if (!shape.hasStates) {
      tell(own === null ? null : 'row', start, null, set);
      return this.#once(row, told, own === null);
    }

    // An empty date is said too, so that a later export can take a date back.
    const versionText = sequenceColumn === null ? ']' : `,${sequence}]`;
    place = -1;
    for (const moment of this.#moments) {
      place += 1;
      const { state, slot, stateText } = moment;
      if (state === null) continue;
      const at = orNull(dates[place]);
      const effectiveAt = at ?? start;
      const quick = sequenceColumn !== null ? null : at === null ? moment.keyOfNone : moment.key;
      const isKeyed = quick?.write(effectiveAt, told.keys, KEY_LENGTH * told.length) === true;
      // As `tell` would say it: JSON of the parts, most of which are the same row after row.
      const key = isKeyed
        ? null
        : keyOfText(`${moment.keyStart}${digitsOf(effectiveAt)},${at === null ? 'null' : stateText}${versionText}`);
      this.#tell(told, key, effectiveAt, at === null ? null : state, NOTHING_SAID, slot);
    }
    if (Object.keys(fields).length > 0) tell('fields', start, null, set);
    const state = this.#state(row);
    if (state !== null && reached !== null && !this.#datedStates.has(state)) tell(null, reached, state, NOTHING_SAID);
    return this.#once(row, told, false);
  }

  /** When the item of the row began, by its dates and by when it reached its state. */
  #startOf(reached: Instant | null): Instant | null {
    const { gives, instants } = this.#mapping;
    const { hasStates, countedIn } = KINDS[gives];
    let counted: Instant | null = null;
    let known: Instant | null = null;
    let any: Instant | null = null;
    let place = -1;
    for (const { name, state } of instants) {
      place += 1;
      const at = orNull(this.#dates[place]);
      if (at === null) continue;
      if (!hasStates && name === countedIn) counted ??= at;
      if (!hasStates || state !== null) known = known === null ? at : Math.min(known, at);
      any = any === null ? at : Math.min(any, at);
    }
    return counted ?? known ?? reached ?? any;
  }

  #slotOf(name: string): string {
    const { part } = this.#mapping;
    return part === '' ? name : `${part}/${name}`;
  }

  /** The same item twice in one file: the same words are one fact, other words cannot both be true. */
  #once(row: Row, told: ToldItem, isUnnamed: boolean): ToldItem | null {
    if (isUnnamed || this.#mapping.sequence !== null) return told;
    const content = contentOf(told);
    const first = this.#seen.firstOf(told.item, row.line, content);
    if (first === null) return told;
    if (first.content === content) return null;
    throw new RowFault(
      `'${shorten(told.item)}' is given again with other values, first on line ${first.line}`,
      "Keep one row an item, add 'sequence:' with the column of its version, or say 'rows: history'",
    );
  }

  /** What a row tells, without a fact yet. */
  #begin(item: string, sequence: number): ToldItem {
    let told = this.#pool[this.#used];
    if (told === undefined) {
      // A fact a date, one for the fields and one for the state.
      told = emptyToldItem(this.#mapping.gives, this.#context.source, this.#mapping.instants.length + 2);
      this.#pool.push(told);
    }
    this.#used += 1;
    told.item = item;
    told.sequence = sequence;
    told.length = 0;
    return told;
  }

  /** @param key null where it is in its place already */
  #tell(
    told: ToldItem,
    key: string | null,
    effectiveAt: Instant,
    state: State | null,
    fields: Fields,
    slot: string | null,
  ): void {
    if (!this.#isPlanned && effectiveAt > this.#context.now) this.#refuseFuture('the row', effectiveAt);
    const fact = told.length;
    if (key !== null) for (let at = 0; at < KEY_LENGTH; at += 1) told.keys[fact * KEY_LENGTH + at] = key.charCodeAt(at);
    told.effectiveAt[fact] = effectiveAt;
    told.states[fact] = state;
    told.fields[fact] = fields;
    told.slots[fact] = slot;
    told.length = fact + 1;
  }

  #item(row: Row): string | null {
    if (this.#mapping.item === null) return null;
    const item = row.cells[this.#mapping.item] ?? null;
    if (item === null)
      throw new RowFault(`no id in '${this.#columnName(this.#mapping.item)}'`, 'Every row needs the id of its item');
    if (item.length > MAXIMUM_ID)
      throw new RowFault(`the id is longer than ${MAXIMUM_ID} characters`, 'Map the column with the short id');
    return item;
  }

  #sequence(row: Row): number {
    if (this.#mapping.sequence === null) return 0;
    const text = row.cells[this.#mapping.sequence] ?? null;
    if (text === null) return 0;
    const number = readNumber(text, this.#mapping.decimal);
    if (number !== null && Number.isSafeInteger(number)) return number;
    // A time of the last change is a version as well, in seconds.
    return Math.floor(instantFor('sequence', text, this.#mapping.dates, () => undefined) / 1_000);
  }

  #state(row: Row): State | null {
    const { state: rule } = this.#mapping;
    const text = rule === null ? null : (row.cells[rule.column] ?? null);
    if (rule === null || text === null) return null;
    const state = rule.map.get(text) ?? rule.otherwise;
    if (state === null) {
      throw new RowFault(
        `the state '${shorten(text)}' is not in the map`,
        `Add it to 'state: map:' (or as 'ignore'). ${suggestion(text, [...rule.map.keys()])}`,
      );
    }
    return state === 'ignore' ? null : state;
  }

  #fields(row: Row): Record<string, FieldValue> {
    const { gives, severity } = this.#mapping;
    const fields: Record<string, FieldValue> = {};
    for (const { name, type, rule } of this.#mapping.fields) {
      const text = textFor(rule, row);
      fields[name] = text === null ? null : fieldValue(gives, name, type, text, this.#readers);
    }
    if (severity === null) return fields;
    const text = textFor(severity.rule, row);
    fields['severity'] = text === null ? null : readSeverity(text);
    const raw = 'column' in severity.rule.from ? (row.cells[severity.rule.from.column] ?? null) : null;
    if (raw !== null && !('severity_raw' in fields)) fields['severity_raw'] = raw;
    if (text !== null && fields['severity'] === null) {
      this.#oddity(
        `severity:${text}`,
        `the severity '${shorten(text)}' is not 1 to 5; the row is taken without one`,
        "Add it to 'severity: map:'",
      );
    }
    return fields;
  }

  #date(row: Row, column: number, name: string): Instant | null {
    const text = row.cells[column] ?? null;
    if (text === null) return null;
    const plain = this.#mapping.dates.plain?.(text) ?? NaN;
    if (plain <= this.#context.now) return plain;
    const at = instantFor(name, text, this.#mapping.dates, (note) => this.#oddity(`${column}:${text}`, note, null));
    // A plan may lie in the future. So may shifts, memberships and sessions.
    if (!this.#isPlanned && at > this.#context.now && !PLANNED.has(name)) this.#refuseFuture(`${name}: '${shorten(text)}'`, at);
    return at;
  }

  #refuseFuture(what: string, at: Instant): void {
    if (at <= this.#context.now + FUTURE_MS) return;
    throw new RowFault(`${what} lies in the future`, 'Check the date format and the zone; a real date is taken once it has come');
  }

  #checkOrder(item: string, valueOf: (name: string, place: number) => FieldValue | undefined): void {
    for (const { start, startPlace, end, endPlace } of this.#order) {
      const from = valueOf(start, startPlace);
      const to = valueOf(end, endPlace);
      if (typeof from !== 'number' || typeof to !== 'number' || to >= from) continue;
      this.#oddity(
        `${item}:${end}`,
        `${end} is before ${start}; the item is taken, durations leave it out and say so`,
        'Correct it in the source',
      );
    }
  }

  /** Each oddity once a file: a history repeats its dates row after row. */
  #oddity(about: string, reason: string, fix: string | null): void {
    if (this.#warned.has(about) || this.#warned.size >= 10_000) return;
    this.#warned.add(about);
    this.#oddities = [...this.#oddities, { reason, fix, isKept: true }];
  }

  /** The row in the source's own words; persons only as pseudonyms, since hashes of names can be guessed. */
  #words(row: Row): (string | null)[] {
    const persons = new Set(
      this.#mapping.fields.flatMap(({ type, rule }) => (type === 'person' && 'column' in rule.from ? [rule.from.column] : [])),
    );
    return row.cells.map((cell, column) => (cell !== null && persons.has(column) ? this.#context.pseudonym(cell) : cell));
  }

  #columnName(column: number | null): string {
    return column === null ? '' : (this.#mapping.columns[column] ?? '');
  }
}

/** 53 bits of what a row says: the keys of its facts are digests of it. */
function contentOf({ keys, length }: ToldItem): number {
  let [high, low] = [0, 0];
  for (let at = 0; at < length * KEY_LENGTH; at += KEY_LENGTH) {
    high = mixed(high, bitsAt(keys, at));
    low = mixed(low, bitsAt(keys, at + 4));
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** Four characters of a digest, as it says something else with each of its characters. */
const bitsAt = (keys: Uint8Array, at: number): number =>
  (keys[at] ?? 0) | ((keys[at + 1] ?? 0) << 8) | ((keys[at + 2] ?? 0) << 16) | ((keys[at + 3] ?? 0) << 24);

/** Epoch milliseconds in digits; those of small integers are made several times faster. */
const digitsOf = (at: Instant): string => {
  const seconds = at / 1_000;
  return Number.isInteger(seconds) && seconds > 0 && seconds < 2 ** 31 ? `${seconds}000` : String(at);
};
