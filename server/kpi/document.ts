import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { checkText, isTooDeep, MAXIMUM_DEPTH } from './document-limits.ts';
import type { Problem } from './problem.ts';

/** Line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type DocumentPath = readonly (string | number)[];

/** One YAML file: plain data (objects, arrays, strings, finite numbers, booleans, null) and where each part stands. */
export interface Document {
  readonly file: string;
  /** `null` when nothing could be read; parts that were refused are `null`, and a problem names their path. */
  readonly value: unknown;
  readonly problems: Problem[];
  /** Where a value stands; for a path that does not exist, its nearest existing ancestor. */
  locate(path: DocumentPath): Place;
  /** Where the key of a value stands (the value itself in lists). */
  locateKey(path: DocumentPath): Place;
}

/** The fix for what the YAML library reports, by its code; the message is its own. */
const FIXES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces, never with tabs',
  BAD_INDENT: 'Line it up with the keys it belongs to',
  BLOCK_AS_IMPLICIT_KEY: "Put text that contains ': ' in quotes, or line the key up with its neighbours",
  MULTILINE_IMPLICIT_KEY: "Write 'key: value' on one line, and close every bracket and quote before it",
  MISSING_CHAR: 'Look for a missing colon, comma, bracket or quote here or on the line before',
  UNEXPECTED_TOKEN: 'Look for a bracket, comma or quote too many, here or on the line before',
  BAD_SCALAR_START: 'Put text that starts with a special character in quotes',
  BAD_DQ_ESCAPE: 'Use single quotes, in which a backslash is just a backslash',
  BAD_ALIAS: "Put text that starts with '*' or '&' in quotes",
};

/** Past this many a list helps nobody. */
const MAXIMUM_PROBLEMS = 100;

/** What the library says, in words that need no knowledge of YAML where we have them. */
const WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line',
  BAD_INDENT: 'this line is indented differently from its neighbours',
  BLOCK_AS_IMPLICIT_KEY: "a second ': ' stands in this line",
  MULTIPLE_DOCS: "a second document starts here (a line of '---')",
};

/**
 * Reads one YAML document. Never throws. Refused outright, each with its place: more than 256 kB,
 * nesting deeper than 24, several documents, duplicate keys, aliases, tags, NUL and lone surrogates,
 * numbers that are not finite or not exact.
 */
export const readDocument = (text: string, file: string): Document => {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const problems: Problem[] = [];
  const unreadable = (): Document => ({
    file,
    value: null,
    problems,
    locate: () => ({ line: 1, column: 1 }),
    locateKey: () => ({ line: 1, column: 1 }),
  });
  const refusal = checkText(source);
  if (refusal !== null) {
    problems.push({ file, path: '', ...refusal });
    return unreadable();
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
    for (const error of document.errors) addSyntaxProblem(problems, file, error, lines);
    if (problems.length === 0 && document.directives.yaml.version !== '1.2') {
      const message = `this asks for YAML ${document.directives.yaml.version}, in which 'no' means false`;
      problems.push({ file, line: 1, column: 1, path: '', message, fix: 'Remove the line that starts with %YAML' });
    }
    if (problems.length > 0) return unreadable();
    return read(document.contents, lines, file, problems);
  } catch (error) {
    // The library throws outside its own error type in rare cases (ReferenceError, RangeError).
    problems.push({
      file,
      line: 1,
      column: 1,
      path: '',
      message: `this is not readable as YAML (${error instanceof Error ? error.message : String(error)})`,
      fix: 'Undo the last change to the file, or start from a file that works',
    });
    return unreadable();
  }
};

const placeOf = (lines: LineCounter, offset: number): Place => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

