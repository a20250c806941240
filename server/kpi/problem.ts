/** Something wrong in a file that a person wrote: where, what, and how to fix it. */
export interface Problem {
  /** The file as the user named it, e.g. `kpis/incidents/time-to-restore.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** A dotted path into the document, e.g. `measure.duration.from`; '' for the file itself. */
  readonly path: string;
  readonly message: string;
  /** What to do, as a sentence; null only where the message says it already. */
  readonly fix: string | null;
}

/** `file:line:column: message. fix` — the one way a problem is printed. */
export const formatProblem = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}${problem.fix === null ? '' : `. ${problem.fix}`}`;
