import { Type, type Static } from 'typebox';
import { DayText, IdText, Text, closed } from './schema-parts.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

const BandText = Type.String({
  title: 'a stretch of the day',
  description: 'From one time of day to another; it may pass midnight',
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9] to (([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  examples: ['22:00 to 07:00'],
});

export const HoursSchema = Type.Object(
  {
    night: Type.Optional(BandText),
    evenings: Type.Optional(
      Type.Array(BandText, {
        description: 'Hours before and after work',
        maxItems: 4,
        examples: [['18:00 to 22:00', '07:00 to 09:00']],
      }),
    ),
    weekend: Type.Optional(
      Type.Array(Type.Enum([...WEEKDAYS]), {
        description: 'Days off in every week',
        maxItems: 7,
        examples: [['saturday', 'sunday']],
      }),
    ),
  },
  {
    ...closed,
    description: 'Night, evenings and weekend; what remains is business hours',
    examples: [{ night: '22:00 to 07:00' }],
  },
);

const ZoneText = Type.String({
  title: 'a time zone',
  description: 'An IANA time zone',
  minLength: 1,
  maxLength: 64,
  examples: ['Europe/Berlin'],
});

export const TeamSchema = Type.Object(
  {
    name: Text('What people call it', 100),
    zone: Type.Optional(ZoneText),
    hours: Type.Optional(HoursSchema),
    holidays: Type.Optional(
      Type.Array(
        Type.String({ title: 'the name of a list', description: 'A list under holidays', minLength: 1, maxLength: 64 }),
        {
          description: 'Lists of days off that count for the team, besides those of `all` and of the zone',
          maxItems: 20,
          examples: [['germany']],
        },
      ),
    ),
  },
  { ...closed, description: 'A team', examples: [{ name: 'Payments', zone: 'Europe/Berlin' }] },
);
export const OwnerSchema = Type.Object(
  { team: IdText('Id of the team', 'payments'), since: Type.Optional(DayText('First day it owned the service')) },
  { ...closed, description: 'Who owned it since when', examples: [{ team: 'payments', since: '2026-03-01' }] },
);
export const ServiceSchema = Type.Object(
  {
    name: Text('What people call it', 100),
    tier: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Integer()], {
        title: 'a tier',
        description: 'How much depends on it, in your own words',
        examples: ['1'],
      }),
    ),
    owner: Type.Optional(IdText('Id of the team that owns it', 'payments')),
    owners: Type.Optional(
      Type.Array(OwnerSchema, {
        description: 'Teams that owned it, each since a day',
        minItems: 1,
        maxItems: 100,
        examples: [[{ team: 'payments', since: '2026-03-01' }]],
      }),
    ),
  },
  {
    ...closed,
    description: 'A service; exactly one of owner and owners',
    examples: [{ name: 'Checkout', tier: 1, owner: 'payments' }],
  },
);

const calendarKeys = {
  week_starts: Type.Optional(Type.Enum([...WEEKDAYS], { description: 'Default: monday' })),
  fiscal_year_ends: Type.Optional(Type.Enum([...MONTHS], { description: 'Month the fiscal year ends with; default: december' })),
  fiscal_year_named_by: Type.Optional(
    Type.Enum(['end', 'start'], {
      description: 'Whether a fiscal year carries the calendar year of its last month (default) or of its first',
    }),
  ),
  fiscal_pattern: Type.Optional(
    Type.Enum(['months', '4-4-5', '4-5-4', '5-4-4'], {
      description: 'What a fiscal quarter is made of: months (default), or three periods of so many weeks',
    }),
  ),
  fiscal_year_end_rule: Type.Optional(
    Type.String({
      title: 'a rule for the last day of the fiscal year',
      description: 'With weeks: the last such day of the month it ends with, or the one nearest to the end of that month',
      pattern: `^(last|nearest) (${WEEKDAYS.join('|')})$`,
      examples: ['nearest saturday'],
    }),
  ),
};

/** The keys of organisation.yaml that say how time is cut. */
export const CalendarSchema = Type.Object(calendarKeys, closed);
export type CalendarText = Static<typeof CalendarSchema>;

export const CalendarChangeSchema = Type.Object(
  { since: DayText('First day of this calendar'), ...calendarKeys },
  { ...closed, description: 'What changes on a day', examples: [{ since: '2027-01-03', week_starts: 'sunday' }] },
);

/** Maps by id are checked one entry at a time (organisation.ts), so that each problem stands at its line. */
export const OrganisationSchema = Type.Object(
  {
    version: Type.Literal('organisation/v1', {
      title: 'organisation/v1',
      description: 'The version of this layout',
      examples: ['organisation/v1'],
    }),
    name: Text('Name of the organisation', 100),
    zone: ZoneText,
    ...calendarKeys,
    calendars: Type.Optional(
      Type.Array(CalendarChangeSchema, {
        description: 'Later calendars, each since a day; what one leaves out stays as it was',
        maxItems: 20,
        examples: [[{ since: '2027-01-03', week_starts: 'sunday' }]],
      }),
    ),
    hours: Type.Optional(HoursSchema),
    holidays: Type.Optional(
      Type.Unknown({ description: '`all`, a time zone, or a name that teams choose, each with a list of days' }),
    ),
    teams: Type.Unknown({ description: 'Teams by id' }),
    services: Type.Optional(Type.Unknown({ description: 'Services by id' })),
  },
  { ...closed, title: 'organisation.yaml', description: 'Names, calendar, teams and services' },
);
