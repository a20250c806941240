import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { SERIES } from './points.ts';
import { probeWorkloads } from './probes.ts';
import { pullRisks, type WellArchitectedSettings } from './pull.ts';

/** `type: well-architected`: risk counts of reviews in the AWS Well-Architected Tool, with its milestones as history. */
export const wellArchitectedAdapter: Adapter = {
  type: 'well-architected',
  keys: [...PLACE_KEYS, 'workloads'],
  parse: (entry) => {
    const { id, settings } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'workloads', ['workload', 'lens'], ['service', 'team']);
    if (places === null || rules === null) return null;
    const own: WellArchitectedSettings = { source: id, rules, digest: settingsDigest(settings.raw('workloads') ?? null) };
    const shape = { type: 'well-architected', kinds: [], series: [SERIES], actions: ACTIONS, check: probeWorkloads } as const;
    return placeSource(entry, shape, places, (place, context) => pullRisks(own, place, context));
  },
};
