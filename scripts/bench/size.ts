import { EPOCH_2000_MS } from '../../server/event/columns.ts';

/** How much is generated. Quick is a fiftieth, in teams too, so that a team's week holds as much as in the full size. */
export interface Size {
  readonly name: 'full' | 'quick';
  readonly teams: number;
  readonly tickets: number;
  readonly deployments: number;
  readonly pages: number;
  /** Ticket rows in the file that is imported. */
  readonly imported: number;
  /** How often it is imported. */
  readonly imports: number;
  /** How often everything else is measured. */
  readonly rounds: number;
  /** How often the four questions are asked before they are measured: the code that V8 makes of ours settles within so many. */
  readonly warmUp: number;
  /** Weeks of the demo organisation behind the review that is asked for over HTTP. */
  readonly demoWeeks: number;
  /** How long each of the routes is asked in a round. */
  readonly loadMs: number;
  /** Random mixes of series that calls of CloudWatch are planned for, and those whose calls are made. */
  readonly mixes: number;
  readonly madeMixes: number;
  /** How often a full answer of CloudWatch is stored. */
  readonly answers: number;
  /** Series that are polled in each Region. */
  readonly polled: number;
}

export const FULL: Size = {
  name: 'full',
  teams: 200,
  tickets: 5_000_000,
  deployments: 1_000_000,
  pages: 2_000_000,
  imported: 1_000_000,
  imports: 3,
  rounds: 7,
  warmUp: 12,
  demoWeeks: 60,
  loadMs: 2000,
  mixes: 2_000,
  madeMixes: 25,
  answers: 15,
  polled: 300,
};
export const QUICK: Size = {
  name: 'quick',
  teams: 4,
  tickets: 100_000,
  deployments: 20_000,
  pages: 40_000,
  imported: 5_000,
  imports: 1,
  rounds: 3,
  warmUp: 3,
  demoWeeks: 2,
  loadMs: 150,
  mixes: 100,
  madeMixes: 3,
  answers: 3,
  polled: 20,
};

export const WEEKS = 156;
export const WEEK_SECONDS = 7 * 86_400;
const START_AT = Date.UTC(2023, 10, 20);
/** Seconds since 2000 of the first week's beginning, a Monday, and of the last one's end; the organisation keeps UTC. */
export const FIRST_SECOND = (START_AT - EPOCH_2000_MS) / 1000;
export const END_SECOND = FIRST_SECOND + WEEKS * WEEK_SECONDS;
/** When it is asked: nothing more happens after the last week, whose month has ended, too. */
export const NOW = EPOCH_2000_MS + (END_SECOND + 3 * WEEK_SECONDS) * 1000;
