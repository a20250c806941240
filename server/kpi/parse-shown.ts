import { DERIVED_FIELDS } from '../event/derived-fields.ts';
import { MOVEMENTS, SHARE_OF_DAYS, isOfFailures } from './beside.ts';
import { fieldsOf, pluralWords, slicesOf } from './fields.ts';
import type { Measure } from './kpi.ts';
import { measureWords } from './parse-besides.ts';
import type { ParsedMeasure } from './parse-measure.ts';
import { part } from './parse-parts.ts';
import { personalSliceProblem } from './personal-conditions.ts';
import type { Reader } from './reader.ts';
import { KpiSchema } from './schema.ts';
import { suggestion } from './spelling.ts';

const SUMMARY = /^(median|mean|min|max|sum|p[1-9][0-9]?(\.[0-9]+)?)$/;
const HAS_SUMMARIES: readonly Measure['type'][] = ['duration', 'age', 'level', 'score'];

/** Names, beside the summaries, that a measure can show. */
const alsoOf = ({ measure, where }: ParsedMeasure): readonly string[] => {
  switch (measure.type) {
    case 'duration':
      return Object.hasOwn(DERIVED_FIELDS[measure.of] ?? {}, 'harm') ? ['longest', 'time in harm'] : ['longest'];
    case 'ratio':
      return where.some(isOfFailures) ? ['up to'] : [];
    case 'depth':
      return measure.growth ? MOVEMENTS : ['on hold'];
    case 'age':
      return ['oldest'];
    case 'since':
      return ['between'];
    case 'overlap':
      return ['longest'];
    case 'level':
      return ['coverage'];
    case 'budget':
      return ['spent', 'good', 'valid', 'coverage'];
    case 'score':
      return ['response rate', 'distribution'];
    case 'spread':
      return ['people', 'per head', 'time on call', 'equal chance', ...(measure.statistic === 'top share' ? [] : ['top share'])];
    case 'count':
      return measure.per === 'day' ? [SHARE_OF_DAYS] : [];
    case 'combine':
      return [];
  }
};

/** What stands beside a value must be something that its measure can show. */
export const checkAlsoShow = (reader: Reader, written: unknown, measured: ParsedMeasure): void => {
  const { type } = measured.measure;
  const names = part(KpiSchema.properties.also_show, written) ?? [];
  const hasSummaries = HAS_SUMMARIES.includes(type);
  const own = alsoOf(measured);
  const known = [...(hasSummaries ? ['median', 'mean', 'min', 'max', 'sum', 'p90'] : []), ...own];
  for (const [index, name] of names.entries()) {
    if ((hasSummaries && SUMMARY.test(name)) || own.includes(name)) continue;
    const path = ['also_show', index];
    if (known.length === 0) reader.report(path, `${measureWords(type)} shows nothing beside its value`, "Remove 'also_show'");
    else reader.report(path, `'${name}' is nothing that ${measureWords(type)} can show`, suggestion(name, known, 'It can show'));
  }
};

/** Slices are by what the items of a measure know, and never by people; what people bore is cut by team alone. */
export const checkSlices = (reader: Reader, written: unknown, measure: Measure, isPersonal: boolean): void => {
  const names = part(KpiSchema.properties.slice_by, written) ?? [];
  if (names.length === 0) return;
  if (measure.type === 'level' || measure.type === 'budget' || measure.type === 'combine') {
    for (const [index, name] of names.entries()) {
      if (name !== 'team' && name !== 'service')
        reader.report(
          ['slice_by', index],
          `${measureWords(measure.type)} cannot be cut by '${name}'`,
          'It can be cut by team and service',
        );
    }
    return;
  }
  const known = slicesOf(measure.of);
  for (const [index, name] of names.entries()) {
    if (known.includes(name)) {
      const problem = isPersonal ? personalSliceProblem(name) : null;
      if (problem !== null) reader.report(['slice_by', index], problem.message, problem.fix);
      continue;
    }
    const isPerson = fieldsOf(measure.of).get(name)?.type === 'person';
    if (isPerson) reader.report(['slice_by', index], `'${name}' names people`, 'Remove it: people are not metrics');
    else
      reader.report(
        ['slice_by', index],
        `${pluralWords(measure.of)} cannot be cut by '${name}'`,
        suggestion(name, isPersonal ? ['team'] : known, 'They can be cut by'),
      );
  }
};
