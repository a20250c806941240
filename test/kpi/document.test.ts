import { describe, expect, test } from 'vitest';
import { readDocument } from '../../server/kpi/document.ts';
import { formatProblem } from '../../server/kpi/problem.ts';

const problemsOf = (text: string): string[] => readDocument(text, 'f.yaml').problems.map(formatProblem);

describe('what is read', () => {
  test('text, numbers, truth and nothing become plain values, dates and periods stay text', () => {
    const { value, problems } = readDocument('a: x\nb: 1.5\nc: true\nd:\ne: 2026-02-30\nf: 2025-Q4\ng: no\nh: 22:00\n', 'f.yaml');
    expect(problems).toEqual([]);
    expect(value).toEqual({ a: 'x', b: 1.5, c: true, d: null, e: '2026-02-30', f: '2025-Q4', g: 'no', h: '22:00' });
  });

  test('a byte-order mark and mixed line ends change nothing, not even positions', () => {
    const document = readDocument('\uFEFFa: 1\r\nb:\r\n  c: 2\n', 'f.yaml');
    expect(document.value).toEqual({ a: 1, b: { c: 2 } });
    expect(document.locate(['b', 'c'])).toEqual({ line: 3, column: 6 });
  });

  test('keys that look like numbers keep their spelling', () => {
    expect(readDocument('1: a\n0x10: b\n2025-Q4: c\n', 'f.yaml').value).toEqual({ '1': 'a', '0x10': 'b', '2025-Q4': 'c' });
  });
});

describe('where a part stands', () => {
  const document = readDocument('a:\n  - x\n  - { b: 1, c: }\nd:\n', 'f.yaml');

  test.each([
    [['a', 0], 2, 5],
    [['a', 1, 'b'], 3, 10],
    [['a', 1, 'c'], 3, 13],
    [['d'], 4, 1],
  ])('the value at %j is at %i:%i', (path, line, column) => {
    expect(document.locate(path)).toEqual({ line, column });
  });

  test('a key stands where it is written', () => {
    expect(document.locateKey(['a', 1, 'b'])).toEqual({ line: 3, column: 7 });
  });

  test('a path that does not exist stands where its nearest ancestor does', () => {
    expect(document.locate(['a', 1, 'z', 'y'])).toEqual({ line: 3, column: 5 });
    expect(document.locate(['q'])).toEqual({ line: 1, column: 1 });
  });
});

describe('what is refused, each with its place and its fix', () => {
  test.each([
    ['an empty file', '', 'f.yaml:1:1: the file is empty. Write the definition, or delete the file'],
    ['a file of comments', '# nothing\n', 'f.yaml:1:1: the file is empty. Write the definition, or delete the file'],
    ['a NUL', 'a: 1\nb: x\0y\n', 'f.yaml:2:5: the text holds a NUL character. Save the file as plain UTF-8 text'],
    [
      'a lone surrogate',
      'a: \uD800\n',
      'f.yaml:1:4: the text holds half a character (a lone surrogate). Save the file as plain UTF-8 text',
    ],
    [
      'an escaped NUL',
      'a: "x\\0"\n',
      "f.yaml:1:4: a: this text holds a NUL or half a character. Remove the escape '\\0' or '\\u…' that makes it",
    ],
    [
      'an escaped lone surrogate',
      'a: "\\uD800"\n',
      "f.yaml:1:4: a: this text holds a NUL or half a character. Remove the escape '\\0' or '\\u…' that makes it",
    ],
    ['minus infinity', 'a: -.inf\n', 'f.yaml:1:4: a: -.inf is not a number that can be kept. Write a finite number'],
    [
      'an alias that leads nowhere',
      'a: *b\n',
      "f.yaml:1:4: a: '*b' points to another place in the file. Write the value out; aliases are not read",
    ],
    ['a list as a key', '? [a]\n: 1\n', 'f.yaml:1:3: this cannot be a key. Use a plain name before the colon'],
    ['a key that objects have anyway', '__proto__: 1\n', 'f.yaml:1:1: this cannot be a key. Use a plain name before the colon'],
    [
      'an older YAML',
      '%YAML 1.1\n---\na: no\n',
      "f.yaml:1:1: this asks for YAML 1.1, in which 'no' means false. Remove the line that starts with %YAML",
    ],
  ])('%s', (_name, text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });

  test('a file of more than 256 kB, before it is parsed', () => {
    expect(problemsOf(`a: ${'x'.repeat(10_000_000)}`)).toEqual([
      'f.yaml:1:1: the file has 9766 kB, more than 256. Split it; long lists of data belong into a source, not into a definition',
    ]);
  });

  test('every occurrence of a key after the first', () => {
    expect(problemsOf('a: 1\nb: { c: 1, c: 2 }\na: 3\na: 4\n')).toEqual([
      "f.yaml:2:12: b.c: 'c' is given twice, first on line 2. Keep one of the two",
      "f.yaml:3:1: a: 'a' is given twice, first on line 1. Keep one of the two",
      "f.yaml:4:1: a: 'a' is given twice, first on line 1. Keep one of the two",
    ]);
  });
});

describe('bombs cost no time', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...'bcdefghij'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index] ?? 'a'}`).join(', ')}]`),
  ].join('\n');
  test.each([
    ['an alias bomb', bomb, 'points to another place'],
    ['20,000 open brackets', '['.repeat(20_000), 'nested more than 24 deep'],
    ['20,000 lists on one line', `${'- '.repeat(20_000)}a`, 'nested more than 24 deep'],
    ['20,000 complex keys', '? '.repeat(20_000), 'nested more than 24 deep'],
    [
      '700 levels of indentation',
      Array.from({ length: 700 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      'nested more than 24 deep',
    ],
    ['30 levels, which the library reads without trouble', `${'[ '.repeat(30)}${'] '.repeat(30)}`, 'nested more than 24 deep'],
  ])('%s', (_name, text, message) => {
    const started = performance.now();
    const { problems } = readDocument(text, 'f.yaml');
    expect(problems[0]?.message).toContain(message);
    expect(performance.now() - started).toBeLessThan(250);
  });
});
