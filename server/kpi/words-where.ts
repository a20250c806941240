import type { Kind } from '../event/kinds.ts';
import { formatDuration } from '../time/duration.ts';
import { fieldsOf, pluralWords } from './fields.ts';
import type { Condition, Where } from './kpi.ts';

/** Conditions that have a phrase of their own: what is said when they hold, and when they do not. */
const FLAGS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  planned: ['that were planned', 'that were not planned'],
  change_failed: ['that failed in production', 'that did not fail in production'],
  within_due: ['that were resolved by their due time', 'that were not resolved by their due time'],
  needed_action: ['that needed action', 'that needed no action'],
  on_shift: ['that reached people on shift', 'that reached people off shift'],
};

const DURING: Readonly<Record<string, string>> = {
  business_hours: 'in business hours',
  evenings: 'in the evening',
  nights: 'at night',
  weekends: 'at weekends',
  holidays: 'on holidays',
  off_hours: 'outside business hours',
};

/** `one, two and three`. */
export const listed = (values: readonly (string | number | boolean)[], last: 'or' | 'and'): string => {
  const words = values.map((value) => String(value).replaceAll('_', ' '));
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
};

const inWords = (field: string, words: string, condition: Extract<Condition, { test: 'in' }>): string => {
  const { values, negated } = condition;
  const flag = FLAGS[field];
  if (flag !== undefined) {
    if (values.length > 1)
      return field === 'needed_action' ? 'with an answer whether they needed action' : `for which '${words}' is known`;
    return (values[0] === true) === negated ? flag[1] : flag[0];
  }
  if (field === 'severity' || field === 'type') return `of ${field} ${negated ? 'other than ' : ''}${listed(values, 'or')}`;
  if (field === 'quality') return `that were ${negated ? 'not ' : ''}${listed(values, 'or')}`;
  if (field === 'state') return `that were ${negated ? 'not ' : ''}${listed(values, 'or')}`;
  return `with ${words} ${negated ? 'other than ' : ''}${listed(values, 'or')}`;
};

const phrase = (kind: Kind, { field, condition }: Where): string => {
  const words = fieldsOf(kind).get(field)?.words ?? field;
  switch (condition.test) {
    case 'in':
      return inWords(field, words, condition);
    case 'matches':
      if (condition.pattern === '')
        return field === 'merged_into'
          ? `that were ${condition.negated ? 'not ' : ''}merged into another`
          : `${condition.negated ? 'without' : 'with'} a known ${words}`;
      return `whose ${words} ${condition.negated ? 'does not match' : 'matches'} '${condition.pattern}'`;
    case 'during':
      return DURING[condition.during] ?? condition.during;
    default: {
      const isLess = condition.test === 'at_most';
      if (field === 'repeats_within') {
        const span = formatDuration(condition.bound);
        return isLess
          ? `that repeat one with the same alert key within ${span}`
          : `that repeat one with the same alert key after ${span} or more`;
      }
      return `with ${words} ${isLess ? 'at most' : 'at least'} ${condition.bound}`;
    }
  }
};

/** A collection and its conditions: `incidents of severity 1 or 2 that were not planned`. */
export const conditionWords = (kind: Kind, where: readonly Where[]): string =>
  [pluralWords(kind), ...where.map((one) => phrase(kind, one))].join(' ');
