import type { Reader } from './reader.ts';
import type { MeasureName } from './schema-measure.ts';

/** Measures of items that a moment of each puts into a period. */
const OF_DATES: readonly MeasureName[] = ['duration', 'ratio', 'count', 'since', 'spread'];
/** Measures that make one number of many. */
const SUMMARISED: readonly MeasureName[] = ['duration', 'age', 'score'];

const WITHOUT_MOMENT: Partial<Record<MeasureName, string>> = {
  depth: "Remove it; what is open is counted at the period's end",
  age: "Remove it; what is open is counted at the period's end",
  overlap: 'Remove it; time is counted in every period it lies in',
  score: 'Remove it; answers are counted in the period in which they were given',
};

/** Keys that mean nothing beside this measure are refused, each with where they belong. */
export const refuseBesides = (
  reader: Reader,
  written: Readonly<Record<string, unknown>>,
  name: MeasureName,
): { countedIn: boolean } => {
  const refuse = (key: string, message: string, fix: string): void => {
    if (Object.hasOwn(written, key)) reader.report(['measure', key], message, fix, 'key');
  };
  if (name === 'combine')
    refuse('where', "'where' has no items to choose from in 'combine'", 'Remove it; conditions belong into the KPIs behind it');
  if (name === 'ratio')
    refuse(
      'where',
      "'where' stands beside the ratio",
      "Move it into the ratio, as 'where' (upper number) or 'out_of' (lower number)",
    );
  const isOfDates = OF_DATES.includes(name);
  if (!isOfDates) refuse('counted_in', `'counted_in' says nothing about '${name}'`, WITHOUT_MOMENT[name] ?? 'Remove it');
  if (!SUMMARISED.includes(name)) {
    refuse(
      'summarise',
      `${measureWords(name)} is one number already`,
      name === 'level' ? "Remove it; 'statistic' says how points become one number" : 'Remove it',
    );
  }
  return { countedIn: isOfDates };
};

/** How a measure is called in a message. */
export const measureWords = (name: MeasureName): string =>
  name === 'since' ? 'a time since the last one' : `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
