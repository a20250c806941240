import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runCases } from '../../server/kpi/cases.ts';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';

/**
 * Proof that the cases of the pack mean something: a definition with one part taken away or changed
 * must fail at least one of its own cases.
 */
const root = fileURLToPath(new URL('../../kpis/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml') && name.includes('/'))
  .map((name) => ({ file: name, text: readFileSync(`${root}${name}`, 'utf8') }));
const digest = (text: string): string => `${text.length}`;
const pack = loadCatalogue(files, { digest });

type Data = Record<string, unknown>;
interface Mutant {
  readonly change: string;
  readonly data: Data;
}

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Other values that would be just as valid where one of these stands. */
const OTHERS: readonly (readonly string[])[] = [
  ['median', 'mean', 'max', 'min', 'sum', 'p90'],
  ['opened', 'acknowledged', 'restored', 'resolved', 'closed', 'due', 'impact_started', 'first_response', 'decided'],
  ['sent', 'answered'],
  ['started', 'finished', 'recovered'],
  ['raised', 'answered', 'closed'],
  ['committed', 'deployed'],
  ['from', 'to'],
  ['first opened', 'last opened'],
];

/** Every definition that differs in one place: a key less, an entry of a list less, or another word. */
function mutants(data: Data, path = ''): Mutant[] {
  return Object.entries(data).flatMap(([key, value]): Mutant[] => {
    const at = path === '' ? key : `${path}.${key}`;
    const put = (change: string, other: unknown): Mutant => ({ change: `${at} ${change}`, data: { ...data, [key]: other } });
    const without: Mutant = {
      change: `${at} left out`,
      data: Object.fromEntries(Object.entries(data).filter(([name]) => name !== key)),
    };
    const found: Mutant[] = [without];
    if (isData(value))
      found.push(...mutants(value, at).map(({ change, data: inner }) => ({ change, data: { ...data, [key]: inner } })));
    if (Array.isArray(value) && value.length > 1)
      found.push(...value.map((entry, index) => put(`without ${String(entry)}`, value.toSpliced(index, 1))));
    if (typeof value === 'boolean') found.push(put(`is ${String(!value)}`, !value));
    if (typeof value === 'string')
      for (const words of OTHERS) {
        if (words.includes(value)) found.push(...words.filter((word) => word !== value).map((word) => put(`is ${word}`, word)));
      }
    return found;
  });
}

/** Said for readers only: a change is counted for its production deployment anyway, and the last incident is never planned or merged. */
const SAID_TWICE = new Set([
  'delivery/lead-time-for-changes.yaml measure.where.environment left out',
  'incidents/time-since-severity-1.yaml measure.where.planned left out',
  'incidents/time-since-severity-1.yaml measure.where.planned.not is false',
  'incidents/time-since-severity-1.yaml measure.where.merged_into left out',
]);

/** What an evaluation depends on. Texts, targets and the like are read by people. */
const meaning = ({ measure, where, countedIn, whenEmpty, minimumCoverage, unit }: Kpi): string =>
  JSON.stringify({ measure, where, countedIn, whenEmpty, minimumCoverage, unit: unit.type });

/** The files that a combination is made of. */
const partsOf = ({ measure }: Kpi): typeof files =>
  measure.type === 'combine' ? files.filter(({ file }) => measure.parts.some((part) => file.endsWith(`/${part}.yaml`))) : [];

/** The changes to a definition that none of its cases notices. */
function unnoticed(file: string, text: string): string[] {
  const cases = pack.cases.find(({ of }) => of === file);
  const own = pack.files.find((each) => each.file === file)?.kpi ?? null;
  const data: unknown = parse(text);
  if (cases === undefined || own === null || !isData(data)) return ['it has no cases'];
  const { measure, when_empty, coverage } = data;
  const parts: Data = {
    measure,
    ...(when_empty === undefined ? {} : { when_empty }),
    ...(coverage === undefined ? {} : { coverage }),
  };
  return mutants(parts).flatMap(({ change, data: changed }) => {
    const rest = Object.fromEntries(
      Object.entries(data).filter(([key]) => !['measure', 'when_empty', 'coverage', 'also_show', 'targets'].includes(key)),
    );
    const catalogue = loadCatalogue([...partsOf(own), { file, text: stringify({ ...rest, ...changed }) }], { digest });
    const kpi = catalogue.kpis.get(own.id);
    // What cannot be read is noticed before any case is run.
    if (kpi === undefined || meaning(kpi) === meaning(own)) return [];
    const { results } = runCases(cases.text, cases.file, { kpi, kpis: [...catalogue.kpis.values()], digest });
    const isNoticed = results.some(({ mismatches }) => mismatches.length > 0);
    return isNoticed || SAID_TWICE.has(`${file} ${change}`) ? [] : [change];
  });
}

test.each(pack.files.map(({ file, text }) => [file, text] as const))(
  'the cases of %s notice every change to it',
  (file, text) => {
    expect(unnoticed(file, text)).toEqual([]);
  },
);
