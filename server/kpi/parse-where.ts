import { RE2JS } from 're2js';
import { Check } from 'typebox/value';
import type { Kind } from '../event/kinds.ts';
import type { DocumentPath } from './document.ts';
import { HOUR_CLASSES, fieldsOf, pluralWords, type KnownField } from './fields.ts';
import type { Condition, Where } from './kpi.ts';
import type { Reader } from './reader.ts';
import { ConditionSchema, type ConditionText } from './schema-where.ts';
import { isRecord } from './shape.ts';
import { nearest, suggestion } from './spelling.ts';

type Scalar = string | number | boolean;

/** The conditions of a `where` or `out_of`, checked against the fields of a kind. Never throws. */
export const parseWhere = (reader: Reader, value: unknown, path: DocumentPath, kind: Kind): Where[] => {
  if (!isRecord(value)) return [];
  const fields = fieldsOf(kind);
  const found: Where[] = [];
  for (const [name, written] of Object.entries(value)) {
    const at = [...path, name];
    const field = fields.get(name);
    if (field === undefined) {
      const usable = [...fields].filter(([, known]) => isUsable(known)).map(([known]) => known);
      const own = usable.filter((known) => !known.includes('.'));
      const fix = suggestion(name, nearest(name, usable) === null ? own : usable, 'Their fields');
      reader.report(at, `${pluralWords(kind)} have no field '${name}'`, fix, 'key');
      continue;
    }
    const condition = conditionOf(reader, written, at, name, field);
    if (condition !== null) found.push({ field: name, condition });
  }
  return found;
};

/**
 * The conditions on the points of a metric series. Any name may be a dimension, and all dimensions are
 * text; `during` is the one name that means the hours of the clock. Never throws.
 */
export const parsePointsWhere = (reader: Reader, value: unknown, path: DocumentPath): Where[] => {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, written]) => {
    const field: KnownField = { type: name === 'during' ? 'hour class' : 'code', values: null, words: name };
    const condition = conditionOf(reader, written, [...path, name], name, field);
    return condition === null ? [] : [{ field: name, condition }];
  });
};

const isUsable = (field: KnownField): boolean => field.type !== 'person' && field.type !== 'instant' && field.type !== 'instants';

const conditionOf = (reader: Reader, written: unknown, path: DocumentPath, name: string, field: KnownField): Condition | null => {
  if (field.type === 'person') {
    reader.report(
      path,
      `'${name}' names people`,
      'Leave it out: people are not metrics; ask by team, service or rotation',
      'key',
    );
    return null;
  }
  if (!isUsable(field)) {
    reader.report(
      path,
      `'${name}' is a date, and dates have no conditions here`,
      'Leave it out; the period decides by counted_in',
      'key',
    );
    return null;
  }
  if (field.type === 'hour class') {
    const during = HOUR_CLASSES.find((known) => known === written);
    return during === undefined ? null : { test: 'during', during };
  }
  if (!Check(ConditionSchema, written)) return null;
  return exactCondition(reader, written, path, name, field);
};

const exactCondition = (
  reader: Reader,
  written: ConditionText,
  path: DocumentPath,
  name: string,
  field: KnownField,
): Condition | null => {
  if (Array.isArray(written) || typeof written !== 'object') return inCondition(reader, written, path, name, field, false);
  if ('matches' in written) return matchesCondition(reader, written.matches, [...path, 'matches'], name, field, false);
  if ('not' in written) {
    const { not } = written;
    if (typeof not === 'object' && !Array.isArray(not))
      return matchesCondition(reader, not.matches, [...path, 'not', 'matches'], name, field, true);
    return inCondition(reader, not, [...path, 'not'], name, field, true);
  }
  return 'at_least' in written
    ? boundCondition(reader, written.at_least, [...path, 'at_least'], name, field, 'at_least')
    : boundCondition(reader, written.at_most, [...path, 'at_most'], name, field, 'at_most');
};

