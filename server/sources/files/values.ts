import type { FieldValue } from '../../event/event.ts';
import type { FieldType, Kind } from '../../event/kinds.ts';
import type { Instant } from '../../time/period.ts';
import { findZone } from '../../time/zone.ts';
import { nearest } from '../../kpi/spelling.ts';
import { shorten, type DateReader } from './dates.ts';
import { RowFault } from './fact.ts';
import type { Row, TextRule } from './mapping.ts';
import { readFlag, readNumber, type DecimalMark } from './numbers.ts';

/** Names longer than this are descriptions; columns of codes keep each one in their dictionary. */
const MAXIMUM_CODE = 500;

/** Fields whose words mean something to KPIs; other words would silently not be counted. */
const WORDS: Readonly<Partial<Record<Kind, Readonly<Record<string, readonly string[]>>>>> = {
  deployment: { outcome: ['succeeded', 'failed', 'cancelled'], purpose: ['release', 'hotfix', 'rollback'] },
  session: { outcome: ['completed', 'stopped', 'halted'] },
};

/** What a rule says for a row, before it is read as a type; null: not set. */
export const textFor = (rule: TextRule, row: Row): string | null => {
  const text = 'value' in rule.from ? rule.from.value : (row.cells[rule.from.column] ?? null);
  if (text === null || rule.map === null) return text;
  const mapped = rule.map.get(text);
  if (mapped !== undefined) return mapped;
  return rule.otherwise === undefined ? text : rule.otherwise;
};

export interface ValueReaders {
  readonly dates: DateReader;
  readonly decimal: DecimalMark;
  readonly pseudonym: (person: string) => string;
}

/** Reads the text of a field as its type; throws a RowFault. Names of persons appear in no message. */
export const fieldValue = (kind: Kind, name: string, type: FieldType, text: string, readers: ValueReaders): FieldValue => {
  switch (type) {
    case 'person':
      return readers.pseudonym(text);
    case 'flag':
      return (
        readFlag(text) ??
        refuse(name, text, 'neither yes nor no', `Map it: '${name}: { column: …, map: { ${quoted(text)}: yes } }'`)
      );
    case 'number':
      return (
        readNumber(text, readers.decimal) ??
        refuse(name, text, 'not a number that can be kept', 'Correct it, or add the word to nulls')
      );
    case 'instant':
      return instantFor(name, text, readers.dates, () => undefined);
    case 'instants':
      return [
        ...new Set(
          text
            .split(/[;|]/)
            .flatMap((part) => (part.trim() === '' ? [] : [instantFor(name, part.trim(), readers.dates, () => undefined)])),
        ),
      ].sort((a, b) => a - b);
    case 'code':
      return codeFor(kind, name, text);
  }
};

const refuse = (name: string, text: string, what: string, fix: string): never => {
  throw new RowFault(`${name}: '${shorten(text)}' is ${what}`, fix);
};

const quoted = (text: string): string =>
  /^[A-Za-z0-9_ -]+$/.test(text) ? shorten(text) : `'${shorten(text).replaceAll("'", "''")}'`;

const codeFor = (kind: Kind, name: string, text: string): string => {
  if (text.length > MAXIMUM_CODE) {
    throw new RowFault(
      `${name}: the text is longer than ${MAXIMUM_CODE} characters`,
      'Map a column of names, not of descriptions',
    );
  }
  if (name === 'zone' && findZone(text) === null)
    return refuse(name, text, 'not a time zone', 'Use IANA names such as Europe/Berlin');
  const words = WORDS[kind]?.[name];
  if (words !== undefined && !words.includes(text)) {
    return refuse(
      name,
      text,
      `not one of ${words.join(', ')}`,
      `Map it: '${name}: { column: …, map: { ${quoted(text)}: ${nearest(text, words) ?? words[0] ?? ''} } }'`,
    );
  }
  return text;
};

/** The instant of a cell; `note` hears what was odd about a date that was taken all the same. */
export const instantFor = (name: string, text: string, dates: DateReader, note: (reason: string) => void): Instant => {
  const date = dates(text);
  if (!('at' in date)) throw new RowFault(`${name}: ${date.reason}`, date.fix);
  if (date.note !== null) note(`${name}: ${date.note}`);
  return date.at;
};
