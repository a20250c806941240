/** More than any hand-written file needs, little enough to read in milliseconds. */
export const MAXIMUM_CHARACTERS = 256 * 1024;
/** Nesting of values inside values; our deepest file has six. */
export const MAXIMUM_DEPTH = 24;
/** Brackets or columns of indentation at which the text is not even handed to the YAML library. */
const MAXIMUM_RAW_DEPTH = 200;

export interface Refusal {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix: string;
}

export const isTooDeep: readonly [message: string, fix: string] = [
  `values are nested more than ${MAXIMUM_DEPTH} deep`,
  'Flatten the file; no part of it needs that many levels',
];

/**
 * What makes a text unfit for parsing at all: its size, NUL or half a character, or a nesting so deep
 * that a recursive parser would suffer (20,000 levels cost the library 259 ms). One pass, first finding.
 */
export const checkText = (text: string): Refusal | null => {
  if (text.length > MAXIMUM_CHARACTERS) {
    return {
      line: 1,
      column: 1,
      message: `the file has ${Math.ceil(text.length / 1024)} kB, more than ${MAXIMUM_CHARACTERS / 1024}`,
      fix: 'Split it; long lists of data belong into a source, not into a definition',
    };
  }
  let line = 1;
  let lineStart = 0;
  let brackets = 0;
  // Still in the run of spaces, dashes and question marks that opens a block level each.
  let isLeading = true;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const at = (message: string, fix: string): Refusal => ({ line, column: index - lineStart + 1, message, fix });
    if (code === 10) {
      line += 1;
      lineStart = index + 1;
      isLeading = true;
      continue;
    }
    if (code === 0) return at('the text holds a NUL character', 'Save the file as plain UTF-8 text');
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = text.charCodeAt(index + 1);
      if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) {
        return at('the text holds half a character (a lone surrogate)', 'Save the file as plain UTF-8 text');
      }
      index += 1;
      isLeading = false;
      continue;
    }
    if (code === 91 || code === 123) brackets += 1;
    else if ((code === 93 || code === 125) && brackets > 0) brackets -= 1;
    if (isLeading && code !== 32 && code !== 9 && code !== 13) {
      isLeading = code === 45 || code === 63;
      if (index - lineStart > MAXIMUM_RAW_DEPTH) return at(...isTooDeep);
    }
    if (brackets > MAXIMUM_RAW_DEPTH) return at(...isTooDeep);
  }
  return null;
};
