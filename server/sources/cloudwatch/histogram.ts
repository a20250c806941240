import { hash } from 'node:crypto';
import { bucketName, edgeText } from '../../event/histogram.ts';
import type { Settings } from '../settings.ts';
import type { Statistic } from './statistics.ts';

/** With more, a metric would take more queries than it has hours in a day. */
const MOST_EDGES = 20;
/** As CloudWatch takes bounds: no signs, no exponents. */
const EDGE = /^\d{1,15}(?:\.\d{1,10})?$/;
const FIX = "Write 1 to 20 ascending numbers above 0 in the metric's unit, such as 'histogram: [100, 250, 500, 1000]'";

/**
 * `histogram: [100, 250, 500]`: how many values lie between these edges, each with the upper one, and how many there are in all.
 * CloudWatch counts so itself (trimmed count: above the lower bound, up to and with the upper one). The count of all tells an
 * empty bucket from one that was not told.
 */
export function parseHistogram(section: Settings): Statistic[] | null {
  if (!section.has('histogram')) return [];
  const written = section.texts('histogram');
  if (written === null) return null;
  const strange = written.find((text) => !EDGE.test(text) || Number(text) <= 0);
  if (strange !== undefined) return section.fault('histogram', `'${strange}' is no edge of a bucket`, FIX);
  const edges = written.map(Number);
  const misplaced = edges.findIndex((edge, index) => index > 0 && edge <= (edges[index - 1] ?? 0));
  if (misplaced >= 0)
    return section.fault('histogram', `${written[misplaced] ?? ''} does not lie above what stands before it`, FIX);
  if (edges.length === 0 || edges.length > MOST_EDGES)
    return section.fault('histogram', edges.length === 0 ? 'it has no edges' : `these are ${edges.length} edges`, FIX);
  if (section.has('expression'))
    return section.fault('histogram', 'an expression has one value at a time, which nothing could be counted of', 'Remove it');
  return histogramOf(edges);
}

function histogramOf(edges: readonly number[]): Statistic[] {
  // Counts between other edges, which the same series may have had before, are never taken for these.
  const layout = hash('sha256', edges.map(edgeText).join(':'), 'hex').slice(0, 6);
  const bounds = [-Infinity, ...edges, Infinity];
  const buckets = bounds.slice(1).map((upTo, index) => {
    const over = bounds[index] ?? -Infinity;
    return { asked: `TC(${edgeText(over)}:${edgeText(upTo)})`, name: bucketName({ layout, over, upTo }) };
  });
  return [...buckets, { asked: 'SampleCount', name: bucketName({ layout, over: -Infinity, upTo: Infinity }) }];
}
