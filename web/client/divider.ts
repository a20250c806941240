/**
 * A re-basing of limits as lines for the KPI's file: definitions are code, so it is reviewed as code is. A JSON string is a
 * YAML string, whatever somebody typed.
 */
export function dividerLines(
  on: string,
  because: string,
  others: readonly { readonly on: string; readonly because: string }[],
): string {
  const all = [...others, { on, because: because.trim() }].toSorted((first, second) =>
    first.on < second.on ? -1 : first.on > second.on ? 1 : 0,
  );
  return ['dividers:', ...all.map((one) => `  - { on: ${one.on}, because: ${JSON.stringify(one.because)} }`)].join('\n');
}
