import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { KINDS, STATES, type Kind } from '../event/kinds.ts';
import { instantsOf, kindOfPlural, pluralWords, PLURALS } from './fields.ts';
import type { Measure, Summary, Where } from './kpi.ts';
import { parsePointsWhere, parseWhere } from './parse-where.ts';
import type { Reader } from './reader.ts';
import {
  AgeSchema,
  CombineSchema,
  CountSchema,
  DurationSchema,
  LATER_MEASURES,
  LevelSchema,
  MEASURE_SCHEMAS,
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
  const later = LATER_MEASURES.filter((name) => Object.hasOwn(written, name));
  const isMisspelt = Object.keys(written).some((key) => nearest(key, NAMES) !== null);
  if (first === undefined && later.length === 0 && !isMisspelt)
    reader.report(['measure'], 'no measure is named', `Add exactly one of ${NAMES.join(', ')}`, 'key');
  return first ?? null;
};

/** Answers for a key of `measure` that the schema does not know, where the language has it in a later version. */
export const isLaterMeasure = (reader: Reader, key: string): boolean => {
  if (!LATER_MEASURES.includes(key)) return false;
  reader.report(['measure', key], `'${key}' is not yet supported by this version`, `Use one of ${NAMES.join(', ')}`, 'key');
  return true;
};

/**
 * Reads `measure:`. Everything wrong is reported, and what can be guessed is, so that the rest of the
 * file is checked too; a file with any problem never becomes a KPI. Null when not even the kind is clear.
 */
export const parseMeasure = (reader: Reader, written: unknown, name: MeasureName): ParsedMeasure | null => {
  if (!isRecord(written)) return null;
  const besides = refuseBesides(reader, written, name);
  const body = isRecord(written[name]) ? written[name] : {};
  if (name === 'level') {
    const series = part(LevelSchema.properties.series, body['series']) ?? '';
    const where = parsePointsWhere(reader, written['where'], ['measure', 'where']);
    return { measure: { type: 'level', series, statistic: statisticOf(body['statistic']) }, where, countedIn: null };
  }
  if (name === 'combine') return { measure: parseCombine(reader, body), where: [], countedIn: null };
  const kind = kindOf(body['of']);
  if (kind === null) return null;
  if ((name === 'depth' || name === 'age') && !KINDS[kind].hasStates) {
    const open = PLURALS.filter((candidate) => KINDS[kindOfPlural(candidate) ?? kind].hasStates);
    reader.report(
      ['measure', name, 'of'],
      `${pluralWords(kind)} are never open or closed, so they have no ${name}`,
      `Use one of ${open.join(', ')}`,
    );
  }
  const where = name === 'ratio' ? [] : parseWhere(reader, written['where'], ['measure', 'where'], kind);
  const countedIn = besides.countedIn ? instantAt(reader, written['counted_in'], ['measure', 'counted_in'], kind) : null;
  switch (name) {
    case 'duration': {
      const measure = durationOf(reader, body, kind, summaryOf(written['summarise']));
      // A duration belongs to the period in which it ended, unless the file says otherwise.
      return { measure, where, countedIn: countedIn ?? measure.to };
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
      return { measure: { type: 'ratio', of: kind, outOf }, where: upper, countedIn: countedIn ?? KINDS[kind].countedIn };
    }
    case 'count':
      return {
        measure: { type: 'count', of: kind, per: part(CountSchema.properties.per, body['per']) ?? null },
        where,
        countedIn: countedIn ?? KINDS[kind].countedIn,
      };
    case 'depth':
      return { measure: { type: 'depth', of: kind }, where, countedIn: null };
    case 'age': {
      const since = part(AgeSchema.properties.since, body['since']) ?? 'first opened';
      return { measure: { type: 'age', of: kind, since, summarise: summaryOf(written['summarise']) }, where, countedIn: null };
    }
  }
};

/** The kind that is named, or was probably meant (the shape reports it). */
const kindOf = (written: unknown): Kind | null => {
  if (typeof written !== 'string') return null;
  const near = kindOfPlural(written) === null ? nearest(written, PLURALS) : written;
  return near === null ? null : kindOfPlural(near);
};

