import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_HOURS } from '../../server/event/hours.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import { formatProblem } from '../../server/kpi/problem.ts';
import { periodOf, periodTitle } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';

const problemsOf = (text: string): string[] => parseOrganisation(text, 'o.yaml').problems.map(formatProblem);
const organisationOf = (text: string) => {
  const { organisation, problems } = parseOrganisation(text, 'o.yaml');
  expect(problems.map(formatProblem)).toEqual([]);
  if (organisation === null) throw new Error('no organisation');
  return organisation;
};

const readme = readFileSync(new URL('../../server/kpi/README.md', import.meta.url), 'utf8');
const EXAMPLE = /```yaml\n(version: organisation[\s\S]*?)```/.exec(readme)?.[1] ?? '';

const SMALL = `version: organisation/v1
name: Small
zone: Europe/Berlin
teams:
  payments: { name: Payments }
`;

test('the example of the README is read whole', () => {
  const organisation = organisationOf(EXAMPLE);
  expect(organisation.name).toBe('Northwind Cloud');
  expect(organisation.calendar.zone.name).toBe('Europe/Berlin');
  expect(organisation.teams.map(({ id, zone }) => [id, zone])).toEqual([
    ['payments', 'Europe/Berlin'],
    ['platform', 'America/New_York'],
  ]);
  expect(organisation.teams[1]?.hours).toEqual({ ...DEFAULT_HOURS, night: { from: 23 * 60, to: 6 * 60 } });
  expect(organisation.holidays['Europe/Berlin']).toEqual(['2026-10-03', '2026-12-26']);
  expect(organisation.teams[0]?.holidays).toEqual(['bavaria']);
  expect(periodOf(organisation.calendar, 'year', parseDay('2027-01-31') ?? 0).id).toBe('2027');
  expect(periodOf(organisation.calendar, 'month', parseDay('2027-01-31') ?? 0).id).toBe('2027-P01');
  expect(organisation.services.map(({ id, tier }) => [id, tier])).toEqual([
    ['checkout', '1'],
    ['ledger', null],
    ['search', '2'],
  ]);
});

test('an owner owns from the first moment of a day in the zone of the organisation', () => {
  expect(organisationOf(EXAMPLE).services[2]?.owners).toEqual([
    { team: 'platform', since: Date.UTC(2023, 11, 31, 23) },
    { team: 'payments', since: Date.UTC(2026, 1, 28, 23) },
  ]);
});

test('a small file means Monday, the calendar year and the usual hours', () => {
  const { calendar, hours, holidays, services, teams } = organisationOf(SMALL);
  expect([calendar.weekStart, calendar.fiscalYearEndMonth]).toEqual([1, 12]);
  expect(hours).toEqual(DEFAULT_HOURS);
  expect([holidays, services]).toEqual([{}, []]);
  expect(teams[0]?.zone).toBe('Europe/Berlin');
});

test('weeks from Sunday and a fiscal year to June are taken over', () => {
  const { calendar } = organisationOf(`${SMALL}week_starts: sunday\nfiscal_year_ends: june\n`);
  expect([calendar.weekStart, calendar.fiscalYearEndMonth]).toEqual([7, 6]);
});

