import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { KINDS } from '../event/kinds.ts';
import { readDocument } from './document.ts';
import { fieldsOf, pluralWords, slicesOf } from './fields.ts';
import type { Kpi, Measure, Unit } from './kpi.ts';
import { isLaterMeasure, measureName, parseMeasure, type ParsedMeasure } from './parse-measure.ts';
import { parseDividers, parseTargets } from './parse-targets.ts';
import type { Problem } from './problem.ts';
import { inOrder, readerOf, type Reader } from './reader.ts';
import { KpiSchema } from './schema.ts';
import type { MeasureName } from './schema-measure.ts';
import { checkShape, isRecord } from './shape.ts';
import { suggestion } from './spelling.ts';

export interface ParseContext {
  /** A short digest of text; names the definition. (An argument: this room has no built-ins.) */
  readonly digest: (text: string) => string;
}

export interface ParsedKpi {
  /** Null as soon as anything is wrong with the file. */
  readonly kpi: Kpi | null;
  /** Everything that is wrong, in reading order. */
  readonly problems: Problem[];
}

const DAY_MS = 86_400_000;
/** Three days: most sources report, reopen and correct within them. */
const DEFAULT_SETTLES_AFTER_MS = 3 * DAY_MS;
/** A sum of what is there would read as a fall; any other statistic stands with what it has, its coverage beside it. */
const defaultCoverage = (measure: Measure | null): number => (measure?.type === 'level' && measure.statistic === 'sum' ? 1 : 0);

/**
 * Reads one KPI file. Never throws. Reports everything at once: what YAML, the shape and the meaning
 * have against it. `combine` is read as written; catalogue.ts resolves it.
 */
export const parseKpi = (text: string, file: string, context: ParseContext): ParsedKpi => {
  const document = readDocument(text, file);
  const reader = readerOf(document);
  const { value } = document;
  if (value === null && document.problems.length > 0) return { kpi: null, problems: inOrder(document) };
  checkShape(KpiSchema, value, [], reader.report, (path, key) => {
    const place = path.join('.');
    // Fields are checked against the kind, with its own list of what it knows.
    if (place === 'measure.where' || place === 'measure.ratio.where' || place === 'measure.ratio.out_of') return true;
    return place === 'measure' && isLaterMeasure(reader, key);
  });
  if (!isRecord(value)) return { kpi: null, problems: inOrder(document) };
  const name = measureName(reader, value['measure']);
  const measured = name === null ? null : parseMeasure(reader, value['measure'], name);
  const meaning = parseAround(reader, value, name, measured?.measure ?? null);
  const isGood = document.problems.length === 0 && meaning !== null && measured !== null && Check(KpiSchema, value);
  if (!isGood) return { kpi: null, problems: inOrder(document) };
  const kpi: Kpi = {
    id: value.id,
    name: value.name,
    alsoCalled: value.also_called ?? null,
    question: value.question,
    section: value.section,
    role: value.role,
    owner: value.owner,
    better: value.better,
    measure: measured.measure,
    where: measured.where,
    countedIn: measured.countedIn,
    alsoShow: value.also_show ?? [],
    sliceBy: value.slice_by ?? [],
    baseline: value.baseline ?? null,
    whenEmpty: value.when_empty ?? 'none to measure',
    minimumCount: value.minimum_count ?? 1,
    atRisk:
      value.at_risk === undefined
        ? null
        : { when: value.at_risk.when, runbook: value.at_risk.runbook ?? null, escalateTo: value.at_risk.escalate_to ?? null },
    isPersonal: isPersonal(measured),
    definition: context.digest(text),
    file,
    ...meaning,
  };
  return { kpi, problems: [] };
};

type Meaning = Pick<Kpi, 'unit' | 'targets' | 'dividers' | 'settlesAfterMs' | 'limitsFrom' | 'minimumCoverage'>;

const part = <Schema extends TSchema>(schema: Schema, value: unknown): Static<Schema> | undefined =>
  Check(schema, value) ? value : undefined;

/** What stands around the measure and depends on it; null where the measure is not clear enough to tell. */
const parseAround = (
  reader: Reader,
  value: Readonly<Record<string, unknown>>,
  name: MeasureName | null,
  measure: Measure | null,
): Meaning | null => {
  if (Object.hasOwn(value, 'coverage') && name !== null && name !== 'level') {
    reader.report(['coverage'], `'coverage' says nothing about '${name}'`, 'Remove it; only metric series have it', 'key');
  }
  if (Object.hasOwn(value, 'unit') && name !== null && name !== 'level' && name !== 'combine') {
    reader.report(['unit'], `the unit of '${name}' is known`, "Remove 'unit'; only level and combine take one", 'key');
  }
  const coverage = part(KpiSchema.properties.coverage, value['coverage']);
  const share = coverage === undefined ? defaultCoverage(measure) : Number.parseFloat(coverage.at_least) / 100;
  if (share > 1)
    reader.report(
      ['coverage', 'at_least'],
      `'${coverage?.at_least ?? ''}' is more than there can be`,
      'Write a percentage from 0% to 100%',
    );
  if (measure !== null) {
    checkAlsoShow(reader, value['also_show'], measure);
    checkSlices(reader, value['slice_by'], measure);
  }
  const unit = measure === null ? null : unitOf(value, measure);
  const targets = parseTargets(reader, value['targets'], unit);
  const dividers = parseDividers(reader, value['dividers']);
  const settlesAfterMs = reader.duration(value['settles_after'], ['settles_after']) ?? DEFAULT_SETTLES_AFTER_MS;
  const limitsFrom = reader.day(value['limits_from'], ['limits_from']);
  if (unit === null) return null;
  return { unit, targets, dividers, settlesAfterMs, limitsFrom, minimumCoverage: name === 'level' ? share : 0 };
};

