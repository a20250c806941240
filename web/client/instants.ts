/** Making one takes longer than drawing a card. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, zone: string | undefined): Intl.DateTimeFormat {
  const key = `${locale} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  formats.set(key, made);
  return made;
}

/** An instant as people say it, in the zone of this machine unless told another: `16 Nov 2026, 06:00`. */
export function sayInstant(iso: string, locale = 'en-GB', zone?: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : formatOf(locale, zone).format(at);
}

/** Seconds a pull took: `1.4 s`, `2 m 5 s`. */
export function saySeconds(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} m ${whole % 60} s`;
}

/** `41 events, 3 samples`, or `nothing new`. */
export function sayNews(pull: { readonly newEvents: number; readonly newSamples: number; readonly rejected: number }): string {
  const counted = (count: number, one: string): string[] => (count === 0 ? [] : [`${count} ${one}${count === 1 ? '' : 's'}`]);
  const parts = [
    ...counted(pull.newEvents, 'event'),
    ...counted(pull.newSamples, 'sample'),
    ...(pull.rejected === 0 ? [] : [`${pull.rejected} rejected`]),
  ];
  return parts.length === 0 ? 'nothing new' : parts.join(', ');
}
