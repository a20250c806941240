const UNITS: ReadonlyMap<string, number> = new Map([
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((name) => [name, 1_000] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((name) => [name, 60_000] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((name) => [name, 3_600_000] as const),
  ...['d', 'day', 'days'].map((name) => [name, 86_400_000] as const),
  ...['w', 'wk', 'wks', 'week', 'weeks'].map((name) => [name, 604_800_000] as const),
]);

const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)/y;

/**
 * `4 hours`, `1.5 h`, `90 seconds`, `6 h 25 m` in milliseconds; null where it cannot be read, has
 * no unit, or names the same unit twice. A day is 24 h, a week seven days.
 */
export function parseDuration(text: string): number | null {
  const rest = text.trim().toLowerCase();
  if (rest === '' || rest.length > 60) return null;
  let at = 0;
  let total = 0;
  const seen = new Set<number>();
  while (at < rest.length) {
    PART.lastIndex = at;
    const match = PART.exec(rest);
    if (match === null) return null;
    const unit = UNITS.get(match[2] ?? '');
    if (unit === undefined || seen.has(unit)) return null;
    seen.add(unit);
    total += Number(match[1]) * unit;
    at = PART.lastIndex;
    while (rest[at] === ' ') at += 1;
  }
  return Number.isFinite(total) ? Math.round(total) : null;
}

/**
 * Seconds as people say them: `45 s`, `5 m 30 s`, `25 m`, `6 h 25 m`, `3 d 4 h`, `12 d`. Seconds
 * are dropped from ten minutes on, hours from ten days on. Below a second: `250 ms`.
 */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 0.001) return '<1 ms';
  if (seconds < 0.995) return `${Number((seconds * 1_000).toPrecision(2))} ms`;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (seconds < 599.5) return pair(Math.round(seconds), 60, 'm', 's');
  if (seconds < 86_370) return pair(Math.round(seconds / 60), 60, 'h', 'm');
  if (seconds < 862_200) return pair(Math.round(seconds / 3_600), 24, 'd', 'h');
  return `${Math.round(seconds / 86_400)} d`;
}

function pair(small: number, perLarge: number, largeName: string, smallName: string): string {
  const large = Math.floor(small / perLarge);
  const rest = small - large * perLarge;
  if (large === 0) return `${rest} ${smallName}`;
  return rest === 0 ? `${large} ${largeName}` : `${large} ${largeName} ${rest} ${smallName}`;
}
