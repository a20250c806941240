import { inColumns, isInColumns, outOfColumns } from './columns.ts';

/** An answer of the API that came inside the page, so that nothing need be asked before it can be read. */
export interface FirstAnswer {
  /** The address under which the API gives the same. */
  readonly path: string;
  readonly answer: unknown;
}

/** Of the element that carries it, as JSON that no browser executes. */
export const FIRST_ANSWER_ID = 'first-answer';

let held: FirstAnswer | null = null;

export function holdFirstAnswer(first: FirstAnswer | null): void {
  held = first;
}

/** Gives it once, to whoever would have asked for this path; undefined where the page brought something else. */
export function takeFirstAnswer(path: string): unknown {
  if (held?.path !== path) return undefined;
  const { answer } = held;
  held = null;
  return answer;
}

/** As the page carries it: no text in it ends the element. */
export const carried = ({ path, answer }: FirstAnswer): string =>
  JSON.stringify({ path, ...inColumns(answer) }).replaceAll('<', '\\u003c');

/** What a page carried; null where that cannot be read. */
export function uncarried(text: string): FirstAnswer | null {
  try {
    const first: unknown = JSON.parse(text);
    if (!isInColumns(first) || !('path' in first) || typeof first.path !== 'string') return null;
    return { path: first.path, answer: outOfColumns(first) };
  } catch {
    return null;
  }
}

/** Reads it from the page; null where there is none, or none that can be read. */
export const firstAnswerIn = (page: Document): FirstAnswer | null =>
  uncarried(page.getElementById(FIRST_ANSWER_ID)?.textContent ?? '');

/** A page that the back button brought may be an old copy: what came with it holds only until it is asked anew. */
export const isFromHistory = (): boolean =>
  performance
    .getEntriesByType('navigation')
    .some((entry) => entry instanceof PerformanceNavigationTiming && entry.type === 'back_forward');