const unitOf = (value: Readonly<Record<string, unknown>>, measure: Measure): Unit => {
  const written = part(KpiSchema.properties.unit, value['unit']);
  const takesUnit = measure.type === 'level' || measure.type === 'combine';
  if (takesUnit && written !== undefined) {
    return {
      type: written.type,
      label: written.label ?? '',
      isTotal: written.per_period ?? (measure.type === 'level' && measure.statistic === 'sum'),
    };
  }
  switch (measure.type) {
    case 'duration':
      return { type: 'duration', label: '', isTotal: measure.summarise === 'sum' };
    case 'age':
      return { type: 'duration', label: '', isTotal: false };
    case 'ratio':
      return { type: 'share', label: '', isTotal: false };
    case 'count':
      if (measure.per === 'day') return { type: 'number', label: 'per day', isTotal: false };
      if (measure.per === '12 hours on call') return { type: 'number', label: 'per 12 h on call', isTotal: false };
      return { type: 'count', label: pluralWords(measure.of), isTotal: true };
    case 'depth':
      return { type: 'count', label: pluralWords(measure.of), isTotal: false };
    case 'level':
      return { type: 'number', label: '', isTotal: measure.statistic === 'sum' };
    case 'combine':
      return { type: measure.operation === 'divide' ? 'share' : 'number', label: '', isTotal: false };
  }
};

const SUMMARY = /^(median|mean|min|max|sum|p[1-9][0-9]?(\.[0-9]+)?)$/;

/** Names, beside the summaries, that a measure can show. */
const ALSO: Readonly<Record<Measure['type'], readonly string[]>> = {
  duration: ['longest'],
  ratio: [],
  count: [],
  depth: ['on hold'],
  age: ['oldest'],
  level: ['coverage'],
  combine: [],
};

const checkAlsoShow = (reader: Reader, written: unknown, measure: Measure): void => {
  const names = part(KpiSchema.properties.also_show, written) ?? [];
  const hasSummaries = measure.type === 'duration' || measure.type === 'age' || measure.type === 'level';
  const known = [...(hasSummaries ? ['median', 'mean', 'min', 'max', 'sum', 'p90'] : []), ...ALSO[measure.type]];
  for (const [index, name] of names.entries()) {
    if ((hasSummaries && SUMMARY.test(name)) || ALSO[measure.type].includes(name)) continue;
    const path = ['also_show', index];
    if (known.length === 0) reader.report(path, `a ${measure.type} shows nothing beside its value`, "Remove 'also_show'");
    else reader.report(path, `'${name}' is nothing that a ${measure.type} can show`, suggestion(name, known, 'It can show'));
  }
};

const checkSlices = (reader: Reader, written: unknown, measure: Measure): void => {
  const names = part(KpiSchema.properties.slice_by, written) ?? [];
  if (names.length === 0) return;
  if (measure.type === 'level' || measure.type === 'combine') {
    for (const [index, name] of names.entries()) {
      if (name !== 'team' && name !== 'service')
        reader.report(['slice_by', index], `a ${measure.type} cannot be cut by '${name}'`, 'It can be cut by team and service');
    }
    return;
  }
  const known = slicesOf(measure.of);
  for (const [index, name] of names.entries()) {
    if (known.includes(name)) continue;
    const isPerson = fieldsOf(measure.of).get(name)?.type === 'person';
    if (isPerson) reader.report(['slice_by', index], `'${name}' names people`, 'Remove it: people are not metrics');
    else
      reader.report(
        ['slice_by', index],
        `${pluralWords(measure.of)} cannot be cut by '${name}'`,
        suggestion(name, known, 'They can be cut by'),
      );
  }
};

/** Whether values say what people bore or answered. A combination asks its parts (catalogue.ts). */
const isPersonal = ({ measure, countedIn }: ParsedMeasure): boolean => {
  if (measure.type === 'level' || measure.type === 'combine') return false;
  if (KINDS[measure.of].isPersonal) return true;
  if (measure.type === 'count' && measure.per === '12 hours on call') return true;
  // When somebody answered a page says how quick a person was; what the page was does not.
  return (
    measure.of === 'page' &&
    (countedIn === 'answered' || (measure.type === 'duration' && (measure.from === 'answered' || measure.to === 'answered')))
  );
};
