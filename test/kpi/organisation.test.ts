import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_HOURS, parseOrganisation } from '../../server/kpi/organisation.ts';
import { formatProblem } from '../../server/kpi/problem.ts';

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
      "o.yaml:6:13: holidays.Berlin: 'Berlin' is neither 'all' nor a time zone. Did you mean 'Europe/Berlin'?",
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
