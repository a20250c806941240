import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { hasBusinessHours } from '../event/hours.ts';
import type { HourBand, HourRules } from '../event/organisation.ts';
import { findZone } from '../time/zone.ts';
import type { DocumentPath } from './document.ts';
import { weekdayNamed } from './organisation-calendar.ts';
import { HoursSchema } from './organisation-schema.ts';
import type { Reader } from './reader.ts';
import { DayText, IdText } from './schema-parts.ts';
import { checkShape, isRecord } from './shape.ts';
import { suggestion } from './spelling.ts';
import { nearestZone } from './zone-names.ts';

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const bandOf = (text: string): HourBand => {
  const [from = '', to = ''] = text.split(' to ');
  return { from: minutesOf(from), to: minutesOf(to) };
};

/** What is left out is taken from the rules above. Rules that leave no business hours are reported. */
export const hoursOf = (reader: Reader, written: unknown, above: HourRules, path: DocumentPath): HourRules => {
  if (!Check(HoursSchema, written)) return above;
  const rules = {
    night: written.night === undefined ? above.night : bandOf(written.night),
    evenings: written.evenings?.map(bandOf) ?? above.evenings,
    weekend: written.weekend?.map(weekdayNamed) ?? above.weekend,
  };
  if (!hasBusinessHours(rules))
    reader.report(
      path,
      'no business hours remain',
      'They are what night, evenings and weekend leave of a week: make one of these shorter',
      'key',
    );
  return rules;
};

const HolidaysSchema = Type.Array(DayText('A day off'), {
  description: 'Days off',
  maxItems: 2000,
  examples: [['2026-12-25', '2027-01-01']],
});

const nameSchema = IdText('The name of a list', 'germany');

/** Days off by list: `all`, a time zone, or a name that teams choose. */
export const holidaysOf = (reader: Reader, entries: readonly [string, unknown][]): Record<string, readonly string[]> => {
  const lists: [string, readonly string[]][] = [];
  for (const [name, days] of entries) {
    if (!isName(name) && findZone(name) === null) {
      const near = nearestZone(name);
      const fix =
        near === null
          ? 'Write a time zone such as Europe/Berlin, or lower-case words joined by hyphens'
          : `Did you mean '${near}'?`;
      reader.report(['holidays', name], `'${name}' is neither 'all', a time zone nor a name that teams can choose`, fix, 'key');
    }
    checkShape(HolidaysSchema, days, ['holidays', name], reader.report);
    if (!Array.isArray(days)) continue;
    const good = days.filter((day, index): day is string => reader.day(day, ['holidays', name, index]) !== null);
    lists.push([name, good.toSorted()]);
  }
  return Object.fromEntries(lists);
};

/** Some of these are zones as well (`japan`, `utc`); a list of such a name counts for teams that choose it. */
const isName = (name: string): boolean => Check(nameSchema, name);

/** Lists that teams choose exist, and a list that is neither `all` nor a zone's is chosen by a team: else it counts for nobody. */
export const checkHolidayNames = (reader: Reader, lists: Readonly<Record<string, readonly string[]>>, teams: unknown): void => {
  const known = Object.keys(lists);
  const chosen = new Set<string>();
  for (const [id, team] of isRecord(teams) ? Object.entries(teams) : []) {
    const names: unknown = isRecord(team) ? team['holidays'] : undefined;
    for (const [index, name] of (Array.isArray(names) ? names : []).entries()) {
      if (typeof name !== 'string') continue;
      chosen.add(name);
      if (known.includes(name)) continue;
      const fix = known.length === 0 ? `Add '${name}: [2026-12-25]' under holidays` : suggestion(name, known, 'Lists');
      reader.report(['teams', id, 'holidays', index], `there are no holidays '${name}'`, fix);
    }
  }
  for (const name of known) {
    if (name === 'all' || chosen.has(name) || !isName(name) || findZone(name) !== null) continue;
    reader.report(
      ['holidays', name],
      `no team has the holidays '${name}', so they count for nobody`,
      `Add 'holidays: [${name}]' to a team, or name the list by a time zone or 'all'`,
      'key',
    );
  }
};