describe('a calendar of weeks', () => {
  const RETAIL = `${SMALL}week_starts: sunday
fiscal_year_ends: january
fiscal_pattern: 4-5-4
fiscal_year_end_rule: nearest saturday
fiscal_year_named_by: start
`;

  test('has its pattern, the end of its year and whose name that carries', () => {
    const { calendar } = organisationOf(RETAIL);
    expect(calendar).toMatchObject({
      weekStart: 7,
      fiscalYearEndMonth: 1,
      fiscalWeeks: { pattern: '4-5-4', ends: 'nearest' },
      fiscalYearNamedBy: 'start',
    });
    expect(periodTitle(periodOf(calendar, 'year', parseDay('2024-02-03') ?? 0))).toBe(
      'Fiscal year 2023, 29 Jan 2023 – 3 Feb 2024',
    );
  });

  test('is absent without a pattern', () => {
    expect(Object.keys(organisationOf(SMALL).calendar).toSorted()).toEqual(['fiscalYearEndMonth', 'weekStart', 'zone']);
    expect(organisationOf(`${SMALL}fiscal_pattern: months\n`).calendar).not.toHaveProperty('fiscalWeeks');
  });

  test('begins on a day where a dated calendar says so, which takes over what it leaves out', () => {
    const { calendar } = organisationOf(`${SMALL}fiscal_year_ends: january
calendars:
  - { since: 2027-01-31, week_starts: sunday, fiscal_pattern: 4-4-5, fiscal_year_end_rule: nearest saturday }
  - { since: 2029-02-04, fiscal_pattern: 5-4-4 }
  - { since: 2030-02-03, fiscal_pattern: months }
`);
    expect(calendar).toMatchObject({ weekStart: 1, fiscalYearEndMonth: 1 });
    expect(calendar).not.toHaveProperty('fiscalWeeks');
    expect(calendar.changes).toEqual([
      {
        since: parseDay('2027-01-31'),
        weekStart: 7,
        fiscalYearEndMonth: 1,
        fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' },
      },
      {
        since: parseDay('2029-02-04'),
        weekStart: 7,
        fiscalYearEndMonth: 1,
        fiscalWeeks: { pattern: '5-4-4', ends: 'nearest' },
      },
      { since: parseDay('2030-02-03'), weekStart: 7, fiscalYearEndMonth: 1 },
    ]);
  });

  test.each([
    [
      'a pattern without the end of its year',
      `${SMALL}fiscal_pattern: 4-4-5\n`,
      "o.yaml:6:1: fiscal_pattern: a fiscal year of '4-4-5' weeks does not end with a month. Add 'fiscal_year_end_rule: nearest sunday' (the one nearest to the end of that month) or 'last sunday' (in that month)",
    ],
    [
      'an end that whole weeks cannot have',
      `${SMALL}fiscal_pattern: 4-4-5\nfiscal_year_end_rule: last saturday\n`,
      "o.yaml:7:23: fiscal_year_end_rule: weeks start on monday, so a year of whole weeks ends on a sunday, not on a saturday. Write 'fiscal_year_end_rule: last sunday', or 'week_starts: sunday'",
    ],
    [
      'a rule without weeks',
      `${SMALL}fiscal_year_end_rule: last saturday\n`,
      "o.yaml:6:1: fiscal_year_end_rule: this rule is for fiscal years that are made of weeks. Add 'fiscal_pattern: 4-4-5' (4-5-4, 5-4-4), or remove it",
    ],
    [
      'a rule of its own kind',
      `${SMALL}fiscal_pattern: 4-4-5\nfiscal_year_end_rule: first sunday\n`,
      "o.yaml:7:23: fiscal_year_end_rule: 'first sunday' is not a rule for the last day of the fiscal year. Write it like nearest saturday",
    ],
    [
      'a pattern that is none',
      `${SMALL}fiscal_pattern: 4-4-4\n`,
      "o.yaml:6:17: fiscal_pattern: '4-4-4' is not one of months, 4-4-5, 4-5-4, 5-4-4. Did you mean '4-4-5'?",
    ],
    [
      'a change without a day',
      `${SMALL}calendars: [{ week_starts: sunday }]\n`,
      "o.yaml:6:13: calendars.0.since: 'since' is missing. Add 'since:' (first day of this calendar)",
    ],
    [
      'a change on a day that does not exist',
      `${SMALL}calendars: [{ since: 2027-02-29, week_starts: sunday }]\n`,
      "o.yaml:6:22: calendars.0.since: '2027-02-29' is a day that does not exist. The last day of that month is 2027-02-28",
    ],
    [
      'a change of nothing',
      `${SMALL}calendars: [{ since: 2027-02-01, week_starts: monday }]\n`,
      'o.yaml:6:13: calendars.0: nothing changes on that day. Name what does, e.g. week_starts: sunday, or remove it',
    ],
    [
      'weeks that change within one',
      `${SMALL}calendars: [{ since: 2027-02-02, week_starts: sunday }]\n`,
      'o.yaml:6:22: calendars.0.since: weeks start on sunday, and this is a tuesday. Begin with a week: 2027-01-31 or 2027-02-07',
    ],
    [
      'years of weeks that begin within one',
      `${SMALL}calendars: [{ since: 2027-01-01, fiscal_pattern: 4-4-5, fiscal_year_end_rule: last sunday }]\n`,
      'o.yaml:6:22: calendars.0.since: weeks start on monday, and this is a friday. Begin with a week: 2026-12-28 or 2027-01-04',
    ],
    [
      'years of months that change within one',
      `${SMALL}calendars: [{ since: 2027-02-02, fiscal_year_ends: june }]\n`,
      'o.yaml:6:22: calendars.0.since: fiscal years are made of months, and this is not the first day of one. Begin with a month: 2027-02-01 or 2027-03-01',
    ],
    [
      'changes out of order',
      `${SMALL}calendars: [{ since: 2027-02-01, fiscal_year_ends: june }, { since: 2027-01-01, fiscal_year_ends: may }]\n`,
      'o.yaml:6:69: calendars.1.since: this calendar does not start after the one before. Put calendars in order of their first day',
    ],
    [
      'weeks that no longer fit the end of the year',
      `${RETAIL}calendars: [{ since: 2027-02-01, week_starts: monday }]\n`,
      "o.yaml:11:47: calendars.0.week_starts: weeks start on monday, so a year of whole weeks ends on a sunday, not on a saturday. Write 'fiscal_year_end_rule: nearest sunday', or 'week_starts: sunday'",
    ],
  ])('%s is told with its fix', (_name, text, message) => {
    expect(problemsOf(text)).toEqual([message]);
    expect(parseOrganisation(text, 'o.yaml').organisation).toBeNull();
  });
});

