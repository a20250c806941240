import type { Annotation } from '../../server/api/contract.ts';
import type { Desk } from './desk.svelte.ts';

/** What a card needs so that people can write around its number. */
export interface Writer {
  readonly scope: string;
  readonly week: string;
  /** A day of the reviewed week, for forms that begin with one. */
  readonly day: string;
  /** Teams, as names for who writes and who owns. */
  readonly choices: readonly string[];
  /** What stands on every time axis. */
  readonly shared: readonly Annotation[];
  /** What is open. */
  readonly desk: Desk;
  /** Something was written: the page is asked for again. */
  readonly changed: () => void;
}
