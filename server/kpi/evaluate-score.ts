import { NEVER } from '../event/columns.ts';
import { textAt } from '../event/links.ts';
import { at } from './buckets.ts';
import { eachRange } from './each-range.ts';
import { instantReader, none, placeAt, reasonIndex, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { summariesOf } from './summary.ts';

type Score = Extract<Measure, { type: 'score' }>;

const NOT_ANSWERED = 'not answered';
const SCORES = [1, 2, 3, 4, 5];

/**
 * The score of a survey's answers, in the period in which they were given. Who was asked and has not
 * answered is left out, and counted, in the period of the asking; beside the value stands the response
 * rate, answers ÷ (answers + those without one). A round that names no one asks once for many
 * (`invited` above 1), and its answers carry no `invited` of their own: there the rate is answers ÷
 * invited. The period is the round: nothing is shown before it has ended (privacy-spans.ts).
 */
export const scoreMeasure = (measure: Score): ItemMeasure => ({
  // Who was asked is asked about again: for the response rate, and because answers are people's own.
  needsMembers: true,
  needs: { values: true },

  collect(pass) {
    const { columns, filter, ranges } = pass;
    const answered = instantReader(pass, pass.kpi.countedIn ?? 'answered');
    const scores = columns.numbers['score'];
    const { instrument } = columns.codes;
    eachRange(ranges, (firstRow, endRow) => {
      for (let row = firstRow; row < endRow; row += 1) {
        if (filter.rows !== null && filter.rows[row] === 0) continue;
        if (textAt(instrument, row) !== measure.instrument) continue;
        const score = scores?.[row] ?? Number.NaN;
        const answeredAt = Number.isNaN(score) ? NEVER : answered(row);
        if (answeredAt !== NEVER) count(pass, row, answeredAt, score, null);
        else count(pass, row, columns.stretchFrom[columns.stretchStart[row] ?? 0] ?? NEVER, Number.NaN, NOT_ANSWERED);
      }
    });
  },

  finish(pass, bucket) {
    const { alsoShow } = pass.kpi;
    const values = bucket.values();
    const also: Record<string, number | null> = { 'response rate': responseRate(pass, bucket.count, bucket.members()) };
    // Scores may be fractions, which are added up in their order.
    const [value = null, ...besides] = summariesOf(values, [measure.summarise, ...alsoShow], null);
    alsoShow.forEach((name, index) => {
      if (name !== 'distribution' && !(name in also)) also[name] = besides[index] ?? null;
    });
    if (alsoShow.includes('distribution'))
      for (const score of SCORES) also[`scored ${score}`] = values.filter((value) => Math.round(value) === score).length;
    return bucket.count === 0 ? none('none to measure', also) : some(value, also);
  },
});

const count = (pass: ItemPass, row: number, second: number, score: number, reason: string | null): void => {
  if (second === NEVER || second > pass.now) return;
  const isGone = at(pass.columns.instants['cancelled'], row) !== NEVER;
  const why = isGone ? 'cancelled' : reason;
  const asked = pass.columns.numbers['invited']?.[row] ?? Number.NaN;
  const value = why === null ? score : Number.NaN;
  placeAt(pass, row, second, value, why === null ? 0 : reasonIndex(pass, why), asked);
};

/** Who was asked alone carries `invited` 1, answered or not; answers without it are those of a round. */
const responseRate = (pass: ItemPass, answers: number, members: Int32Array): number | null => {
  const unanswered = pass.reasons.indexOf(NOT_ANSWERED);
  let alone = 0;
  let together = 0;
  let inRounds = 0;
  for (const entry of members) {
    const reason = pass.entries.reason[entry] ?? 0;
    const asked = pass.entries.beside[entry] ?? Number.NaN;
    if (reason === 0 && Number.isNaN(asked)) inRounds += 1;
    else if (reason === unanswered && asked > 1) together += asked;
    else if (reason === 0 || reason === unanswered) alone += 1;
  }
  // More answers than a round invited: it was open to others, too.
  const whole = alone + Math.max(inRounds, together);
  return whole === 0 ? null : answers / whole;
};
