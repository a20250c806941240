import { readDocument, type Document } from './document.ts';
import type { Kpi, Unit } from './kpi.ts';
import { parseKpi, type ParseContext, type ParsedKpi } from './parse.ts';
import { personalSliceProblem } from './personal-conditions.ts';
import type { Problem } from './problem.ts';
import { ReadTexts } from './read-texts.ts';
import { suggestion } from './spelling.ts';
import { definitionWords } from './words.ts';

export interface DefinitionFile {
  /** The file as the user named it, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

/** A KPI file and what became of it. A broken one stays in the list, with its problems. */
export interface CatalogueFile extends DefinitionFile {
  readonly problems: readonly Problem[];
  /** Null while the file has problems. */
  readonly kpi: Kpi | null;
  /** The definition read aloud; null while there is none. */
  readonly words: string | null;
}

/** A file of cases and the KPI file it stands beside. */
export interface CaseFile extends DefinitionFile {
  readonly of: string;
}

export interface Catalogue {
  /** In the order in which sections are read, then by file name; broken ones last. */
  readonly files: readonly CatalogueFile[];
  /** The KPIs without problems, by id, in the order of their files. */
  readonly kpis: ReadonlyMap<string, Kpi>;
  readonly cases: readonly CaseFile[];
  /** All problems, those of orphan case files included. */
  readonly problems: readonly Problem[];
}

const SETTINGS = /(^|\/)(organisation|sources)\.ya?ml$/;
const CASES = /\.test(\.ya?ml)$/;

interface Draft extends DefinitionFile {
  kpi: Kpi | null;
  readonly problems: Problem[];
}

/**
 * Reads all KPI files of a folder together: each on its own, then ids that two files claim, then
 * what `combine` refers to (unknown, broken, in a circle). organisation.yaml and sources.yaml are
 * passed over; nothing else is skipped in silence.
 */
export const loadCatalogue = (files: readonly DefinitionFile[], context: ParseContext): Catalogue => {
  const sorted = files.filter(({ file }) => !SETTINGS.test(file)).toSorted((left, right) => (left.file < right.file ? -1 : 1));
  const drafts: Draft[] = [];
  const cases: CaseFile[] = [];
  const orphans: Problem[] = [];
  const names = new Set(sorted.map(({ file }) => file));
  for (const { file, text } of sorted) {
    if (!CASES.test(file)) {
      drafts.push({ file, text, ...parsed(text, file, context) });
      continue;
    }
    const of = [file.replace(CASES, '$1'), file.replace(CASES, '.yaml'), file.replace(CASES, '.yml')].find((name) =>
      names.has(name),
    );
    if (of !== undefined) cases.push({ file, text, of });
    else
      orphans.push({
        file,
        line: 1,
        column: 1,
        path: '',
        message: `these cases stand beside no KPI file`,
        fix: `Name the file after its KPI file, e.g. ${file.replace(CASES, '.yaml')}`,
      });
  }
  refuseDuplicates(drafts);
  resolveCombinations(drafts);
  const done = drafts
    .map(({ file, text, kpi, problems }): CatalogueFile => {
      const good = problems.length === 0 ? kpi : null;
      return { file, text, problems, kpi: good, words: good === null ? null : definitionWords(good) };
    })
    .sort((left, right) => placeOf(left.kpi) - placeOf(right.kpi));
  const kpis = new Map(done.flatMap(({ kpi }) => (kpi === null ? [] : [[kpi.id, kpi]])));
  return { files: done, kpis, cases, problems: [...done.flatMap(({ problems }) => problems), ...orphans] };
};

/** More files than an organisation has. */
const MOST_KEPT = 1000;
/** By what names definitions, since they carry it. */
const readBefore = new WeakMap<ParseContext['digest'], ReadTexts<Kpi>>();

/** As parseKpi, but what was good is read once. */
const parsed = (text: string, file: string, context: ParseContext): ParsedKpi => {
  let kept = readBefore.get(context.digest);
  if (kept === undefined) readBefore.set(context.digest, (kept = new ReadTexts(MOST_KEPT)));
  const name = `${file}\n${text}`;
  const before = kept.get(name);
  if (before !== undefined) return { kpi: before, problems: [] };
  const read = parseKpi(text, file, context);
  if (read.kpi !== null) kept.keep(name, read.kpi);
  return read;
};

/** The order in which a review is read; sections of one's own come after these, by file name. */
const SECTIONS = ['Delivery', 'Incidents', 'Queues', 'On-call', 'Customers', 'Culture'];

const placeOf = (kpi: Kpi | null): number => {
  if (kpi === null) return SECTIONS.length + 1;
  const place = SECTIONS.indexOf(kpi.section);
  return place < 0 ? SECTIONS.length : place;
};

const addProblem = (
  draft: Draft,
  path: readonly (string | number)[],
  message: string,
  fix: string,
  document?: Document,
): void => {
  const place = (document ?? readDocument(draft.text, draft.file)).locate(path);
  draft.problems.push({ file: draft.file, ...place, path: path.join('.'), message, fix });
};

/** The id a file claims, even while other parts of it are broken. */
const claimedId = (draft: Draft): string | null => {
  if (draft.kpi !== null) return draft.kpi.id;
  const { value } = readDocument(draft.text, draft.file);
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : null;
  return typeof id === 'string' ? id : null;
};

const refuseDuplicates = (drafts: readonly Draft[]): void => {
  const first = new Map<string, Draft>();
  for (const draft of drafts) {
    const id = claimedId(draft);
    if (id === null) continue;
    const holder = first.get(id);
    if (holder === undefined) first.set(id, draft);
    else addProblem(draft, ['id'], `the id '${id}' is taken by ${holder.file}`, 'Give one of the two another id');
  }
};

const partsOf = (draft: Draft): readonly string[] => (draft.kpi?.measure.type === 'combine' ? draft.kpi.measure.parts : []);

/** Checks what combinations refer to; then, parts before wholes, hands on units and who may see them. */
const resolveCombinations = (drafts: readonly Draft[]): void => {
  const byId = new Map<string, Draft>();
  for (const draft of drafts) {
    const id = claimedId(draft);
    if (id !== null && !byId.has(id)) byId.set(id, draft);
  }
  const known = [...byId.keys()];
  for (const draft of drafts) {
    const { kpi } = draft;
    if (kpi?.measure.type !== 'combine') continue;
    const { operation, parts } = kpi.measure;
    const path = ['measure', 'combine', operation];
    for (const [index, id] of parts.entries()) {
      const others = known.filter((other) => other !== kpi.id);
      if (!byId.has(id)) addProblem(draft, [...path, index], `there is no KPI '${id}'`, suggestion(id, others, 'KPIs'));
    }
    const circle = circleFrom(kpi.id, byId);
    if (circle !== null)
      addProblem(
        draft,
        path,
        `it is made of itself: ${circle.join(' -> ')}`,
        'Break the circle: combine KPIs that are measured, not combined',
      );
  }
  const settled = new Set<Draft>();
  const settle = (draft: Draft): void => {
    if (settled.has(draft)) return;
    settled.add(draft);
    // A circle is a problem already; its members are not followed.
    if (draft.problems.length > 0 || draft.kpi?.measure.type !== 'combine') return;
    const parts = partsOf(draft).flatMap((id) => byId.get(id) ?? []);
    parts.forEach(settle);
    const broken = parts.find((part) => part.problems.length > 0 || part.kpi === null);
    const { operation } = draft.kpi.measure;
    if (broken !== undefined)
      addProblem(
        draft,
        ['measure', 'combine', operation],
        `'${claimedId(broken) ?? ''}' is broken itself`,
        `Repair ${broken.file}`,
      );
    else
      draft.kpi = completed(
        draft,
        draft.kpi,
        parts.flatMap(({ kpi }) => kpi ?? []),
      );
  };
  drafts.forEach(settle);
};

/** A combination of personal numbers is personal, and cut as they are; a sum of times is a time. */
const completed = (draft: Draft, kpi: Kpi, parts: readonly Kpi[]): Kpi => {
  const measure = kpi.measure;
  if (measure.type !== 'combine') return kpi;
  const [first, ...others] = parts;
  const isLike = measure.operation === 'sum' || measure.operation === 'difference';
  const odd = others.find((part) => part.unit.type !== first?.unit.type);
  if (isLike && first !== undefined && odd !== undefined) {
    addProblem(
      draft,
      ['measure', 'combine', measure.operation],
      `'${first.id}' is a ${first.unit.type} and '${odd.id}' is a ${odd.unit.type}`,
      'Add up only numbers of one unit',
    );
  }
  const unit: Unit =
    kpi.unit.type === 'number' && kpi.unit.label === '' && isLike && first !== undefined
      ? { ...first.unit, isTotal: first.unit.isTotal }
      : kpi.unit;
  if (unit.type !== kpi.unit.type && kpi.targets.length > 0) {
    addProblem(draft, ['targets'], `the target cannot be read: this KPI is a ${unit.type}`, `Add 'unit: { type: ${unit.type} }'`);
  }
  const isPersonal = parts.some((part) => part.isPersonal);
  for (const [index, name] of kpi.sliceBy.entries()) {
    const problem = isPersonal ? personalSliceProblem(name) : null;
    if (problem !== null) addProblem(draft, ['slice_by', index], problem.message, problem.fix);
  }
  return { ...kpi, unit, isPersonal };
};

/** `a`, `b`, `a` when following parts from `a` leads back to it; null otherwise. */
const circleFrom = (id: string, byId: ReadonlyMap<string, Draft>): string[] | null => {
  const seen = new Set<string>();
  const follow = (at: string): string[] | null => {
    for (const part of partsOfId(at, byId)) {
      if (part === id) return [at, part];
      if (seen.has(part)) continue;
      seen.add(part);
      const rest = follow(part);
      if (rest !== null) return [at, ...rest];
    }
    return null;
  };
  return follow(id);
};

const partsOfId = (id: string, byId: ReadonlyMap<string, Draft>): readonly string[] => {
  const draft = byId.get(id);
  return draft === undefined ? [] : partsOf(draft);
};
