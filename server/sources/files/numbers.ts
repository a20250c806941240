const FORMS = {
  point: /^[+-]?(?:\d{1,3}(?:[, \u00a0\u202f']\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/,
  comma: /^[+-]?(?:\d{1,3}(?:[. \u00a0\u202f']\d{3})+|\d+)?(?:,\d+)?(?:[eE][+-]?\d{1,4})?$/,
} as const;

/** Whether a point or a comma stands before the decimals. */
export type DecimalMark = keyof typeof FORMS;

/**
 * A finite number as people and exports write it: `12`, `-0.5`, `523,419` (thousands), `1.5e3`. Null
 * for everything else, and for numbers too large to be kept, such as `1e999`.
 */
export const readNumber = (text: string, decimal: DecimalMark): number | null => {
  if (!/\d/.test(text) || !FORMS[decimal].test(text)) return null;
  const plain =
    decimal === 'point' ? text.replace(/[, \u00a0\u202f']/g, '') : text.replace(/[. \u00a0\u202f']/g, '').replace(',', '.');
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
};

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', '1', 'y', 't', 'on'].map((word) => [word, true] as const),
  ...['no', 'false', '0', 'n', 'f', 'off'].map((word) => [word, false] as const),
]);

/** yes/no, true/false, 1/0 and their short forms, in any case; null for other words. */
export const readFlag = (text: string): boolean | null => FLAGS.get(text.toLowerCase()) ?? null;

const SEVERITY_FORM = /^(?:p|s|sev|severity|prio|priority)?[ _-]?([1-5])(?:\s*(?:[-–:(]|\s)\s*.*)?$/i;

/** 1 to 5 from `2`, `P2`, `SEV-2`, `2 - High`; null for other words. */
export const readSeverity = (text: string): number | null => {
  const match = SEVERITY_FORM.exec(text);
  return match === null ? null : Number(match[1]);
};
