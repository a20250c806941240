import { findZone } from '../../time/zone.ts';
import type { Weekday } from '../../time/period.ts';
import type { Adapter } from '../config.ts';
import { demoSource } from './source.ts';
import { DEFAULT_SEED } from './story.ts';
import { STREAMS } from './streams.ts';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const ISO: Readonly<Record<(typeof WEEKDAYS)[number], Weekday>> = {
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
  sunday: 7,
};

/** `type: demo`: the made-up organisation of README.md, one stream a source. */
export const demoAdapter: Adapter = {
  type: 'demo',
  keys: ['stream', 'zone', 'week_starts', 'seed'],
  parse: ({ id, name, schedule, staleAfterMs, settings }) => {
    const text = settings.requiredText('stream', `Say which: ${STREAMS.join(', ')}`);
    const stream = text === null ? null : settings.oneOf('stream', STREAMS);
    const zoneName = settings.text('zone') ?? 'Europe/Berlin';
    const zone = findZone(zoneName);
    if (zone === null) settings.fault('zone', `there is no time zone '${zoneName}'`, 'Write a name such as Europe/Berlin');
    const weekStart = ISO[settings.oneOf('week_starts', WEEKDAYS) ?? 'monday'];
    const seed = settings.text('seed') ?? DEFAULT_SEED;
    if (stream === null || zone === null) return null;
    return demoSource({ id, name, schedule, staleAfterMs, stream, seed, calendar: { zone, weekStart, fiscalYearEndMonth: 12 } });
  },
};
