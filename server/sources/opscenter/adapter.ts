import { parseWhere, SAYS } from '../aws/attribution.ts';
import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { probeOpsItems } from './probes.ts';
import { pullOpsItems, type OpsCenterSettings } from './pull.ts';
import { OPS_ITEM_NAMES } from './read.ts';

/** `type: opscenter`: OpsItems of Systems Manager as tickets, or as incidents. */
export const opsCenterAdapter: Adapter = {
  type: 'opscenter',
  keys: [...PLACE_KEYS, 'gives', 'items', 'operational_data'],
  parse: (entry) => {
    const { id: source, settings } = entry;
    const places = parsePlaces(settings);
    const kind = settings.has('gives') ? settings.oneOf('gives', ['ticket', 'incident']) : 'ticket';
    const rules = parseRules(settings, 'items', OPS_ITEM_NAMES, SAYS);
    const data = parseWhere(settings, 'operational_data');
    if (places === null || kind === null || rules === null || data === null) return null;
    const own: OpsCenterSettings = {
      source,
      kind,
      rules,
      data,
      digest: settingsDigest([kind, settings.raw('items'), settings.raw('operational_data')]),
    };
    return placeSource(
      entry,
      { type: 'opscenter', kinds: [kind], series: [], actions: ACTIONS, check: probeOpsItems },
      places,
      (place, context) => pullOpsItems(own, place, context),
    );
  },
};
