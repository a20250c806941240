import type { Kind } from '../../event/kinds.ts';
import { parseWhere, SAYS } from '../aws/attribution.ts';
import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import type { Settings } from '../settings.ts';
import { actionsFor } from './actions.ts';
import { ALARM_NAMES } from './names.ts';
import type { PagingRule } from './facts.ts';
import { probeAlarms } from './probes.ts';
import { pullAlarms, type AlarmsSettings } from './pull.ts';

/** `type: cloudwatch-alarms`: episodes of alarms as alerts, from the history of their states. */
export const cloudWatchAlarmsAdapter: Adapter = {
  type: 'cloudwatch-alarms',
  keys: [...PLACE_KEYS, 'protocol', 'alarms', 'tags', 'dimensions', 'pages'],
  parse: (entry) => {
    const { id: source, settings } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'alarms', ALARM_NAMES, SAYS);
    const tags = parseWhere(settings, 'tags');
    const dimensions = parseWhere(settings, 'dimensions');
    const paging = parsePaging(settings);
    if (places === null || rules === null || tags === null || dimensions === null || paging === undefined) return null;
    const own: AlarmsSettings = {
      source,
      rules,
      where: { tags, dimensions },
      paging,
      digest: settingsDigest(['alarms', 'tags', 'dimensions', 'pages'].map((key) => settings.raw(key) ?? null)),
    };
    const kinds: Kind[] = paging === null ? ['alert'] : ['alert', 'page'];
    return placeSource(
      entry,
      {
        type: 'cloudwatch-alarms',
        kinds,
        series: [],
        actions: actionsFor(own.where),
        check: (checking) => probeAlarms(checking, own.where),
      },
      places,
      (place, context) => pullAlarms(own, place, context),
    );
  },
};

/** `pages: { alarms: ['*-page'], no_action_within: 5 minutes }`. Null without it, undefined where it is wrong. */
export function parsePaging(settings: Settings): PagingRule | null | undefined {
  if (!settings.has('pages')) return null;
  const section = settings.section('pages');
  if (section === null) return undefined;
  section.expect(['alarms', 'no_action_within']);
  const alarms = section.texts('alarms');
  const noActionWithinMs = section.duration('no_action_within');
  if (!section.has('alarms'))
    section.fault(null, "'alarms' is missing", "Write the names of alarms that call a person: alarms: ['*-page']");
  if (alarms === null || (noActionWithinMs === null && section.has('no_action_within'))) return undefined;
  return { alarms, noActionWithinMs };
}
