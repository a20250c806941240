/**
 * The word that somebody probably meant, or null where none is near enough (a third of its letters).
 * Distance: optimal string alignment (insert, delete, replace, swap neighbours).
 */
export const nearest = (word: string, words: Iterable<string>): string | null => {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of words) {
    const limit = Math.max(1, Math.floor(Math.max(candidate.length, word.length) / 3));
    const gap = distance(wanted, candidate.toLowerCase(), Math.min(limit, bestDistance - 1));
    if (gap < bestDistance && gap <= limit) {
      best = candidate;
      bestDistance = gap;
    }
  }
  return best;
};

/** "Did you mean 'opened_at'?", or the list to choose from. */
export const suggestion = (word: string, words: readonly string[]): string => {
  const best = nearest(word, words);
  if (best !== null) return `Did you mean '${best}'?`;
  const shown = words.slice(0, 30).join(', ');
  return `Choose from: ${shown}${words.length > 30 ? ` and ${words.length - 30} more` : ''}`;
};

const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit || a.length > 200 || b.length > 200) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? Infinity;
};