const durationOf = (
  reader: Reader,
  body: Readonly<Record<string, unknown>>,
  kind: Kind,
  summarise: Summary,
): Extract<Measure, { type: 'duration' }> => {
  const from = instantAt(reader, body['from'], ['measure', 'duration', 'from'], kind);
  const to = instantAt(reader, body['to'], ['measure', 'duration', 'to'], kind);
  const excluding = part(DurationSchema.properties.excluding, body['excluding']) ?? [];
  for (const [index, state] of excluding.entries()) {
    const path = ['measure', 'duration', 'excluding', index];
    if (!KINDS[kind].hasStates) reader.report(path, `${pluralWords(kind)} have no states to leave out`, "Remove 'excluding'");
    else if (!STATES.some((known) => known === state))
      reader.report(path, `'${state}' is not a state`, suggestion(state, STATES, 'States'));
  }
  if (from !== null && from === to) {
    reader.report(
      ['measure', 'duration', 'to'],
      `it ends with the moment it starts with ('${from}')`,
      'Name two different moments',
    );
  }
  return { type: 'duration', of: kind, from: from ?? '', to: to ?? '', excluding, summarise };
};

const parseCombine = (reader: Reader, body: Readonly<Record<string, unknown>>): Measure => {
  const [operation, second] = (['divide', 'difference', 'sum', 'product'] as const).filter((known) => Object.hasOwn(body, known));
  if (operation === undefined)
    reader.report(['measure', 'combine'], 'no operation is named', 'Add exactly one of divide, difference, sum, product');
  if (second !== undefined)
    reader.report(
      ['measure', 'combine', second],
      `'${second}' stands beside '${String(operation)}'`,
      'Keep one operation',
      'key',
    );
  const parts = operation === undefined ? [] : part(CombineSchema.properties[operation], body[operation]);
  return { type: 'combine', operation: operation ?? 'sum', parts: parts ?? [] };
};

const instantAt = (reader: Reader, written: unknown, path: readonly (string | number)[], kind: Kind): string | null => {
  if (typeof written !== 'string') return null;
  const known = instantsOf(kind);
  if (known.includes(written)) return written;
  reader.report(path, `${pluralWords(kind)} have no moment '${written}'`, suggestion(written, known, 'Their moments'));
  return null;
};

/** Keys that mean nothing beside this measure are refused, each with where they belong. */
const refuseBesides = (reader: Reader, written: Readonly<Record<string, unknown>>, name: MeasureName): { countedIn: boolean } => {
  const refuse = (key: string, message: string, fix: string): void => {
    if (Object.hasOwn(written, key)) reader.report(['measure', key], message, fix, 'key');
  };
  const isOfSeries = name === 'level' || name === 'combine';
  if (name === 'combine')
    refuse('where', "'where' has no items to choose from in 'combine'", 'Remove it; conditions belong into the KPIs behind it');
  if (name === 'ratio')
    refuse(
      'where',
      "'where' stands beside the ratio",
      "Move it into the ratio, as 'where' (upper number) or 'out_of' (lower number)",
    );
  const isOfDates = !isOfSeries && name !== 'depth' && name !== 'age';
  if (!isOfDates)
    refuse(
      'counted_in',
      `'counted_in' says nothing about '${name}'`,
      isOfSeries ? 'Remove it' : "Remove it; what is open is counted at the period's end",
    );
  if (name !== 'duration' && name !== 'age') {
    refuse(
      'summarise',
      `a ${name} is one number already`,
      name === 'level' ? "Remove it; 'statistic' says how points become one number" : 'Remove it',
    );
  }
  return { countedIn: isOfDates };
};

const part = <Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> | undefined =>
  Check(schema, value) ? value : undefined;

const isPercentile = (text: string): text is `p${number}` => /^p[1-9][0-9]?(\.[0-9]+)?$/.test(text);

/** A summary by its name, median where the file is silent or wrong (and that is reported by the shape). */
export const summaryOf = (written: unknown): Summary => {
  if (typeof written !== 'string') return 'median';
  if (isPercentile(written)) return written;
  return (['median', 'mean', 'max', 'min', 'sum'] as const).find((known) => known === written) ?? 'median';
};

const statisticOf = (written: unknown): Extract<Measure, { type: 'level' }>['statistic'] => {
  if (typeof written !== 'string') return 'mean';
  if (isPercentile(written)) return written;
  return (['mean', 'sum', 'max', 'min', 'first', 'last'] as const).find((known) => known === written) ?? 'mean';
};
