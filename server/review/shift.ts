import { SHIFT_QUESTIONS, type ShiftQuestion } from '../event/shift-survey.ts';
import { dayTitle, periodOf, periodTitle } from '../time/calendar.ts';
import { weekdayOf } from '../time/day.ts';
import type { Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { plural } from './format.ts';
import { alertsOf, openOf } from './shift-alerts.ts';
import { figuresOf, knownUntil, verdictOf } from './shift-figures.ts';
import type { ShiftInput } from './shift-input.ts';
import type { ShiftPage } from './shift-schema.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOUR_MS = 3_600_000;

const QUESTIONS: Readonly<Record<ShiftQuestion, { readonly text: string; readonly least: string; readonly most: string }>> = {
  feeling: { text: 'How did this shift feel?', least: 'It wore me down', most: 'It was fine' },
  rest: { text: 'Could you rest?', least: 'Hardly', most: 'As on other days' },
  pages: { text: 'Did the pages need a person?', least: 'Hardly any did', most: 'All of them did' },
};

/** What a shift asked of whoever had it, for that person alone, and what is asked about it. Pure. */
export function buildShift(input: ShiftInput): ShiftPage {
  const { shift, zone, now, load, teamLabel, survey } = input;
  const isRunning = shift.to > now;
  return {
    organisation: input.organisation,
    rotation: shift.rotation ?? `${teamLabel} on-call`,
    team: { id: shift.team, label: teamLabel },
    when: `${momentText(shift.from, zone, false)} to ${momentText(shift.to, zone, true)}`,
    zone: zone.name,
    isRunning,
    ...verdictOf(input),
    doubts: doubtsOf(input),
    figures: figuresOf(input),
    hours: hoursOf(input),
    alerts: alertsOf(load.pages, isRunning ? 'Nobody has paged you so far.' : 'Nobody paged you.'),
    open: openOf(input.open, teamLabel, now, zone),
    survey: {
      state: survey.asks ? (isRunning ? 'later' : 'open') : 'none',
      text: surveyText(input, isRunning),
      questions: survey.asks ? SHIFT_QUESTIONS.map(({ name }) => ({ name, ...QUESTIONS[name] })) : [],
      given: survey.given,
      thanks: survey.given === null || survey.answeredAt === null ? null : thanksText(input, survey.answeredAt),
    },
  };
}

/** `Mon 9 Nov, 10:00`, with the year `Mon 9 Nov 2026, 10:00`. */
function momentText(at: Instant, zone: Zone, hasYear: boolean): string {
  const day = zone.dayOf(at);
  const minute = zone.minuteOfDay(at);
  const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const title = dayTitle(day);
  return `${DAYS[weekdayOf(day) - 1] ?? ''} ${hasYear ? title : title.replace(/ \d{4}$/, '')}, ${clock}`;
}

function doubtsOf({ shift, zone, now, pagesUntil }: ShiftInput): string[] {
  const until = Math.min(shift.to, now);
  if (pagesUntil === null) return ['No source vouches for pages, so some may be missing.'];
  return pagesUntil >= until ? [] : [`Pages are known up to ${momentText(pagesUntil, zone, true)}; later ones may be missing.`];
}

function hoursOf(input: ShiftInput): ShiftPage['hours'] {
  const { days, shift, load, now } = input;
  const until = knownUntil(input);
  const rows = days.map(({ day, hours }) => {
    const cells = hours.map(({ at, isNight }, hour) => {
      const end = hours[hour + 1]?.at ?? at + HOUR_MS;
      const on = at < shift.to && end > shift.from;
      return {
        on,
        // What has begun may be told; what nobody knows of is not nothing.
        known: on && at < until,
        night: isNight,
        interruptions: load.interruptions.filter((one) => one.at >= at && one.at < end).length,
      };
    });
    const known = cells.filter((cell) => cell.known);
    return {
      label: `${DAYS[weekdayOf(day) - 1] ?? ''} ${dayTitle(day).replace(/ \d{4}$/, '')}`,
      hours: cells,
      total: known.length === 0 ? null : known.reduce((sum, { interruptions }) => sum + interruptions, 0),
    };
  });
  const told = rows.filter(({ hours: cells }) => cells.every(({ on, known }) => known || !on));
  const quiet = told.filter(({ total }) => total === 0).length;
  const nightly = load.interruptions.filter(({ isNight }) => isNight).length;
  const all = load.interruptions.length;
  const text =
    all === 0
      ? `No interruption${shift.to > now ? ' so far' : ''}.`
      : `${plural(all, 'interruption')}, ${nightly === 0 ? 'none' : nightly} at night${told.length < 2 ? '' : `; ${quiet === 0 ? 'none' : quiet} of ${told.length} days without one`}.`;
  return { text, days: rows };
}

function surveyText({ survey, shift, zone, organisation }: ShiftInput, isRunning: boolean): string {
  const until = momentText(survey.closesAt, zone, true);
  if (!survey.asks) return `${organisation} does not ask about this shift here. This link opens until ${until}.`;
  if (isRunning) return `Three questions wait here once the shift is over, from ${momentText(shift.to, zone, true)} on.`;
  return survey.given === null
    ? `They take a minute. You may answer, and change your answers, until ${until}; then this link closes.`
    : `You may change your answers until ${until}; then this link closes.`;
}

function thanksText({ teamLabel, calendar }: ShiftInput, answeredAt: Instant): string {
  const month = periodTitle(periodOf(calendar, 'month', calendar.zone.dayOf(answeredAt)));
  return `Thank you. Your answers join those given in ${month}, and are shown after it as one number each: for ${teamLabel} where five or more people answered, else within all teams only. Nobody is shown yours.`;
}
