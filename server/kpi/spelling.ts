/** Edits (insert, delete, replace, swap neighbours) from one word to another, or `limit + 1` when more. */
const distance = (left: string, right: string, limit: number): number => {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwapped) best = Math.min(best, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? limit + 1;
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]+/g, '_');

/** The known word that was probably meant, or null when none is near. Case, spaces, `-` and `_` count little. */
export const nearest = (word: string, known: readonly string[], maximumEdits = 3): string | null => {
  if (word.length > 64) return null;
  const wanted = plain(word);
  const limit = wanted.length <= 3 ? 1 : Math.min(maximumEdits, Math.ceil(wanted.length / 4));
  let found: string | null = null;
  let foundDistance = limit + 1;
  for (const candidate of known) {
    const edits = distance(wanted, plain(candidate), limit);
    if (edits < foundDistance) {
      found = candidate;
      foundDistance = edits;
    }
  }
  if (found !== null || wanted.length < 3) return found;
  return (
    known.find(
      (candidate) => plain(candidate).startsWith(wanted) || (candidate.length > 3 && wanted.startsWith(plain(candidate))),
    ) ?? null
  );
};

/** Words listed where none is near; the header of a file may hold hundreds. */
const LISTED = 30;

/** `Did you mean 'severity'?`, or the list of what is known. */
export const suggestion = (word: string, known: readonly string[], listed = 'Known here'): string => {
  const near = nearest(word, known);
  if (near !== null) return `Did you mean '${near}'?`;
  const more = known.length > LISTED ? ` and ${known.length - LISTED} more` : '';
  return `${listed}: ${known.slice(0, LISTED).join(', ')}${more}`;
};
