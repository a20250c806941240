import { Check } from 'typebox/value';
import { civilOf, firstDayOfMonth, formatDay, weekdayOf } from '../time/day.ts';
import type { Calendar, CalendarRules, DatedRules, Day, Weekday } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { DocumentPath } from './document.ts';
import { CalendarChangeSchema, CalendarSchema, MONTHS, WEEKDAYS, type CalendarText } from './organisation-schema.ts';
import type { Reader } from './reader.ts';

const ISO_WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
export const weekdayNamed = (name: (typeof WEEKDAYS)[number]): Weekday => ISO_WEEKDAYS[WEEKDAYS.indexOf(name)] ?? 1;
const nameOf = (weekday: number): string => WEEKDAYS[(weekday + 6) % 7] ?? 'monday';

const FISCAL_KEYS = ['fiscal_year_end_rule', 'week_starts', 'fiscal_pattern'] as const;

/**
 * The calendar and its dated changes, each of which takes over what it leaves out. What is wrong in
 * its shape is for the schema to say; null where anything is.
 */
export const calendarOf = (reader: Reader, value: Readonly<Record<string, unknown>>, zone: Zone | null): Calendar | null => {
  const keys = Object.keys(CalendarSchema.properties);
  const written = Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
  if (!Check(CalendarSchema, written)) return null;
  const first = rulesOf(reader, written, written, []);
  const changes: DatedRules[] = [];
  let text = written;
  let rules = first;
  const list: unknown = value['calendars'];
  for (const [index, own] of (Array.isArray(list) ? list : []).entries()) {
    const path = ['calendars', index];
    if (!Check(CalendarChangeSchema, own)) return null;
    const { since: sinceText, ...changed } = own;
    const since = reader.day(sinceText, [...path, 'since']);
    text = inherited(text, changed);
    const next = rulesOf(reader, text, changed, path);
    if (since === null || next === null || rules === null) {
      rules = next;
      continue;
    }
    checkChange(reader, rules, next, since, changes.at(-1)?.since ?? null, path);
    changes.push({ ...next, since });
    rules = next;
  }
  if (zone === null || first === null) return null;
  return changes.length === 0 ? { zone, ...first } : { zone, ...first, changes };
};

/** Back to months of the Gregorian calendar, the rule for weeks is no longer asked for. */
const inherited = (before: CalendarText, changed: CalendarText): CalendarText => {
  const { fiscal_year_end_rule: rule, ...rest } = before;
  return changed.fiscal_pattern === 'months' || rule === undefined
    ? { ...rest, ...changed }
    : { ...rest, fiscal_year_end_rule: rule, ...changed };
};

const rulesOf = (reader: Reader, text: CalendarText, own: CalendarText, path: DocumentPath): CalendarRules | null => {
  const weekStarts = text.week_starts ?? 'monday';
  const { fiscal_pattern: pattern = 'months', fiscal_year_end_rule: rule } = text;
  const rules: CalendarRules = {
    weekStart: weekdayNamed(weekStarts),
    fiscalYearEndMonth: MONTHS.indexOf(text.fiscal_year_ends ?? 'december') + 1,
    ...(text.fiscal_year_named_by === undefined ? {} : { fiscalYearNamedBy: text.fiscal_year_named_by }),
  };
  const lastWeekday = nameOf(rules.weekStart - 1);
  const key = FISCAL_KEYS.find((name) => Object.hasOwn(own, name));
  const at = key === undefined ? path : [...path, key];
  if (pattern === 'months') {
    if (rule === undefined) return rules;
    reader.report(
      at,
      'this rule is for fiscal years that are made of weeks',
      "Add 'fiscal_pattern: 4-4-5' (4-5-4, 5-4-4), or remove it",
      'key',
    );
    return null;
  }
  if (rule === undefined) {
    reader.report(
      [...path, 'fiscal_pattern'],
      `a fiscal year of '${pattern}' weeks does not end with a month`,
      `Add 'fiscal_year_end_rule: nearest ${lastWeekday}' (the one nearest to the end of that month) or 'last ${lastWeekday}' (in that month)`,
      'key',
    );
    return null;
  }
  const [ends, weekday = ''] = rule.split(' ');
  if (weekday !== lastWeekday) {
    const starts = nameOf(WEEKDAYS.findIndex((name) => name === weekday) + 2);
    reader.report(
      at,
      `weeks start on ${weekStarts}, so a year of whole weeks ends on a ${lastWeekday}, not on a ${weekday}`,
      `Write 'fiscal_year_end_rule: ${ends} ${lastWeekday}', or 'week_starts: ${starts}'`,
    );
    return null;
  }
  return { ...rules, fiscalWeeks: { pattern, ends: ends === 'last' ? 'last' : 'nearest' } };
};

const checkChange = (
  reader: Reader,
  before: CalendarRules,
  after: CalendarRules,
  since: Day,
  last: Day | null,
  path: DocumentPath,
): void => {
  const at = [...path, 'since'];
  if (last !== null && since <= last)
    reader.report(at, 'this calendar does not start after the one before', 'Put calendars in order of their first day');
  const hasOtherWeeks = before.weekStart !== after.weekStart;
  const hasOtherYears = fiscalPart(before) !== fiscalPart(after);
  if (!hasOtherWeeks && !hasOtherYears) {
    reader.report(path, 'nothing changes on that day', 'Name what does, e.g. week_starts: sunday, or remove it');
    return;
  }
  const isOfWeeks = before.fiscalWeeks !== undefined || after.fiscalWeeks !== undefined;
  const daysIn = (weekdayOf(since) - after.weekStart + 7) % 7;
  if ((hasOtherWeeks || isOfWeeks) && daysIn !== 0)
    reader.report(
      at,
      `weeks start on ${nameOf(after.weekStart)}, and this is a ${nameOf(weekdayOf(since))}`,
      `Begin with a week: ${formatDay(since - daysIn)} or ${formatDay(since - daysIn + 7)}`,
    );
  const { year, month, day } = civilOf(since);
  if (!isOfWeeks && hasOtherYears && day !== 1)
    reader.report(
      at,
      'fiscal years are made of months, and this is not the first day of one',
      `Begin with a month: ${formatDay(firstDayOfMonth(year, month))} or ${formatDay(firstDayOfMonth(year, month + 1))}`,
    );
};

const fiscalPart = ({ fiscalYearEndMonth, fiscalYearNamedBy = 'end', fiscalWeeks }: CalendarRules): string =>
  [fiscalYearEndMonth, fiscalYearNamedBy, fiscalWeeks?.pattern, fiscalWeeks?.ends].join(' ');
