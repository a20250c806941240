import type { Line } from './line.ts';

/**
 * A label with its live values filled in: `${PROP('Dim.Service')}`, `${PROP('MetricName')}`, `${PROP('Namespace')}`,
 * `${PROP('AccountId')}`, `${PROP('Region')}`, `${PROP('Stat')}`, `${PROP('Period')}`, `${LABEL}`, `${MAX}` and the like. What a metric
 * does not have is empty.
 */
export function filledLabel(label: string, own: string, line: Line): string {
  return label.replace(/\$\{(?:PROP\('([^']*)'\)|(\w+))\}/g, (_, property: string | undefined, name: string | undefined) =>
    property === undefined ? liveValue(name ?? '', own, line) : propertyOf(property, line),
  );
}

/** What a metric is called without a label: its name and what tells it from others of that name. */
export function ownLabel(line: Line): string {
  if (line.series === null) return '';
  return [...Object.values(line.series.address.dimensions), line.series.address.metric].join(' ');
}

function propertyOf(property: string, { series, statistic, periodSeconds }: Line): string {
  if (property === 'Stat') return statistic;
  if (property === 'Period') return String(periodSeconds);
  if (series === null) return '';
  const { account, region, namespace, metric, dimensions } = series.address;
  if (property.startsWith('Dim.')) return dimensions[property.slice(4)] ?? '';
  return (
    new Map([
      ['MetricName', metric],
      ['Namespace', namespace],
      ['AccountId', account],
      ['Region', region],
    ]).get(property) ?? ''
  );
}

function liveValue(name: string, own: string, { values }: Line): string {
  if (name === 'LABEL') return own;
  if (name === 'DATAPOINT_COUNT') return String(values.length);
  if (values.length === 0) return '--';
  const sum = values.reduce((total, value) => total + value, 0);
  const value = new Map([
    ['SUM', sum],
    ['AVG', sum / values.length],
    ['MIN', Math.min(...values)],
    ['MAX', Math.max(...values)],
    ['FIRST', values[0] ?? 0],
    ['LAST', values.at(-1) ?? 0],
  ]).get(name);
  return value === undefined ? '' : String(value);
}
