import { Type } from 'typebox';

/** No other keys than those named. */
export const closed = { additionalProperties: false } as const;

export const Text = (description: string, maxLength = 200) =>
  Type.String({ title: 'text', description, minLength: 1, maxLength });

const UNITS = 'seconds?|minutes?|hours?|days?|weeks?|s|m|h|d|w';
export const DurationText = (description: string) =>
  Type.String({
    title: 'a duration',
    description,
    pattern: `^[0-9]+([.][0-9]+)? ?(${UNITS})( [0-9]+([.][0-9]+)? ?(${UNITS}))*$`,
    maxLength: 60,
    examples: ['4 hours'],
  });
export const DayText = (description: string) =>
  Type.String({ title: 'a day', description, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['2026-01-31'] });
export const IdText = (description: string, example: string) =>
  Type.String({
    title: 'an id (lower-case words joined by hyphens)',
    description,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    maxLength: 64,
    examples: [example],
  });
export const PercentText = (description: string) =>
  Type.String({ title: 'a percentage', description, pattern: '^[0-9]+([.][0-9]+)? ?%$', examples: ['90%'] });
export const SummaryText = (description: string) =>
  Type.String({
    title: 'a summary (median, mean, min, max, sum, or a percentile such as p90)',
    description,
    pattern: '^(median|mean|min|max|sum|p[1-9][0-9]?([.][0-9]+)?)$',
    examples: ['median'],
  });
export const Name = (description: string) => Type.String({ title: 'a name', description, minLength: 1, maxLength: 100 });
