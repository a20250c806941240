/** What the child wrote and was told to be stored; each number counts from 1. */
export interface Acknowledged {
  batches: number;
  /** Of the source; it is the number of the batch that it follows. */
  cursor: number;
  pulls: number;
  runs: number;
}

/** In each batch. */
export const EVENTS = 12;
export const POINTS = 3;
/** Snapshots of each run. */
export const VALUES = 6;

/** `full` is the product. The others are controls, which the proof must find fault with. */
export const MODES = ['full', 'normal', 'off', 'apart'] as const;
export type Mode = (typeof MODES)[number];
export const isMode = (text: string | undefined): text is Mode => MODES.some((mode) => mode === text);
