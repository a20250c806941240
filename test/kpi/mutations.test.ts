import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { runCases } from '../../server/kpi/cases.ts';
import { loadCatalogue } from '../../server/kpi/catalogue.ts';
import { readDocument } from '../../server/kpi/document.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import type { Problem } from '../../server/kpi/problem.ts';
import { KpiSchema } from '../../server/kpi/schema.ts';
import { checkShape } from '../../server/kpi/shape.ts';

const root = fileURLToPath(new URL('../../kpis/', import.meta.url));
const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
const texts = (isMeant: (name: string) => boolean): string[] =>
  names.filter(isMeant).map((name) => readFileSync(`${root}${name}`, 'utf8'));
const KPIS = texts((name) => name.includes('/') && !name.includes('.test.'));
const CASES = texts((name) => name.includes('.test.'));
const ORGANISATION = texts((name) => name === 'organisation.yaml');
const digest = (text: string): string => `${text.length}`;

/** Pieces that have broken parsers before, and pieces of the language where they do not belong. */
const SPLINTERS = [
  ...[
    '*a',
    '&a',
    '!!binary',
    '<<:',
    '? ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ': ',
    '\n',
    '\n\t',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '#',
    '|',
    '>',
  ],
  ...[
    '.nan',
    '1e999',
    '-.inf',
    '0x1F',
    '12345678901234567890',
    '~',
    'null',
    'true',
    '\0',
    '\uD800',
    '\uFEFF',
    '\r',
    '🙂',
    '\u202E',
    '\\u0000',
  ],
  ...[
    '__proto__: 1',
    'constructor',
    'toString: 1',
    'hasOwnProperty',
    '2026-02-30',
    '22:00',
    '0',
    '-1',
    '15%',
    '4 hours',
    'p999',
    '(',
    '(?=a)',
    'a{9999}',
  ],
  ...[
    'measure:',
    'where:',
    'of: nights',
    'combine: { sum: [x, x] }',
    'severity: {}',
    'not: { not: 1 }',
    'events:',
    'expect:',
    'owner:',
    'since:',
  ],
];

type Edit = { readonly at: number; readonly cut: number; readonly piece: string };
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(80)),
  piece: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...SPLINTERS) },
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constant(''),
  ),
});
const mutated = (sources: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...sources),
      fc.oneof(fc.array(edit, { minLength: 1, maxLength: 1 }), fc.array(edit, { minLength: 2, maxLength: 4 })),
    )
    .map(([source, edits]) =>
      edits.reduce((text, { at, cut, piece }: Edit) => {
        const start = Math.floor(at * text.length);
        return text.slice(0, start) + piece + text.slice(start + cut);
      }, source),
    );

const expectPlaced = (text: string, problems: readonly Problem[]): void => {
  const lines = text.split('\n').length;
  for (const { line, column, message } of problems) {
    expect(message).not.toBe('');
    expect(Number.isInteger(line) && line >= 1 && line <= lines + 1).toBe(true);
    expect(Number.isInteger(column) && column >= 1).toBe(true);
  }
};

describe('a file with anything in it is read or refused, at a place, and never throws', () => {
  test('KPI files', () => {
    let good = 0;
    let bad = 0;
    fc.assert(
      fc.property(mutated(KPIS), (text) => {
        const { kpi, problems } = parseKpi(text, 'f.yaml', { digest });
        expectPlaced(text, problems);
        expect(kpi === null).toBe(problems.length > 0);
        if (kpi === null) bad += 1;
        else good += 1;
      }),
      { numRuns: 1_500 },
    );
    // Mutations that all break, or none, would test nothing.
    expect(Math.min(good, bad)).toBeGreaterThan(20);
  });

  test('whole folders of KPI files', () => {
    fc.assert(
      fc.property(fc.array(mutated(KPIS), { minLength: 1, maxLength: 4 }), (files) => {
        const {
          problems,
          kpis,
          files: read,
        } = loadCatalogue(
          files.map((text, index) => ({ file: `kpis/${index}.yaml`, text })),
          { digest },
        );
        expect(read).toHaveLength(files.length);
        expect(kpis.size).toBe(read.filter((each) => each.problems.length === 0).length);
        for (const file of read) expectPlaced(file.text, file.problems);
        expect(problems.length).toBe(read.reduce((sum, each) => sum + each.problems.length, 0));
      }),
      { numRuns: 150 },
    );
  });

  test('case files', () => {
    const kpi = parseKpi(KPIS.find((text) => text.includes('id: time-to-restore')) ?? '', 'k.yaml', { digest }).kpi;
    if (kpi === null) throw new Error('the pack lacks time-to-restore');
    fc.assert(
      fc.property(mutated(CASES), (text) => {
        expectPlaced(text, runCases(text, 'f.test.yaml', { kpi, kpis: [kpi], digest }).problems);
      }),
      { numRuns: 150 },
    );
  });

  test('organisation.yaml', () => {
    fc.assert(
      fc.property(mutated(ORGANISATION), (text) => {
        const { organisation, problems } = parseOrganisation(text, 'o.yaml');
        expectPlaced(text, problems);
        expect(organisation === null).toBe(problems.length > 0);
      }),
      { numRuns: 150 },
    );
  });

  test('text of any kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expectPlaced(text, parseKpi(text, 'f.yaml', { digest }).problems);
        expectPlaced(text, parseOrganisation(text, 'o.yaml').problems);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('the shape in words and the schema agree on every mutation', () => {
  fc.assert(
    fc.property(mutated(KPIS), (text) => {
      const { value } = readDocument(text, 'f.yaml');
      let said = 0;
      checkShape(KpiSchema, value, [], () => (said += 1));
      expect(said === 0).toBe(Check(KpiSchema, value));
    }),
    { numRuns: 400 },
  );
});
