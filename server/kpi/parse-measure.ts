import { KINDS, type Kind } from '../event/kinds.ts';
import { fieldsOf, kindOfPlural, pluralWords, PLURALS } from './fields.ts';
import type { Measure, Where } from './kpi.ts';
import { refuseBesides } from './parse-besides.ts';
import { kindOf, momentAt, part, summaryOf } from './parse-parts.ts';
import { budgetOf, combineOf, levelOf } from './parse-series.ts';
import { durationOf, overlapOf } from './parse-spans.ts';
import { parsePointsWhere, parseWhere } from './parse-where.ts';
import type { Reader } from './reader.ts';
import {
  AgeSchema,
  CountSchema,
  DepthSchema,
  MEASURE_SCHEMAS,
  ScoreSchema,
  SpreadSchema,
  type MeasureName,
} from './schema-measure.ts';
import { isRecord } from './shape.ts';
import { nearest, suggestion } from './spelling.ts';

/** The measure of a KPI with what stands beside it. */
export interface ParsedMeasure {
  readonly measure: Measure;
  readonly where: readonly Where[];
  readonly countedIn: string | null;
}

const NAMES = Object.keys(MEASURE_SCHEMAS).filter((name): name is MeasureName => Object.hasOwn(MEASURE_SCHEMAS, name));

/** Which measure the file means: the only one, or the first when there are several (and that is reported). */
export const measureName = (reader: Reader, written: unknown): MeasureName | null => {
  if (!isRecord(written)) return null;
  const named = NAMES.filter((name) => Object.hasOwn(written, name));
  const [first, ...others] = named;
  for (const other of others) {
    reader.report(
      ['measure', other],
      `'${other}' stands beside '${String(first)}'`,
      'Keep exactly one measure; make a second KPI of the other',
      'key',
    );
  }
  const isMisspelt = Object.keys(written).some((key) => nearest(key, NAMES) !== null);
  if (first === undefined && !isMisspelt)
    reader.report(['measure'], 'no measure is named', `Add exactly one of ${NAMES.join(', ')}`, 'key');
  return first ?? null;
};

/**
 * Reads `measure:`. Everything wrong is reported, and what can be guessed is, so that the rest of the
 * file is checked too; a file with any problem never becomes a KPI. Null when not even the kind is clear.
 */
export const parseMeasure = (reader: Reader, written: unknown, name: MeasureName): ParsedMeasure | null => {
  if (!isRecord(written)) return null;
  const besides = refuseBesides(reader, written, name);
  const body = isRecord(written[name]) ? written[name] : {};
  if (name === 'level' || name === 'budget') {
    const where = parsePointsWhere(reader, written['where'], ['measure', 'where']);
    return { measure: name === 'level' ? levelOf(reader, body) : budgetOf(reader, body), where, countedIn: null };
  }
  if (name === 'combine') return { measure: combineOf(reader, body), where: [], countedIn: null };
  const kind = name === 'score' ? 'feedback' : kindOf(body['of']);
  if (kind === null) return null;
  const where = name === 'ratio' ? [] : parseWhere(reader, written['where'], ['measure', 'where'], kind);
  const counted = besides.countedIn ? momentAt(reader, written['counted_in'], ['measure', 'counted_in'], kind) : null;
  const countedIn = counted ?? KINDS[kind].countedIn;
  switch (name) {
    case 'duration': {
      const measure = durationOf(reader, body, kind, written['summarise']);
      // A duration belongs to the period in which it ended, unless the file says otherwise.
      return { measure, where, countedIn: counted ?? measure.to };
    }
    case 'ratio': {
      const outOf = parseWhere(reader, body['out_of'], ['measure', 'ratio', 'out_of'], kind);
      const upper = parseWhere(reader, body['where'], ['measure', 'ratio', 'where'], kind);
      if (isRecord(body['where']) && Object.keys(body['where']).length === 0) {
        reader.report(
          ['measure', 'ratio', 'where'],
          'this names no condition, so the share would always be 100%',
          'Name what the counted items have in common',
        );
      }
      return { measure: { type: 'ratio', of: kind, outOf }, where: upper, countedIn };
    }
    case 'count':
      return {
        measure: { type: 'count', of: kind, per: part(CountSchema.properties.per, body['per']) ?? null },
        where,
        countedIn,
      };
    case 'depth': {
      refuseWithoutStates(reader, name, kind);
      const growth = part(DepthSchema.properties.growth, body['growth']) ?? false;
      return { measure: { type: 'depth', of: kind, growth }, where, countedIn: null };
    }
    case 'age': {
      refuseWithoutStates(reader, name, kind);
      const since = part(AgeSchema.properties.since, body['since']) ?? 'first opened';
      return { measure: { type: 'age', of: kind, since, summarise: summaryOf(written['summarise']) }, where, countedIn: null };
    }
    case 'since':
      return { measure: { type: 'since', of: kind }, where, countedIn };
    case 'overlap':
      return { measure: overlapOf(reader, body, kind), where, countedIn: null };
    case 'score': {
      const instrument = part(ScoreSchema.properties.instrument, body['instrument']) ?? '';
      const summarise = summaryOf(written['summarise'], 'mean');
      return { measure: { type: 'score', of: 'feedback', instrument, summarise }, where, countedIn };
    }
    case 'spread': {
      const across = part(SpreadSchema.properties.across, body['across']) ?? '';
      if (across !== '') checkAcross(reader, across, kind);
      const statistic = part(SpreadSchema.properties.statistic, body['statistic']) ?? 'gini';
      return { measure: { type: 'spread', of: kind, across, statistic }, where, countedIn };
    }
  }
};

const refuseWithoutStates = (reader: Reader, name: 'depth' | 'age', kind: Kind): void => {
  if (KINDS[kind].hasStates) return;
  const open = PLURALS.filter((candidate) => KINDS[kindOfPlural(candidate) ?? kind].hasStates);
  reader.report(
    ['measure', name, 'of'],
    `${pluralWords(kind)} are never open or closed, so they have no ${name}`,
    `Use one of ${open.join(', ')}`,
  );
};

/** What falls on people is told across people; every other field cuts a number by `slice_by`. */
const checkAcross = (reader: Reader, name: string, kind: Kind): void => {
  const people = [...fieldsOf(kind)].filter(([known, { type }]) => type === 'person' && !known.includes('.'));
  const names = people.map(([known]) => known);
  if (names.includes(name)) return;
  if (names.length === 0) {
    const borne = PLURALS.filter((candidate) => {
      const other = kindOfPlural(candidate);
      return other !== null && [...fieldsOf(other)].some(([known, { type }]) => type === 'person' && !known.includes('.'));
    });
    reader.report(
      ['measure', 'spread', 'of'],
      `${pluralWords(kind)} name nobody who bore them`,
      `Use one of ${borne.join(', ')}`,
    );
    return;
  }
  reader.report(
    ['measure', 'spread', 'across'],
    `'${name}' names no people who bore ${pluralWords(kind)}`,
    suggestion(name, names, 'People are named by'),
  );
};
