import type { Instant } from '../time/period.ts';
import type { ShiftTold } from './shifts.ts';

/**
 * The questions that whoever had a shift is asked, and the instruments under which their answers are counted.
 * The first is the one that `kpis/on-call/shift-feeling.yaml` counts from any survey.
 */
export const SHIFT_QUESTIONS = [
  { name: 'feeling', instrument: 'shift' },
  { name: 'rest', instrument: 'shift-rest' },
  { name: 'pages', instrument: 'shift-pages' },
] as const;
export type ShiftQuestion = (typeof SHIFT_QUESTIONS)[number]['name'];

/** 1 to 5 each, all three given in one go. */
export type ShiftAnswers = Readonly<Record<ShiftQuestion, number>>;

/** A shift that somebody may be asked about. */
export interface AskedShift extends ShiftTold {
  /** Names the shift and whose it was, and tells neither: a shift that goes to somebody else is asked about anew. */
  readonly ref: string;
}

/** What somebody answered, as it waits on disk until it is read. */
export interface ShiftReply {
  readonly shift: AskedShift;
  /** When this was said. */
  readonly at: Instant;
  /** When the first answer was given, in whose month it counts however often it is changed. */
  readonly answeredAt: Instant;
  readonly answers: ShiftAnswers;
}

/** The native id of one answer: feedback of one person about one shift by one instrument. */
export const answerItem = (ref: string, instrument: string): string => `${ref}:${instrument}`;

/** What may be answered: a whole number from 1 to 5. */
export const isScore = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 5;
