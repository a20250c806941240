import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { probeIncidents } from './probes.ts';
import { pullIncidents, type IncidentManagerSettings } from './pull.ts';

/** `type: incident-manager`: incidents of AWS Systems Manager Incident Manager, for those who still have it. */
export const incidentManagerAdapter: Adapter = {
  type: 'incident-manager',
  keys: [...PLACE_KEYS, 'incidents'],
  parse: (entry) => {
    const { id, settings } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'incidents', ['plan', 'title'], ['service', 'team']);
    if (places === null || rules === null) return null;
    const own: IncidentManagerSettings = { source: id, rules, digest: settingsDigest(settings.raw('incidents') ?? null) };
    const shape = { type: 'incident-manager', kinds: ['incident'], series: [], actions: ACTIONS, check: probeIncidents } as const;
    return placeSource(entry, shape, places, (place, context) => pullIncidents(own, place, context));
  },
};
