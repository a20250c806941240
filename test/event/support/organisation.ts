import { DEFAULT_HOURS } from '../../../server/event/hours.ts';
import type { Organisation } from '../../../server/event/organisation.ts';
import { findZone, type Zone } from '../../../server/time/zone.ts';
import { at } from './facts.ts';

export function zoneOf(name: string): Zone {
  const zone = findZone(name);
  if (zone === null) throw new RangeError(`no zone: ${name}`);
  return zone;
}

/** Two teams a continent apart, and a service that changed hands. */
export const ORGANISATION: Organisation = {
  name: 'Example',
  calendar: { zone: zoneOf('Europe/Berlin'), weekStart: 1, fiscalYearEndMonth: 12 },
  hours: DEFAULT_HOURS,
  holidays: { all: ['2026-12-25'] },
  teams: [
    { id: 'payments', name: 'Payments', zone: 'Europe/Berlin', hours: DEFAULT_HOURS },
    { id: 'data', name: 'Data', zone: 'Asia/Kolkata', hours: DEFAULT_HOURS },
  ],
  services: [
    {
      id: 'receipts',
      name: 'Receipts',
      tier: '3',
      owners: [
        { team: 'data', since: at('2024-01-01T00:00Z') },
        { team: 'payments', since: at('2026-03-02T00:00Z') },
      ],
    },
    { id: 'orphan', name: 'Orphan', tier: null, owners: [] },
  ],
};
