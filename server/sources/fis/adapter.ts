import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { probeExperiments } from './probes.ts';
import { pullExperiments, type FisSettings } from './pull.ts';

/** `type: fis`: experiments of the AWS Fault Injection Service as game days. */
export const fisAdapter: Adapter = {
  type: 'fis',
  keys: [...PLACE_KEYS, 'experiments'],
  parse: (entry) => {
    const { id, settings } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'experiments', ['template', 'name'], ['service', 'team']);
    if (places === null || rules === null) return null;
    const own: FisSettings = { source: id, rules, digest: settingsDigest(settings.raw('experiments') ?? null) };
    const shape = { type: 'fis', kinds: ['session'], series: [], actions: ACTIONS, check: probeExperiments } as const;
    return placeSource(entry, shape, places, (place, context) => pullExperiments(own, place, context));
  },
};