const boundCondition = (
  reader: Reader,
  bound: number | string,
  path: DocumentPath,
  name: string,
  field: KnownField,
  test: 'at_least' | 'at_most',
): Condition | null => {
  if (field.type === 'duration') {
    if (typeof bound === 'number') {
      reader.report(path, `${bound} has no unit`, `Write it like ${bound} hours`);
      return null;
    }
    const ms = reader.duration(bound, path);
    return ms === null ? null : { test, bound: ms / 1000 };
  }
  if (field.type !== 'number') {
    reader.report(
      path,
      `'${name}' is not a number, so '${test}' says nothing about it`,
      'Name the values instead: [one, two]',
      'key',
    );
    return null;
  }
  if (typeof bound === 'string') {
    reader.report(path, `'${bound}' is not a number`, `Write '${name}: { ${test}: 2 }'`);
    return null;
  }
  return { test, bound };
};

const matchesCondition = (
  reader: Reader,
  pattern: string,
  path: DocumentPath,
  name: string,
  field: KnownField,
  negated: boolean,
): Condition | null => {
  if (field.type !== 'code') {
    reader.report(
      path,
      `'${name}' is not text, so 'matches' says nothing about it`,
      'Name the values instead: [one, two]',
      'key',
    );
    return null;
  }
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
    reader.report(path, `this pattern is not valid: ${reason}`, 'Write it in RE2 syntax (no look-around, no back-references)');
    return null;
  }
  return { test: 'matches', pattern, negated };
};

const inCondition = (
  reader: Reader,
  written: Scalar | readonly Scalar[],
  path: DocumentPath,
  name: string,
  field: KnownField,
  negated: boolean,
): Condition | null => {
  const isList = typeof written === 'object';
  if (field.type === 'duration') {
    // `repeats_within: 24 hours` reads as a bound.
    if (isList || negated || typeof written !== 'string') {
      reader.report(path, `'${name}' takes one duration`, 'Write it like 24 hours');
      return null;
    }
    const ms = reader.duration(written, path);
    return ms === null ? null : { test: 'at_most', bound: ms / 1000 };
  }
  if (field.type === 'code' && (written === 'set' || written === 'not set')) return presence((written === 'set') !== negated);
  const values: Scalar[] = [];
  for (const [index, value] of (isList ? written : [written]).entries()) {
    const exact = exactValue(reader, value, isList ? [...path, index] : path, name, field);
    if (exact !== null) values.push(exact);
  }
  return values.length === 0 ? null : { test: 'in', values, negated };
};

/** `set` and `not set`: every text holds the empty pattern, and what is not set holds none. */
const presence = (isSet: boolean): Condition => ({ test: 'matches', pattern: '', negated: !isSet });

/** One value as the field holds it; names that look like numbers are names all the same. */
const exactValue = (reader: Reader, value: Scalar, path: DocumentPath, name: string, field: KnownField): Scalar | null => {
  if (field.type === 'flag') {
    if (typeof value === 'boolean') return value;
    reader.report(path, `'${name}' is true or false, not '${String(value)}'`, `Write '${name}: true'`);
    return null;
  }
  if (field.type === 'number') {
    const isSeverity = name === 'severity' || name.endsWith('.severity');
    const isGood = typeof value === 'number' && (!isSeverity || (Number.isInteger(value) && value >= 1 && value <= 5));
    if (isGood) return value;
    reader.report(
      path,
      isSeverity ? `'${String(value)}' is not a severity` : `'${String(value)}' is not a number`,
      isSeverity ? 'Severity is a whole number from 1 (worst) to 5' : 'Write a number',
    );
    return null;
  }
  const text = String(value);
  if (field.values === null || field.values.includes(text)) return text;
  reader.report(path, `'${text}' is no ${field.words} that items can have`, suggestion(text, field.values, 'It can be'));
  return null;
};
