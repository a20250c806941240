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

/** What is wrong and what to do, as sentences: `There is no such week. Write it as 2026-W46`. */
export const withFix = (message: string, fix: string | null): string =>
  fix === null || fix === '' ? message : `${message.replace(/\.$/, '')}. ${fix}`;

/** `file:line:column: message. fix` — the one way a problem is printed. */
export const formatProblem = ({ file, line, column, path, message, fix }: Problem): string =>
  `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${withFix(message, fix)}`;
