/** Labels up to this long stay with their number: `325 ms`. */
const SHORT = 3;

/**
 * A value without the name of its unit where that is long and stands elsewhere already: in a chart
 * or a table `1.7 per 12 h on call` is `1.7`.
 */
export function withoutUnit(text: string, label: string): string {
  return label.length > SHORT ? text.replaceAll(` ${label}`, '') : text;
}
