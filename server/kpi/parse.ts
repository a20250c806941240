import { Check } from 'typebox/value';
import { KINDS } from '../event/kinds.ts';
import { readDocument } from './document.ts';
import { pluralWords } from './fields.ts';
import type { Kpi, Measure } from './kpi.ts';
import { measureName, parseMeasure, type ParsedMeasure } from './parse-measure.ts';
import { part } from './parse-parts.ts';
import { checkAlsoShow, checkSlices } from './parse-shown.ts';
import { parseDividers, parseTargets } from './parse-targets.ts';
import { unitOf } from './parse-unit.ts';
import { refusePersonalConditions } from './personal-conditions.ts';
import type { Problem } from './problem.ts';
import { inOrder, readerOf, type Reader } from './reader.ts';
import { KpiSchema } from './schema.ts';
import type { MeasureName } from './schema-measure.ts';
import { checkShape, isRecord } from './shape.ts';

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
const defaultCoverage = (measure: Measure | null): number =>
  measure?.type === 'budget' || (measure?.type === 'level' && measure.statistic === 'sum') ? 1 : 0;

/**
 * Reads one KPI file. Never throws. Reports everything at once: what YAML, the shape and the meaning
 * have against it. `combine` is read as written; catalogue.ts resolves it.
 */
export const parseKpi = (text: string, file: string, context: ParseContext): ParsedKpi => {
  const document = readDocument(text, file);
  const reader = readerOf(document);
  const { value } = document;
  if (value === null && document.problems.length > 0) return { kpi: null, problems: inOrder(document) };
  checkShape(KpiSchema, value, [], reader.report, (path) => {
    const place = path.join('.');
    // Fields are checked against the kind, with its own list of what it knows.
    return place === 'measure.where' || place === 'measure.ratio.where' || place === 'measure.ratio.out_of';
  });
  if (!isRecord(value)) return { kpi: null, problems: inOrder(document) };
  const name = measureName(reader, value['measure']);
  const measured = name === null ? null : parseMeasure(reader, value['measure'], name);
  const meaning = parseAround(reader, value, name, measured);
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

/** What stands around the measure and depends on it; null where the measure is not clear enough to tell. */
const parseAround = (
  reader: Reader,
  value: Readonly<Record<string, unknown>>,
  name: MeasureName | null,
  measured: ParsedMeasure | null,
): Meaning | null => {
  const measure = measured?.measure ?? null;
  const isOfSeries = name === 'level' || name === 'budget';
  if (Object.hasOwn(value, 'coverage') && name !== null && !isOfSeries) {
    reader.report(['coverage'], `'coverage' says nothing about '${name}'`, 'Remove it; only metric series have it', 'key');
  }
  if (Object.hasOwn(value, 'unit') && name !== null && name !== 'level' && name !== 'combine') {
    reader.report(['unit'], `the unit of '${name}' is known`, "Remove 'unit'; only level and combine take one", 'key');
  }
  if (Object.hasOwn(value, 'unit') && measure?.type === 'level' && measure.statistic === 'share')
    reader.report(['unit'], 'a share is read in percent', "Remove 'unit'", 'key');
  const coverage = part(KpiSchema.properties.coverage, value['coverage']);
  const share = coverage === undefined ? defaultCoverage(measure) : Number.parseFloat(coverage.at_least) / 100;
  if (share > 1)
    reader.report(
      ['coverage', 'at_least'],
      `'${coverage?.at_least ?? ''}' is more than there can be`,
      'Write a percentage from 0% to 100%',
    );
  if (measured !== null && measure !== null) {
    checkAlsoShow(reader, value['also_show'], measured);
    checkSlices(reader, value['slice_by'], measure, isPersonal(measured));
    if (isPersonal(measured)) refusePersonalConditions(reader, measured);
    if (measure.type === 'since' && isPersonal(measured))
      reader.report(
        ['measure', 'since', 'of'],
        `the last of ${pluralWords(measure.of)} always points to one person`,
        'Count them instead, or measure what did not fall on people',
      );
  }
  const unit = measure === null ? null : unitOf(value, measure);
  const targets = parseTargets(reader, value['targets'], unit);
  const dividers = parseDividers(reader, value['dividers']);
  const settlesAfterMs = reader.duration(value['settles_after'], ['settles_after']) ?? DEFAULT_SETTLES_AFTER_MS;
  const limitsFrom = reader.day(value['limits_from'], ['limits_from']);
  if (unit === null) return null;
  return { unit, targets, dividers, settlesAfterMs, limitsFrom, minimumCoverage: isOfSeries ? share : 0 };
};

/** Whether values say what people bore or answered. A combination asks its parts (catalogue.ts). */
const isPersonal = ({ measure, countedIn }: ParsedMeasure): boolean => {
  if (measure.type === 'level' || measure.type === 'budget' || measure.type === 'combine') return false;
  if (measure.type === 'spread' || KINDS[measure.of].isPersonal) return true;
  if (measure.type === 'count' && measure.per === '12 hours on call') return true;
  // When somebody answered a page says how quick a person was; what the page was does not.
  const spans = measure.type === 'duration' || measure.type === 'overlap' ? [measure.from, measure.to] : [];
  return measure.of === 'page' && [countedIn, ...spans].includes('answered');
};
