import { callsText, dollarsText, metricsText, sumOfCosts, type PullCost } from '../../event/passes.ts';
import type { Adapter, SourceEntry } from '../config.ts';
import { pullParts } from '../aws/parts.ts';
import { parsePlaces, PLACE_KEYS, type AwsPlace } from '../aws/place.ts';
import type { DryRun, Source } from '../source.ts';
import { ACTIONS } from './actions.ts';
import { estimateOf } from './estimate.ts';
import { partOf } from './part.ts';
import { probeMetrics } from './probes.ts';
import { isReadIn, type Series } from './series.ts';
import { parseSeries } from './settings.ts';

/** `type: cloudwatch` (README.md). */
export const cloudwatchAdapter: Adapter = {
  type: 'cloudwatch',
  keys: [...PLACE_KEYS, 'protocol', 'period', 'series'],
  parse: (entry) => {
    const places = parsePlaces(entry.settings);
    const series = parseSeries(entry.settings, places);
    return places === null || series === null ? null : cloudwatchSource(entry, places, series);
  },
};

function cloudwatchSource(
  { id, name, schedule, staleAfterMs }: SourceEntry,
  places: readonly AwsPlace[],
  series: readonly Series[],
): Source {
  const read = places
    .map((place) => ({ place, series: series.filter((each) => isReadIn(each, place)) }))
    .filter((each) => each.series.length > 0);
  return {
    id,
    type: 'cloudwatch',
    name,
    schedule,
    staleAfterMs,
    aws: { places: read.map(({ place }) => place), actions: ACTIONS, check: (checking) => probeMetrics(checking, id, series) },
    kinds: [],
    series: [...new Set(series.map((each) => each.name))],
    pull: (context) =>
      pullParts(
        read.map((each) => partOf(id, each.place, each.series)),
        context,
      ),
    // What is paid for is estimated, not asked: nothing is called.
    dryRun: async ({ now }, rows): Promise<DryRun> => {
      const costs = read.map((each) => ({ place: each.place.name, ...estimateOf(each.series, now) }));
      const all = {
        place: 'all',
        history: sumOfCosts(costs.map(({ history }) => history)),
        poll: sumOfCosts(costs.map(({ poll }) => poll)),
      };
      return {
        rows: [...(costs.length > 1 ? [all] : []), ...costs].slice(0, Math.max(rows, 1)).map(rowOf),
        rejects: [],
        events: 0,
        samples: 0,
        items: 0,
        read: 0,
      };
    },
  };
}

const rowOf = ({ place, history, poll }: { place: string; history: PullCost; poll: PullCost }): Record<string, string> => ({
  place,
  'first read': callsText(history.calls),
  billed: metricsText(history),
  costs: dollarsText(history),
  'each poll': callsText(poll.calls),
  'billed each': metricsText(poll),
  'costs each': dollarsText(poll),
});
