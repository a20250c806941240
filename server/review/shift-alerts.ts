import { dayTitle } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import { formatValue, plural } from './format.ts';
import type { OpenIncidents, ShiftPageSent } from './shift-input.ts';
import type { ShiftPage } from './shift-schema.ts';

/** Alerts that get a line of their own. */
const SHOWN = 6;
/** What is known so lately is known now. */
const LATE_MS = 2 * 3_600_000;
const NO_KEY = 'no alert named';
const DURATION = { type: 'duration', label: '', isTotal: false } as const;

/** Which alerts paged, the loudest first. */
export function alertsOf(pages: readonly ShiftPageSent[], nobody: string): ShiftPage['alerts'] {
  if (pages.length === 0) return { text: nobody, rows: [] };
  const alerts = [...Map.groupBy(pages, ({ key }) => key ?? NO_KEY)].toSorted(
    ([one, own], [other, others]) => others.length - own.length || (one < other ? -1 : 1),
  );
  const shown = alerts.slice(0, SHOWN);
  const left = pages.length - shown.reduce((sum, [, own]) => sum + own.length, 0);
  const rest = left === 0 ? '' : ` ${plural(left, 'page')} of ${plural(alerts.length - shown.length, 'other alert')} not listed.`;
  return {
    text: `${plural(pages.length, 'page')} from ${plural(alerts.length, 'alert')}.${rest}`,
    rows: shown.map(([key, own]) => {
      const repeats = own.filter(({ isRepeat }) => isRepeat).length;
      const answered = own.filter(({ neededAction }) => neededAction !== null).length;
      const needless = own.filter(({ neededAction }) => neededAction === false).length;
      return {
        key,
        service: own.at(-1)?.service ?? null,
        pages: own.length,
        repeats,
        runbook: own.findLast(({ runbook }) => runbook !== null)?.runbook ?? null,
        text: [
          plural(own.length, 'page'),
          ...(repeats === 0 ? [] : [`${repeats} within 24 h of the same alert`]),
          answered === 0 ? 'no answer says whether action was needed' : `${needless} of ${answered} answered needed no action`,
        ].join(', '),
      };
    }),
  };
}

/** Incidents that are open, the oldest first. */
export function openOf(open: OpenIncidents | null, team: string, now: Instant, zone: Zone): ShiftPage['open'] {
  if (open === null) return { text: 'Which incidents are open is not known: no source tells of them.', rows: [] };
  const asOf = now - open.at > LATE_MS ? ` As of ${dayTitle(zone.dayOf(open.at - 1))}: later ones are not known yet.` : '';
  if (open.total === 0) return { text: `No incident of ${team} is open.${asOf}`, rows: [] };
  const left = open.total - open.rows.length;
  return {
    text: `${plural(open.total, 'incident')} of ${team} ${open.total === 1 ? 'is' : 'are'} open${left === 0 ? '' : `, the oldest ${open.rows.length} here`}.${asOf}`,
    rows: open.rows.map(({ title, service, severity, state, age }) => ({
      title,
      service,
      severity,
      state: state === null ? null : state.replaceAll('_', ' '),
      age: age === null ? 'open since nobody knows when' : `open for ${formatValue(DURATION, age)}`,
    })),
  };
}