/** One problem a line, ten at most: what follows a syntax error is mostly its echo. */
const addSyntaxProblem = (problems: Problem[], file: string, error: YAMLError, lines: LineCounter): void => {
  const place = placeOf(lines, error.pos[0]);
  if (problems.length >= 10 || problems.some((problem) => problem.line === place.line)) return;
  // After a tab the library loses the thread.
  if (problems.some((problem) => problem.message === WORDS['TAB_AS_INDENT'])) return;
  const isUnclosed = error.code === 'BAD_INDENT' && error.message.includes('end with a');
  const own = isUnclosed ? 'a bracket that was opened before is not closed' : WORDS[error.code];
  problems.push({
    file,
    ...place,
    path: '',
    message: own ?? `this is not valid YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
    fix:
      error.code === 'MULTIPLE_DOCS'
        ? 'Keep one document a file: move the rest to a file of its own'
        : isUnclosed
          ? 'Close it on the line before'
          : (FIXES[error.code] ?? null),
  });
};

const offsetOf = (node: unknown): number | null =>
  (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range ? node.range[0] : null;

const keyText = (key: unknown): string | null => {
  if (!isScalar(key)) return null;
  if (typeof key.value === 'string') return key.value;
  // `1: …` and `2025-Q4: …` alike are names: the key as it was written.
  return typeof key.value === 'number' || typeof key.value === 'boolean' ? (key.source ?? String(key.value)) : null;
};

const read = (root: unknown, lines: LineCounter, file: string, problems: Problem[]): Document => {
  const start: Place = { line: 1, column: 1 };
  const placeOfNode = (node: unknown, otherwise: Place): Place => {
    const offset = offsetOf(node);
    return offset === null ? otherwise : placeOf(lines, offset);
  };
  const report = (node: unknown, above: Place, path: DocumentPath, message: string, fix: string): null => {
    if (problems.length < MAXIMUM_PROBLEMS)
      problems.push({ file, ...placeOfNode(node, above), path: path.join('.'), message, fix });
    return null;
  };

  const valueOf = (node: unknown, path: DocumentPath, above: Place): unknown => {
    if (node === null || node === undefined) return null;
    if (path.length > MAXIMUM_DEPTH) return report(node, above, path.slice(0, 1), ...isTooDeep);
    const place = placeOfNode(node, above);
    if (isAlias(node)) {
      return report(
        node,
        above,
        path,
        `'*${node.source}' points to another place in the file`,
        'Write the value out; aliases are not read',
      );
    }
    if (
      (isScalar(node) || isMap(node) || isSeq(node)) &&
      node.tag !== undefined &&
      node.tag.length > 0 &&
      !node.tag.startsWith('tag:yaml.org,2002:')
    ) {
      return report(node, above, path, `'${node.tag}' is a YAML tag`, 'Leave it out; tags are not read');
    }
    if (isMap(node)) return mapOf(node.items, path, place);
    if (isSeq(node)) return node.items.map((item, index) => valueOf(item, [...path, index], place));
    if (isScalar(node)) return scalarOf(node, path, place);
    return report(node, above, path, 'this cannot be read', 'Write a plain value');
  };

  const scalarOf = (node: { value: unknown; source?: string }, path: DocumentPath, above: Place): unknown => {
    const { value } = node;
    if (typeof value === 'number') {
      const written = node.source ?? String(value);
      if (!Number.isFinite(value))
        return report(node, above, path, `${written} is not a number that can be kept`, 'Write a finite number');
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        return report(
          node,
          above,
          path,
          `${written} is too large to be kept exactly`,
          'Put it in quotes if it is a name, or write a smaller number',
        );
      }
      return value;
    }
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) {
        return report(
          node,
          above,
          path,
          'this text holds a NUL or half a character',
          "Remove the escape '\\0' or '\\u…' that makes it",
        );
      }
      return value;
    }
    if (typeof value === 'boolean' || value === null) return value;
    return report(
      node,
      above,
      path,
      'this is neither text, number, true, false nor null',
      'Write a plain value, in quotes where in doubt',
    );
  };

  const mapOf = (items: readonly { key: unknown; value: unknown }[], path: DocumentPath, above: Place): unknown => {
    const entries = new Map<string, unknown>();
    const firstPlaces = new Map<string, Place>();
    for (const { key, value } of items) {
      const name = keyText(key);
      if (name === null || name === '__proto__') {
        report(key, above, path, 'this cannot be a key', 'Use a plain name before the colon');
        continue;
      }
      const first = firstPlaces.get(name);
      if (first !== undefined) {
        report(key, above, [...path, name], `'${name}' is given twice, first on line ${first.line}`, 'Keep one of the two');
        continue;
      }
      const place = placeOfNode(key, above);
      firstPlaces.set(name, place);
      entries.set(name, valueOf(value, [...path, name], place));
    }
    return Object.fromEntries(entries);
  };

  const locate = (path: DocumentPath, wanted: 'value' | 'key'): Place => {
    let node = root;
    let place = placeOfNode(root, start);
    for (const [depth, part] of path.entries()) {
      const isLast = depth === path.length - 1;
      if (isMap(node)) {
        const pair = node.items.find((item) => keyText(item.key) === String(part));
        if (pair === undefined) return place;
        const keyPlace = placeOfNode(pair.key, place);
        if (isLast && wanted === 'key') return keyPlace;
        node = pair.value;
        // An empty value stands where its key does.
        place = isScalar(node) && node.value === null && !node.source ? keyPlace : placeOfNode(node, keyPlace);
      } else if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
        node = node.items[part];
        place = placeOfNode(node, place);
      } else return place;
    }
    return place;
  };

  if (root === null || (isScalar(root) && root.value === null)) {
    problems.push({ file, ...start, path: '', message: 'the file is empty', fix: 'Write the definition, or delete the file' });
  }
  const value = valueOf(root, [], start);
  return { file, value, problems, locate: (path) => locate(path, 'value'), locateKey: (path) => locate(path, 'key') };
};
