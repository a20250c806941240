import type { State } from '../../../server/event/kinds.ts';
import type { Scope } from '../../../server/event/organisation.ts';
import { evaluate } from '../../../server/kpi/evaluate.ts';
import type { Kpi } from '../../../server/kpi/kpi.ts';
import type { Evaluated } from '../../../server/kpi/world.ts';
import { parsePeriod } from '../../../server/time/calendar.ts';
import { parseInstant } from '../../../server/time/instant.ts';
import type { Period } from '../../../server/time/period.ts';
import { ORGANISATION, plainWorld, zoneNamed, type PlainItem, type PlainWorld } from './plain.ts';

/** Short ways to say what happened when, on Berlin clocks, and to measure it. */
export const at = (text: string): number => {
  const instant = parseInstant(text, zoneNamed('Europe/Berlin'));
  if (instant === null) throw new Error(`no instant: ${text}`);
  return instant;
};
export const periodNamed = (id: string): Period => {
  const period = parsePeriod(ORGANISATION.calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
export const HOUR = 3600;

/** `states`: when the item entered which state, Berlin time. Instants are the last entry into each, as projections give them. */
export const item = (
  uid: string,
  states: readonly [State, string][],
  more: Partial<PlainItem> & { team?: string; service?: string } = {},
): PlainItem => {
  const { team, service, instants, ...rest } = more;
  const entered = Object.fromEntries(states.map(([state, text]) => [state, at(text)]));
  return {
    uid,
    instants: { ...entered, ...instants },
    stretches: states.map(([state, text]) => ({ from: at(text), state, team, service })),
    ...rest,
  };
};

export const one = (kpi: Kpi, world: PlainWorld, period: string, scope: Scope = 'organisation'): Evaluated => {
  const found = evaluate(kpi, plainWorld(world), [scope], [periodNamed(period)])[0];
  if (found === undefined) throw new Error('nothing came out');
  return found;
};

export const LATER = at('2026-12-01T00:00');
