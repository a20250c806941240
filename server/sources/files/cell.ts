/** Longest cell of a mapped column, in characters; columns that are not mapped may be longer. */
const MAXIMUM_CELL = 64 * 1024;

/** What is printable ASCII and tabs all over has nothing to be cleaned of but blanks. */
const PLAIN = /^[\t\x20-\x7e]*$/;
export const isPlain = (line: string): boolean => PLAIN.test(line);

/** As `cleanCell`, of a cell in a line that `isPlain`. */
export const cleanPlainCell = (text: string, nulls: ReadonlySet<string>, longestNull: number): ReturnType<typeof cleanCell> => {
  const { length } = text;
  if (length === 0) return null;
  const isTrim = text.charCodeAt(0) > BLANK && text.charCodeAt(length - 1) > BLANK;
  if (!isTrim || length > MAXIMUM_CELL) return cleanCell(text, nulls);
  return length <= longestNull && nulls.has(text) ? null : text;
};

const BLANK = 32;

/** A cell as the mapping sees it: trimmed, null for nothing; or what is wrong with it. */
export const cleanCell = (
  text: string,
  nulls: ReadonlySet<string>,
): string | null | { readonly reason: string; readonly fix: string } => {
  const trimmed = text.trim();
  if (trimmed === '' || nulls.has(trimmed)) return null;
  if (trimmed.length > MAXIMUM_CELL) {
    return {
      reason: `a cell holds more than ${MAXIMUM_CELL.toLocaleString('en')} characters`,
      fix: 'Shorten it, or map another column',
    };
  }
  if (trimmed.includes('\0')) return { reason: 'a cell holds a NUL character', fix: 'Export the file again; it may be damaged' };
  if (!trimmed.isWellFormed())
    return { reason: 'a cell holds half a character (a lone surrogate)', fix: 'Export the file again as UTF-8' };
  if (trimmed.includes('\ufffd')) {
    return { reason: 'a cell holds bytes that are not UTF-8', fix: "Save the file as UTF-8, or add 'encoding: windows-1252'" };
  }
  return trimmed;
};