describe('hours and holidays of a team', () => {
  const withTeam = (rest: string): string => SMALL.replace('{ name: Payments }', `{ name: Payments, ${rest} }`);

  test('a team works the hours that its bands leave, and takes the others from the organisation', () => {
    const { teams } = organisationOf(withTeam("hours: { evenings: ['17:00 to 22:00'], weekend: [friday, saturday] }"));
    expect(teams[0]?.hours).toEqual({
      night: DEFAULT_HOURS.night,
      evenings: [{ from: 17 * 60, to: 22 * 60 }],
      weekend: [5, 6],
    });
  });

  test('a team chooses lists of holidays by name, also that of a zone it is not in', () => {
    const { teams, holidays } = organisationOf(
      `${withTeam('holidays: [bavaria, Asia/Kolkata]')}holidays: { bavaria: [2026-08-15], Asia/Kolkata: [2026-01-26] }\n`,
    );
    expect(teams[0]?.holidays).toEqual(['bavaria', 'Asia/Kolkata']);
    expect(Object.keys(holidays)).toEqual(['bavaria', 'Asia/Kolkata']);
    expect(organisationOf(SMALL).teams[0]).not.toHaveProperty('holidays');
  });

  test('a list by a zone needs no team, however the zone is spelt', () => {
    expect(Object.keys(organisationOf(`${SMALL}holidays: { utc: [2026-12-25] }\n`).holidays)).toEqual(['utc']);
  });

  test.each([
    [
      'bands that leave nothing of the day',
      `${SMALL}hours: { night: '20:00 to 08:00', evenings: ['08:00 to 20:00'] }\n`,
      'o.yaml:6:1: hours: no business hours remain. They are what night, evenings and weekend leave of a week: make one of these shorter',
    ],
    [
      'a weekend of seven days',
      withTeam('hours: { weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday] }'),
      'o.yaml:5:31: teams.payments.hours: no business hours remain. They are what night, evenings and weekend leave of a week: make one of these shorter',
    ],
    [
      'a band of a team that takes what the organisation left',
      `${withTeam("hours: { night: '22:00 to 12:00' }")}hours: { evenings: ['12:00 to 22:00'] }\n`,
      'o.yaml:5:31: teams.payments.hours: no business hours remain. They are what night, evenings and weekend leave of a week: make one of these shorter',
    ],
    [
      'holidays that nobody wrote',
      `${withTeam('holidays: [germny]')}holidays: { all: [2026-12-25], germany: [2026-10-03] }\n`,
      "o.yaml:5:42: teams.payments.holidays.0: there are no holidays 'germny'. Did you mean 'germany'?",
    ],
    [
      'holidays where there are none',
      withTeam('holidays: [germany]'),
      "o.yaml:5:42: teams.payments.holidays.0: there are no holidays 'germany'. Add 'germany: [2026-12-25]' under holidays",
    ],
    [
      'holidays that nobody has',
      `${SMALL}holidays: { germany: [2026-10-03] }\n`,
      "o.yaml:6:13: holidays.germany: no team has the holidays 'germany', so they count for nobody. Add 'holidays: [germany]' to a team, or name the list by a time zone or 'all'",
    ],
    [
      'holidays that are no list',
      withTeam('holidays: germany'),
      "o.yaml:5:41: teams.payments.holidays: 'germany' stands where a list is expected. Write it like [germany], with '- ' before each item or in [brackets]",
    ],
  ])('%s', (_name, text, message) => {
    expect(problemsOf(text)).toContain(message);
    expect(parseOrganisation(text, 'o.yaml').organisation).toBeNull();
  });
});

