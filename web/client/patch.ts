/** A change of a file as people review it. Pure. */

const CONTEXT = 3;

type Line = { readonly sign: ' ' | '-' | '+'; readonly text: string };

/**
 * A unified diff that `git apply` and `patch -p1` take; empty where nothing differs. A last line without its
 * line break is said so, as these tools want it.
 */
export function patchOf(file: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = linesOf(before, after);
  // Where the folder lies beside the server, its path begins outside of it, and no tool would follow.
  const name = file.replace(/^(?:.*\.\.)?\/+/, '');
  const hunks: string[] = [];
  let oldAt = 1;
  let newAt = 1;
  let index = 0;
  while (index < lines.length) {
    if (lines[index]?.sign === ' ') {
      oldAt += 1;
      newAt += 1;
      index += 1;
      continue;
    }
    const start = Math.max(0, index - CONTEXT);
    let end = index;
    for (let quiet = 0; end < lines.length && quiet <= 2 * CONTEXT; end += 1) quiet = lines[end]?.sign === ' ' ? quiet + 1 : 0;
    // No more context at its end than at its beginning.
    let tail = end;
    while (tail > index && lines[tail - 1]?.sign === ' ') tail -= 1;
    end = Math.min(lines.length, tail + CONTEXT);
    const hunk = lines.slice(start, end);
    const lead = index - start;
    const olds = hunk.filter(({ sign }) => sign !== '+').length;
    const news = hunk.filter(({ sign }) => sign !== '-').length;
    const from = (at: number, count: number): string => `${count === 0 ? at - lead - 1 : at - lead},${count}`;
    hunks.push(`@@ -${from(oldAt, olds)} +${from(newAt, news)} @@\n${hunk.map(written).join('\n')}\n`);
    for (; index < end; index += 1) {
      if (lines[index]?.sign !== '+') oldAt += 1;
      if (lines[index]?.sign !== '-') newAt += 1;
    }
  }
  return `--- a/${name}\n+++ b/${name}\n${hunks.join('')}`;
}

const BROKEN_OFF = '\n';

const written = ({ sign, text }: Line): string =>
  text.endsWith(BROKEN_OFF) ? `${sign}${text.slice(0, -1)}` : `${sign}${text}\n\\ No newline at end of file`;

/** Each line keeps its line break, so that a missing last one is a difference. */
const split = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '');

/** What is kept, taken away and put there, by the longest common run of lines. */
function linesOf(before: string, after: string): Line[] {
  const olds = split(before);
  const news = split(after);
  let head = 0;
  while (head < olds.length && head < news.length && olds[head] === news[head]) head += 1;
  let foot = 0;
  while (foot < olds.length - head && foot < news.length - head && olds.at(-1 - foot) === news.at(-1 - foot)) foot += 1;
  const kept = (from: number, to: number): Line[] => olds.slice(from, to).map((text) => ({ sign: ' ', text }));
  return [
    ...kept(0, head),
    ...changed(olds.slice(head, olds.length - foot), news.slice(head, news.length - foot)),
    ...kept(olds.length - foot, olds.length),
  ];
}

function changed(olds: readonly string[], news: readonly string[]): Line[] {
  const width = news.length + 1;
  // How many lines the rests have in common, from each place on.
  const common = new Uint16Array((olds.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = olds.length - 1; row >= 0; row -= 1)
    for (let column = news.length - 1; column >= 0; column -= 1)
      common[row * width + column] =
        olds[row] === news[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  while (row < olds.length || column < news.length) {
    const old = olds[row];
    const next = news[column];
    if (old !== undefined && old === next) {
      lines.push({ sign: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (next === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old });
      row += 1;
    } else if (next !== undefined) {
      lines.push({ sign: '+', text: next });
      column += 1;
    }
  }
  return lines;
}
