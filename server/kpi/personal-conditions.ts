import { fieldsOf, pluralWords } from './fields.ts';
import type { Where } from './kpi.ts';
import type { ParsedMeasure } from './parse-measure.ts';
import type { Reader } from './reader.ts';

/**
 * What a number of what people bore or answered may ask about: when it was and what came of it. Who is
 * shown is decided by the groups of all who bear such a load (privacy.ts); a condition on a team, a
 * service, a zone, an alert or how much it was would make a smaller group of them under the name of all.
 * A new field is closed until it is named here.
 */
const PERSONAL_CONDITIONS = [
  'during',
  'on_shift',
  'quality',
  'needed_action',
  'severity',
  'over_budget',
  'instrument',
  'is_repeat',
  'planned',
  'attended',
  'within_due',
  'overdue',
  'change_failed',
  'may_have_failed',
  'rolled_back',
] as const;
export type PersonalCondition = (typeof PERSONAL_CONDITIONS)[number];

const isOpen = (field: string): boolean => PERSONAL_CONDITIONS.some((known) => known === field);

/** Reports each condition of a personal measure that could choose whom it is about, at its place. */
export const refusePersonalConditions = (reader: Reader, { measure, where }: ParsedMeasure): void => {
  if (!('of' in measure)) return;
  const open = [...fieldsOf(measure.of).keys()].filter(isOpen).join(', ');
  const refuse = (conditions: readonly Where[], path: readonly string[]): void => {
    for (const { field } of conditions) {
      if (isOpen(field)) continue;
      reader.report(
        [...path, field],
        singlesOut(field),
        `Leave it out: the scope cuts by team, with the rules for small groups; ${pluralWords(measure.of)} may be chosen by ${open}`,
        'key',
      );
    }
  };
  if (measure.type === 'ratio') refuse(measure.outOf, ['measure', 'ratio', 'out_of']);
  refuse(where, measure.type === 'ratio' ? ['measure', 'ratio', 'where'] : ['measure', 'where']);
};

/** What is wrong with a slice of a personal number, and the fix; null for the one that has rules for small groups. */
export const personalSliceProblem = (name: string): { readonly message: string; readonly fix: string } | null =>
  name === 'team'
    ? null
    : { message: singlesOut(name), fix: 'Remove it: such numbers can be cut by team, with the rules for small groups' };

const singlesOut = (field: string): string => `'${field}' could single people out of what they bore or answered`;
