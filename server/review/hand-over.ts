import type { ShiftTold } from '../event/shifts.ts';
import { daysTitle, dayTitle } from '../time/calendar.ts';
import type { Calendar, Day, Instant } from '../time/period.ts';
import { listed, plural } from './format.ts';
import type { HandOver } from './hand-over-schema.ts';
import type { Review } from './schema.ts';
import { alertsOf, openOf } from './shift-alerts.ts';
import type { OpenIncidents, ShiftPageSent } from './shift-input.ts';

export interface HandOverInput {
  readonly organisation: string;
  readonly calendar: Calendar;
  readonly team: { readonly id: string; readonly label: string };
  readonly now: Instant;
  /** The days looked back on. */
  readonly firstDay: Day;
  readonly endDay: Day;
  /** Those that ended in these days or since, and those that run; of whose they were nothing is used. */
  readonly shifts: readonly Pick<ShiftTold, 'rotation' | 'from' | 'to'>[];
  /** Null where no KPI counts them, or none of these days is known. */
  readonly pages: readonly ShiftPageSent[] | null;
  readonly open: OpenIncidents | null;
  readonly cards: Review['cards'];
  readonly doubts: readonly string[];
  readonly watermark: number;
}

/** What a team hands over. Pure; days instead of hours, rotations instead of people. */
export function buildHandOver(input: HandOverInput): HandOver {
  const { team, firstDay, endDay, pages, open, cards } = input;
  const days = daysTitle(firstDay, endDay);
  const alerts =
    pages === null
      ? {
          text: 'Pages of these days are not known here: no source tells of them, or no KPI counts them (kpis/on-call/pages.yaml).',
          rows: [],
        }
      : alertsOf(pages, 'Nobody was paged.');
  const risks = cards.flatMap(({ id, name, atRisk }) =>
    atRisk === null ? [] : [{ kpi: id, name, text: atRisk.text, runbook: atRisk.runbook, escalateTo: atRisk.escalateTo }],
  );
  return {
    organisation: input.organisation,
    team,
    days,
    verdict: verdictOf(team.label, days, pages, alerts.rows, open?.total ?? null, risks),
    shifts: shiftsOf(input),
    alerts,
    open: openOf(open, team.label, input.now, input.calendar.zone),
    risks,
    doubts: [...input.doubts],
    watermark: input.watermark,
  };
}

function verdictOf(
  team: string,
  days: string,
  pages: readonly ShiftPageSent[] | null,
  loudest: HandOver['alerts']['rows'],
  open: number | null,
  risks: HandOver['risks'],
): string {
  const [first] = loudest;
  const paged =
    pages === null || first === undefined
      ? pages === null
        ? ''
        : `Nobody of ${team} was paged (${days}). `
      : `${team} was paged ${plural(pages.length, 'time')} (${days}); ${first.key} was the loudest alert with ${plural(first.pages, 'page')}${first.runbook === null ? ', and names no runbook' : ''}. `;
  const waits =
    open === null ? '' : open === 0 ? 'No incident is open. ' : `${plural(open, 'incident is', 'incidents are')} open. `;
  const atRisk = risks.length === 0 ? 'No KPI is at risk.' : `At risk: ${listed(risks.map(({ name }) => name))}.`;
  return `${paged}${waits}${atRisk}`;
}

function shiftsOf({ shifts, calendar, now, team }: HandOverInput): HandOver['shifts'] {
  const { zone } = calendar;
  const rows = shifts.map(({ rotation, from, to }) => {
    const [first, last] = [zone.dayOf(from), zone.dayOf(to - 1)];
    return {
      rotation: rotation ?? `${team.label} on-call`,
      days: daysTitle(first, last + 1),
      state: to > now ? `runs until ${dayTitle(zone.dayOf(to))}` : `handed over on ${dayTitle(zone.dayOf(to))}`,
    };
  });
  // Of several that share their days, such as a day and a night shift, one line is enough.
  const told = [...new Map(rows.map((row) => [`${row.rotation}\n${row.days}\n${row.state}`, row])).values()];
  const over = shifts.filter(({ to }) => to <= now).length;
  const running = shifts.length - over;
  return {
    text:
      shifts.length === 0
        ? 'No shift of these days is known.'
        : `${over === 0 ? 'No shift was' : plural(over, 'shift was', 'shifts were')} handed over; ${running === 0 ? 'none runs that is known' : plural(running, 'runs', 'run')}.`,
    rows: told,
  };
}
