import type { Measurement } from '../../server/kpi/measurement.ts';
import type { Asked, Question } from './questions.ts';

/** How far values may be apart, as a share of the greater. */
const RELATIVE = 1e-9;

/**
 * Holds what we measured against what DuckDB answered: counts must be the same, values within 1e-9 of each other.
 * @param measured of each `asked`, of each of its KPIs, what `evaluate` gave
 * @returns how many (scope, period) were compared
 * @throws Error that names the first difference
 */
export function compare(
  question: Question,
  measured: readonly (readonly (readonly Measurement[])[])[],
  answer: readonly Float64Array[],
): number {
  const [teams = [], spans = [], counts = [], ...values] = answer;
  const rows = new Map(Array.from(teams, (team, row) => [`${team} ${spans[row]}`, row]));
  let compared = 0;
  let told = 0;
  question.asked.forEach((asked, index) => {
    each(asked, measured[index] ?? [], (key, own, where) => {
      compared += 1;
      const row = rows.get(key);
      const count = asked.countOf(own);
      if (count !== (row === undefined ? 0 : counts[row]))
        differ(question, where, 'count', count, row === undefined ? 0 : counts[row]);
      told += (count ?? 0) > 0 ? 1 : 0;
      asked.valuesOf(own).forEach((value, column) => {
        const other = row === undefined ? Number.NaN : (values[column]?.[row] ?? Number.NaN);
        if (!isClose(value ?? Number.NaN, other)) differ(question, where, `value ${column + 1}`, value, other);
      });
    });
  });
  // What DuckDB knows of and we do not would pass unseen.
  const others = Array.from(counts).filter((count) => count > 0).length;
  if (told !== others) throw new Error(`${question.name}: ${told} of ours and ${others} of DuckDB's are not empty`);
  return compared;
}

function each(
  { scopes, periods, firstTeam, spanOf }: Asked,
  measured: readonly (readonly Measurement[])[],
  visit: (key: string, own: readonly Measurement[], where: string) => void,
): void {
  scopes.forEach((scope, at) => {
    periods.forEach((period, index) => {
      const own = measured.flatMap((list) => list[at * periods.length + index] ?? []);
      visit(`${firstTeam + at} ${spanOf(period, index)}`, own, `${scope} ${period.id}`);
    });
  });
}

const isClose = (one: number, other: number): boolean =>
  Number.isNaN(one) || Number.isNaN(other)
    ? Number.isNaN(one) && Number.isNaN(other)
    : Math.abs(one - other) <= RELATIVE * Math.max(Math.abs(one), Math.abs(other));

const differ = ({ name }: Question, where: string, what: string, ours: number | null, theirs: number | undefined): never => {
  throw new Error(`${name}: the ${what} of ${where} is ${ours}, and ${theirs} by DuckDB`);
};
