import { nearest } from './spelling.ts';

/** Zones that people write by habit, and the IANA name of each. */
const HABITS: Readonly<Record<string, string>> = {
  CET: 'Europe/Paris',
  CEST: 'Europe/Paris',
  BST: 'Europe/London',
  IST: 'Asia/Kolkata',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  JST: 'Asia/Tokyo',
  AEST: 'Australia/Sydney',
  Z: 'UTC',
};

/** The IANA zone that was probably meant: by spelling, by its city alone, or by a common short name. */
export const nearestZone = (written: string): string | null => {
  const habit = HABITS[written.trim().toUpperCase()];
  if (habit !== undefined) return habit;
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const near = nearest(written, zones);
  if (near !== null) return near;
  const city = nearest(
    written.slice(written.lastIndexOf('/') + 1),
    zones.map((zone) => zone.slice(zone.lastIndexOf('/') + 1)),
    1,
  );
  return city === null ? null : (zones.find((zone) => zone.endsWith(`/${city}`) || zone === city) ?? null);
};
