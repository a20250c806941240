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

/** Reads it from the page; null where there is none, or none that can be read. */
export function firstAnswerIn(page: Document): FirstAnswer | null {
  try {
    const first: unknown = JSON.parse(page.getElementById(FIRST_ANSWER_ID)?.textContent ?? 'null');
    if (typeof first !== 'object' || first === null || !('path' in first) || !('answer' in first)) return null;
    return typeof first.path === 'string' ? { path: first.path, answer: first.answer } : null;
  } catch {
    return null;
  }
}

/** A page that the back button brought may be an old copy: what came with it holds only until it is asked anew. */
export const isFromHistory = (): boolean =>
  performance
    .getEntriesByType('navigation')
    .some((entry) => entry instanceof PerformanceNavigationTiming && entry.type === 'back_forward');
