/** What is wrong with an expression, and what helps. */
export interface ExpressionFault {
  readonly message: string;
  readonly fix: string;
}

export const LONGEST_SEARCH = 1_024;
const LONGEST_EXPRESSION = 2_048;

/** Texts in quotes are not looked into: they hold names of namespaces, with slashes. */
const QUOTED = /'[^']*'|"[^"]*"/g;
const NAME = /(?<![\w.'"])([a-z]\w*)\b(?!\s*\()/g;
const DIVISION = /\/\s*(?!\s*(?:\d|PERIOD\s*\())/;
const SEARCH_WITH_PERIOD = /\bSEARCH\s*\(\s*(?:'[^']*'|"[^"]*")\s*,\s*(?:'[^']*'|"[^"]*")\s*,\s*\d+/i;

/** What an expression of metric math cannot be used for here; null where it is sound. */
export function faultOfExpression(expression: string, inputs: readonly string[]): ExpressionFault | null {
  const outside = expression.replaceAll(QUOTED, "''");
  if (expression.length > LONGEST_EXPRESSION)
    return {
      message: `this has ${expression.length} characters, CloudWatch takes ${LONGEST_EXPRESSION}`,
      fix: 'Split it into several series',
    };
  if (/^\s*SELECT\b/i.test(expression))
    return {
      message: 'a Metrics Insights query knows two weeks only, and which series it leaves out is undefined',
      fix: "Name the metrics with 'metric:', or find them with 'search:'",
    };
  if (DIVISION.test(outside))
    return {
      message: 'a ratio loses what it was made of, and ratios of hours make no ratio of a week',
      fix: 'Make a series of the numerator and one of the denominator; a KPI (ratio, budget, or combine: divide) divides them',
    };
  if (SEARCH_WITH_PERIOD.test(expression))
    return {
      message: 'a period inside SEARCH finds nothing once the data is older than two weeks',
      fix: "Leave it out: 'period:' says it, made coarser where only coarser data is left",
    };
  const used = namesIn(outside);
  const unknown = used.find((name) => !inputs.includes(name));
  if (unknown !== undefined)
    return {
      message: `'${unknown}' is not among its metrics`,
      fix: `Write 'with:' and below it '${unknown}: { namespace: …, metric: …, statistic: … }'`,
    };
  const unused = inputs.find((name) => !used.includes(name));
  return unused === undefined
    ? null
    : { message: `it does not use '${unused}'`, fix: `Remove '${unused}' from 'with:': it would be paid for` };
}

const namesIn = (outside: string): string[] => [...outside.matchAll(NAME)].map((match) => match[1] ?? '');

/** The expression with its metrics under other names, which are unique in a call. */
export const renamed = (expression: string, nameOf: (name: string) => string): string => {
  const quoted = expression.match(QUOTED) ?? [];
  let next = 0;
  return expression
    .replaceAll(QUOTED, "''")
    .replaceAll(NAME, (_, name: string) => nameOf(name))
    .replaceAll("''", () => quoted[next++] ?? "''");
};
