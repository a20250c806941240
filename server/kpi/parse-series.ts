import { parseDuration } from '../time/duration.ts';
import type { Measure } from './kpi.ts';
import { isPercentile, part } from './parse-parts.ts';
import type { Reader } from './reader.ts';
import { BudgetSchema, CombineSchema, LevelSchema } from './schema-measure.ts';

type Body = Readonly<Record<string, unknown>>;
type Level = Extract<Measure, { type: 'level' }>;

/** `level: { series, statistic, at_most?, across? }`. */
export const levelOf = (reader: Reader, body: Body): Level => {
  const { series, at_most: AtMost, across: AcrossLines } = LevelSchema.properties;
  const statistic = statisticOf(body['statistic']);
  const atMost = part(AtMost, body['at_most']);
  const across = part(AcrossLines, body['across']);
  const path = ['measure', 'level'];
  if (statistic === 'share' && !Object.hasOwn(body, 'at_most'))
    reader.report(path, "a share of values needs to know which: 'at_most' is missing", 'Add at_most, e.g. at_most: 250');
  if (statistic !== 'share' && Object.hasOwn(body, 'at_most'))
    reader.report(
      [...path, 'at_most'],
      "'at_most' chooses values, of which only a share is told",
      'Write statistic: share',
      'key',
    );
  if (across !== undefined && (statistic === 'share' || statistic === 'sum'))
    reader.report(
      [...path, 'across'],
      `a ${statistic} is of all lines already`,
      "Remove 'across'; it says how the points of several lines become one",
      'key',
    );
  return {
    type: 'level',
    series: part(series, body['series']) ?? '',
    statistic,
    ...(atMost === undefined ? {} : { atMost }),
    ...(across === undefined ? {} : { across }),
  };
};

const statisticOf = (written: unknown): Level['statistic'] => {
  if (typeof written !== 'string') return 'mean';
  if (isPercentile(written)) return written;
  return (['mean', 'sum', 'max', 'min', 'first', 'last', 'share'] as const).find((known) => known === written) ?? 'mean';
};

const DAY_MS = 86_400_000;
/** A year and a day: longer spans are no budget that anybody could still act on. */
const LONGEST_DAYS = 366;

/** `budget: { good, valid, objective, over }`. The objective leaves something to spend, and `over` is whole days. */
export const budgetOf = (reader: Reader, body: Body): Extract<Measure, { type: 'budget' }> => {
  const { good: Good, valid: Valid, objective: Objective, over: Over } = BudgetSchema.properties;
  const good = part(Good, body['good']) ?? '';
  const valid = part(Valid, body['valid']) ?? '';
  if (good !== '' && good === valid) {
    reader.report(
      ['measure', 'budget', 'valid'],
      `'good' and 'valid' are the same series ('${good}'), so nothing could ever go wrong`,
      'Name the series of all that should have gone well',
    );
  }
  const objective = part(Objective, body['objective']);
  // From the text, so that 99.9% is the same number that 0.999 is.
  const share = objective === undefined ? 0 : Number((Number.parseFloat(objective) / 100).toPrecision(12));
  if (objective !== undefined && share >= 1)
    reader.report(
      ['measure', 'budget', 'objective'],
      share === 1 ? 'an objective of 100% leaves no budget' : `'${objective}' is more than there can be`,
      'Write less than 100%, e.g. 99.9%',
    );
  const over = part(Over, body['over']);
  const days = over === undefined ? 0 : (parseDuration(over) ?? 0) / DAY_MS;
  if (over !== undefined && (!Number.isInteger(days) || days < 1 || days > LONGEST_DAYS))
    reader.report(
      ['measure', 'budget', 'over'],
      `'${over}' is not a number of whole days from 1 to ${LONGEST_DAYS}`,
      'Write it like 28 days',
    );
  return { type: 'budget', good, valid, objective: share, overDays: days };
};

/** `combine: { divide | difference | sum | product: [...] }`, as written; catalogue.ts resolves it. */
export const combineOf = (reader: Reader, body: Body): Extract<Measure, { type: 'combine' }> => {
  const [operation, second] = (['divide', 'difference', 'sum', 'product'] as const).filter((known) => Object.hasOwn(body, known));
  if (operation === undefined)
    reader.report(['measure', 'combine'], 'no operation is named', 'Add exactly one of divide, difference, sum, product');
  if (second !== undefined)
    reader.report(
      ['measure', 'combine', second],
      `'${second}' stands beside '${String(operation)}'`,
      'Keep one operation',
      'key',
    );
  const parts = operation === undefined ? [] : part(CombineSchema.properties[operation], body[operation]);
  return { type: 'combine', operation: operation ?? 'sum', parts: parts ?? [] };
};