describe('each fault has its message, its place and its fix', () => {
  test.each([
    [
      'an unknown zone',
      SMALL.replace('Europe/Berlin', 'Europe/Berln'),
      "o.yaml:3:7: zone: there is no time zone 'Europe/Berln'. Did you mean 'Europe/Berlin'?",
    ],
    [
      'a zone known by its city',
      SMALL.replace('Europe/Berlin', 'Calcuta'),
      "o.yaml:3:7: zone: there is no time zone 'Calcuta'. Did you mean 'Asia/Calcutta'?",
    ],
    [
      'a zone known by its letters',
      SMALL.replace('Europe/Berlin', 'PDT'),
      "o.yaml:3:7: zone: there is no time zone 'PDT'. Did you mean 'America/Los_Angeles'?",
    ],
    [
      'a zone like no other',
      SMALL.replace('Europe/Berlin', 'Middle-earth'),
      "o.yaml:3:7: zone: there is no time zone 'Middle-earth'. Write an IANA name such as Europe/Berlin or UTC",
    ],
    [
      "a team's unknown zone",
      SMALL.replace('{ name: Payments }', '{ name: Payments, zone: UCT+1 }'),
      "o.yaml:5:37: teams.payments.zone: there is no time zone 'UCT+1'. Write an IANA name such as Europe/Berlin or UTC",
    ],
    [
      'a day that does not exist',
      `${SMALL}holidays: { all: [2026-02-29] }\n`,
      "o.yaml:6:19: holidays.all.0: '2026-02-29' is a day that does not exist. The last day of that month is 2026-02-28",
    ],
    [
      'holidays of no zone',
      `${SMALL}holidays: { Berlin: [2026-02-28] }\n`,
      "o.yaml:6:13: holidays.Berlin: 'Berlin' is neither 'all', a time zone nor a name that teams can choose. Did you mean 'Europe/Berlin'?",
    ],
    [
      'an hour that does not exist',
      `${SMALL}hours: { night: 25:00 to 07:00 }\n`,
      "o.yaml:6:17: hours.night: '25:00 to 07:00' is not a stretch of the day. Write it like 22:00 to 07:00",
    ],
    [
      'an abbreviated weekday',
      `${SMALL}week_starts: mon\n`,
      "o.yaml:6:14: week_starts: 'mon' is not one of monday, tuesday, wednesday, thursday, friday, saturday, sunday. Did you mean 'monday'?",
    ],
    [
      'a service of nobody',
      `${SMALL}services:\n  shop: { name: Shop }\n`,
      "o.yaml:7:3: services.shop: nobody owns 'shop'. Name one 'owner', or 'owners' each with a 'since'",
    ],
    [
      'a service of an unknown team',
      `${SMALL}services:\n  shop: { name: Shop, owner: paymets }\n`,
      "o.yaml:7:30: services.shop.owner: there is no team 'paymets'. Did you mean 'payments'?",
    ],
    [
      'owners out of order',
      `${SMALL}services:\n  shop: { name: Shop, owners: [{ team: payments, since: 2026-03-01 }, { team: payments, since: 2026-01-01 }] }\n`,
      'o.yaml:7:96: services.shop.owners.1.since: this owner does not start after the one before. Put owners in order of their first day',
    ],
    [
      'an id that is none',
      SMALL.replace('payments:', 'Web Shop:'),
      "o.yaml:5:3: teams.Web Shop: 'Web Shop' is not an id. Ids are lower-case words joined by hyphens, e.g. web-shop",
    ],
    [
      'no teams',
      SMALL.replace('  payments: { name: Payments }', '  {}'),
      'o.yaml:4:1: teams: there is no team. Add at least one, e.g. payments: { name: Payments }',
    ],
    [
      'teams as a list',
      SMALL.replace('  payments: { name: Payments }', '  - payments'),
      "o.yaml:5:3: teams: 'teams' is not a group of keys. Write one a line below it, e.g. payments: { name: Payments }",
    ],
    [
      'an unknown key',
      `${SMALL}week_start: monday\n`,
      "o.yaml:6:1: week_start: unknown key 'week_start'. Did you mean 'week_starts'?",
    ],
  ])('%s', (_name, text, message) => {
    expect(problemsOf(text)).toEqual([message]);
    expect(parseOrganisation(text, 'o.yaml').organisation).toBeNull();
  });
});
