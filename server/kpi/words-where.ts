import type { Kind } from '../event/kinds.ts';
import { formatDuration } from '../time/duration.ts';
import { fieldsOf, pluralWords } from './fields.ts';
import type { Condition, Where } from './kpi.ts';

/** `3 days`, `12 hours`, else as durations are printed. */
export const spanWords = (ms: number): string => {
  for (const [unit, length] of [
    ['day', 86_400_000],
    ['hour', 3_600_000],
  ] as const) {
    if (ms >= length && ms % length === 0) return `${ms / length} ${unit}${ms === length ? '' : 's'}`;
  }
  return formatDuration(ms / 1000);
};

/** Conditions that have a phrase of their own: what is said when they hold, and when they do not. */
const FLAGS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  is_first: ["of a service's first recorded deployment", "after a service's first recorded deployment"],
  is_repeat: ['that repeat one of the 24 hours before', 'that do not repeat one of the 24 hours before'],
  rolled_back: ['that were rolled back', 'that were not rolled back'],
  planned: ['that were planned', 'that were not planned'],
  change_failed: ['that failed in production', 'that did not fail in production'],
  within_due: ['that were resolved by their due time', 'that were not resolved by their due time'],
  overdue: ['that were overdue', 'that were not overdue'],
  over_budget: ['that were over budget', 'that were not over budget'],
  may_have_failed: ['that may have failed in production', 'that did not seem to fail in production'],
  needed_action: ['that needed action', 'that needed no action'],
  on_shift: ['that reached people on shift', 'that reached people off shift'],
};

/** Flags that may be unknown, when all that is asked is that they are known. */
const KNOWN: Readonly<Record<string, string>> = {
  needed_action: 'with an answer whether they needed action',
  within_due: 'with an agreed time',
};

const DURING: Readonly<Record<string, string>> = {
  business_hours: 'in business hours',
  evenings: 'in the evening',
  nights: 'at night',
  weekends: 'at weekends',
  holidays: 'on holidays',
  days_off: 'on weekends and holidays',
  off_hours: 'outside business hours',
};

/** `one, two and three`. */
export const listed = (values: readonly (string | number | boolean)[], last: 'or' | 'and'): string =>
  joined(
    values.map((value) => String(value).replaceAll('_', ' ')),
    last,
  );

/** The same, word for word. */
const joined = (words: readonly (string | number | boolean)[], last: 'or' | 'and'): string =>
  words.length < 2 ? String(words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${String(words.at(-1))}`;

const inWords = (field: string, words: string, condition: Extract<Condition, { test: 'in' }>): string => {
  const { values, negated } = condition;
  const flag = FLAGS[field];
  if (flag !== undefined) {
    if (values.length > 1) return KNOWN[field] ?? `for which '${words}' is known`;
    return (values[0] === true) === negated ? flag[1] : flag[0];
  }
  if (field === 'environment' && !negated) return `to ${listed(values, 'or')}`;
  if (field === 'outcome' && values.length === 1)
    return negated
      ? `that were not ${String(values[0])}`
      : `that ${values[0] === 'succeeded' || values[0] === 'failed' ? '' : 'were '}${String(values[0])}`;
  if (field === 'severity' || field === 'type' || field === 'purpose')
    return `of ${field} ${negated ? 'other than ' : ''}${listed(values, 'or')}`;
  if (field === 'quality') return `that were ${negated ? 'not ' : ''}${listed(values, 'or')}`;
  if (field === 'state') return `that were ${negated ? 'not ' : ''}${listed(values, 'or')}`;
  return `whose ${words} is ${negated ? 'not ' : ''}${listed(values, 'or')}`;
};

/** `were reviewed`, and what a repetition is for the kind. */
const happenedWithin = (kind: Kind, field: string): string => {
  if (field !== 'repeats_within') return `were ${field.slice(0, -'_within'.length).replaceAll('_', ' ')}`;
  return kind === 'page' ? 'repeat one with the same alert key' : 'repeat one of the same service and cause';
};

const phrase = (kind: Kind, { field, condition }: Where): string => {
  const known = fieldsOf(kind).get(field);
  const words = known?.words ?? field;
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
    case 'at_least':
    case 'at_most': {
      const isLess = condition.test === 'at_most';
      if (known?.type === 'duration' && field.endsWith('_within'))
        return `that ${happenedWithin(kind, field)} ${isLess ? 'within' : 'after'} ${spanWords(condition.bound * 1000)}${isLess ? '' : ' or more'}`;
      const bound = known?.type === 'duration' ? spanWords(condition.bound * 1000) : String(condition.bound);
      return `with ${words} ${isLess ? 'at most' : 'at least'} ${bound}`;
    }
  }
};

/** A collection and its conditions: `incidents of severity 1 or 2 that were not planned and were not merged`. */
export const conditionWords = (kind: Kind, where: readonly Where[]): string => {
  const phrases = where.map((one) => phrase(kind, one));
  const clauses = phrases.filter((words) => words.startsWith('that ')).map((words) => words.slice(5));
  const others = phrases.filter((words) => !words.startsWith('that '));
  return [pluralWords(kind), ...others, ...(clauses.length === 0 ? [] : [`that ${listed(clauses, 'and')}`])].join(' ');
};

const dimensionPhrase = ({ field, condition }: Where): string => {
  const words = field.replaceAll('_', ' ');
  switch (condition.test) {
    case 'in':
      return `whose ${words} is ${condition.negated ? 'not ' : ''}${joined(condition.values, 'or')}`;
    case 'matches':
      if (condition.pattern === '') return `${condition.negated ? 'without' : 'with'} a ${words}`;
      return `whose ${words} ${condition.negated ? 'does not match' : 'matches'} '${condition.pattern}'`;
    case 'during':
      return DURING[condition.during] ?? condition.during;
    case 'at_least':
    case 'at_most':
      return `whose ${words} is at ${condition.test === 'at_least' ? 'least' : 'most'} ${condition.bound}`;
  }
};

/** The points of a series that conditions mean: ` (only points at night whose country is US and whose tier is not gold)`; '' without conditions. */
export const pointsWords = (where: readonly Where[]): string => {
  if (where.length === 0) return '';
  const phrases = where.map(dimensionPhrase);
  const clauses = phrases.filter((words) => words.startsWith('whose '));
  const others = phrases.filter((words) => !words.startsWith('whose '));
  return ` (only points ${[...others, ...(clauses.length === 0 ? [] : [joined(clauses, 'and')])].join(' ')})`;
};
