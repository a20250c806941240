import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { probeDeployments } from './probes.ts';
import { pullDeployments, type CodeDeploySettings } from './pull.ts';

const DAY_MS = 24 * 3_600_000;
/** As long as CloudWatch keeps metrics: a year to compare with, and a quarter. */
const HISTORY_MS = 455 * DAY_MS;

/** `type: codedeploy`: deployments of AWS CodeDeploy, and what they roll back. */
export const codeDeployAdapter: Adapter = {
  type: 'codedeploy',
  keys: [...PLACE_KEYS, 'applications', 'history'],
  parse: (entry) => {
    const { id, settings } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'applications', ['application', 'group'], ['service', 'team', 'environment', 'purpose']);
    const historyMs = settings.has('history') ? settings.duration('history') : HISTORY_MS;
    if (places === null || rules === null || historyMs === null) return null;
    const own: CodeDeploySettings = {
      source: id,
      rules,
      historyMs,
      digest: settingsDigest(settings.raw('applications') ?? null),
    };
    const shape = {
      type: 'codedeploy',
      kinds: ['deployment', 'link'],
      series: [],
      actions: ACTIONS,
      check: probeDeployments,
    } as const;
    return placeSource(entry, shape, places, (place, context) => pullDeployments(own, place, context));
  },
};
