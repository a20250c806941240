import { SAYS } from '../aws/attribution.ts';
import { PLACE_KEYS, parsePlaces, type AwsPlace } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import type { Settings } from '../settings.ts';
import { ACTIONS } from './actions.ts';
import { HEALTH_NAMES, type HealthGives, type HealthRules } from './facts.ts';
import { probeHealth } from './probes.ts';
import { HEALTH_REGION, pullHealth, type HealthAccount, type HealthSettings } from './pull.ts';

/** `type: aws-health`: issues of AWS as alerts, changes that it schedules as tickets. */
export const awsHealthAdapter: Adapter = {
  type: 'aws-health',
  keys: [...PLACE_KEYS, 'events', 'gives'],
  parse: (entry) => {
    const { id: source, settings } = entry;
    const places = parsePlaces(settings);
    const own = parseHealth(settings);
    if (places === null || own === null) return null;
    const accounts = accountsOf(places);
    const digest = settingsDigest([settings.raw('events'), settings.raw('gives'), settings.raw('regions')]);
    const full: HealthSettings = { ...own, source, digest };
    return placeSource(
      entry,
      { type: 'aws-health', kinds: healthKinds(own), series: [], actions: ACTIONS, check: probeHealth },
      [...accounts.keys()],
      (place, context) => pullHealth(full, { place, regions: accounts.get(place) ?? [] } satisfies HealthAccount, context),
    );
  },
};

const CATEGORIES = ['issue', 'scheduledChange', 'accountNotification'] as const;

/** `events:` with rules, `gives: { accountNotification: ticket }`. Null where something is wrong, which is reported. */
export function parseHealth(settings: Settings): HealthRules | null {
  const rules = parseRules(settings, 'events', HEALTH_NAMES, SAYS);
  const gives = new Map<string, HealthGives>([
    ['issue', 'alert'],
    ['scheduledChange', 'ticket'],
  ]);
  if (!settings.has('gives')) return rules === null ? null : { rules, gives };
  const section = settings.section('gives');
  if (section === null) return null;
  section.expect(CATEGORIES);
  for (const category of CATEGORIES) {
    if (!section.has(category)) continue;
    const given = section.oneOf(category, ['alert', 'ticket', 'nothing']);
    if (given === null) return null;
    gives.set(category, given);
  }
  return rules === null ? null : { rules, gives };
}

export const healthKinds = ({ gives }: HealthRules): ('alert' | 'ticket')[] =>
  [...new Set(gives.values())].flatMap((given) => (given === 'nothing' ? [] : [given]));

/** One question an account, for all of its Regions. */
function accountsOf(places: readonly AwsPlace[]): Map<AwsPlace, string[]> {
  const accounts = new Map<string, { readonly place: AwsPlace; readonly regions: string[] }>();
  for (const place of places) {
    const name = place.account ?? '';
    const known = accounts.get(name);
    if (known === undefined)
      accounts.set(name, {
        place: { ...place, region: HEALTH_REGION, name: place.account ?? HEALTH_REGION },
        regions: [place.region],
      });
    else known.regions.push(place.region);
  }
  return new Map([...accounts.values()].map(({ place, regions }) => [place, regions]));
}
