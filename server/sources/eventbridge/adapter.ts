import type { Kind } from '../../event/kinds.ts';
import { parseWhere, SAYS } from '../aws/attribution.ts';
import { dryRunOf } from '../aws/dry-run.ts';
import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { healthKinds, parseHealth } from '../aws-health/adapter.ts';
import { parsePaging } from '../cloudwatch-alarms/adapter.ts';
import { ALARM_NAMES } from '../cloudwatch-alarms/names.ts';
import { aboutDeploying } from '../codepipeline/facts.ts';
import type { Adapter } from '../config.ts';
import { OPS_ITEM_NAMES } from '../opscenter/read.ts';
import type { Settings } from '../settings.ts';
import { accessTo } from './actions.ts';
import type { Families } from './families.ts';
import { peekQueue, pullQueue } from './pull.ts';

const FAMILIES = ['alarms', 'ops_items', 'deployments', 'pipelines', 'health'] as const;
const DEPLOYED = ['service', 'team', 'environment', 'purpose'];

/** `type: eventbridge`: an SQS queue to which rules of EventBridge send events. */
export const eventBridgeAdapter: Adapter = {
  type: 'eventbridge',
  keys: [...PLACE_KEYS, 'queue', 'kms_key', ...FAMILIES],
  parse: (entry) => {
    const { settings } = entry;
    const places = parsePlaces(settings);
    const queue = parseQueue(settings);
    const kmsKey = parseKey(settings);
    const parsed = parseFamilies(settings, entry.id);
    if (places === null || queue === null || kmsKey === undefined || parsed === null) return null;
    const [place, ...others] = places;
    if (place === undefined || others.length > 0)
      return settings.fault(null, 'a queue is in one Region of one account', 'Write that one; each queue is a source of its own');
    const own = { queue, families: parsed.families };
    const shape = {
      type: 'eventbridge',
      kinds: parsed.kinds,
      series: [],
      ...accessTo(queue, kmsKey, parsed.families),
    };
    return {
      ...placeSource(entry, shape, places, (at, context) => pullQueue(own, at, context)),
      dryRun: (context, rows) => dryRunOf(peekQueue(own, place, context), rows),
    };
  },
};

function parseQueue(settings: Settings): string | null {
  const fix = "Write its address: 'queue: https://sqs.eu-central-1.amazonaws.com/111122223333/quarterdeck'";
  const queue = settings.requiredText('queue', fix);
  if (queue === null) return null;
  const url = URL.parse(queue);
  const isQueue =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && /^\/\d{12}\/[\w-]+(?:\.fifo)?$/.test(url.pathname);
  return isQueue ? queue : settings.fault('queue', `'${queue}' is no address of a queue`, fix);
}

/** Undefined where it is wrong, null without one. */
function parseKey(settings: Settings): string | null | undefined {
  const key = settings.text('kms_key');
  if (key === null) return settings.has('kms_key') ? undefined : null;
  if (/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)) return key;
  settings.fault('kms_key', `'${key}' is no key`, 'Write its ARN: arn:aws:kms:eu-central-1:111122223333:key/…, not an alias');
  return undefined;
}

interface Parsed {
  readonly families: Families;
  /** Of what belongs to no source that polls it. */
  readonly kinds: readonly Kind[];
}

function parseFamilies(settings: Settings, own: string): Parsed | null {
  const given = FAMILIES.filter((name) => settings.has(name));
  if (given.length === 0)
    return settings.fault(
      null,
      'this source is not told what to read from its queue',
      `Add one or more of ${FAMILIES.join(', ')}, such as 'alarms: { source: alarms }' with the id of the source that polls them`,
    );
  const kinds = new Set<Kind>();
  let isSound = true;
  /** Reads a section; what it holds is null where it is absent or wrong. */
  const family = <Value>(
    name: (typeof FAMILIES)[number],
    keys: readonly string[],
    read: (section: Settings) => { readonly value: Value; readonly kinds: readonly Kind[] } | null,
  ): (Value & { readonly source: string; readonly isPolled: boolean }) | null => {
    if (!settings.has(name)) return null;
    const section = settings.section(name);
    section?.expect(['source', ...keys]);
    const found = section === null ? null : read(section);
    const source = section?.text('source') ?? null;
    if (found === null || (source === null && section?.has('source') === true)) {
      isSound = false;
      return null;
    }
    const isPolled = source !== null && source !== own;
    if (!isPolled) for (const kind of found.kinds) kinds.add(kind);
    return { ...found.value, source: source ?? own, isPolled };
  };
  const families: Families = {
    alarms: family('alarms', ['alarms', 'tags', 'dimensions', 'pages'], (section) => {
      const rules = parseRules(section, 'alarms', ALARM_NAMES, SAYS);
      const [tags, dimensions] = [parseWhere(section, 'tags'), parseWhere(section, 'dimensions')];
      const paging = parsePaging(section);
      if (rules === null || tags === null || dimensions === null || paging === undefined) return null;
      return { value: { rules, where: { tags, dimensions }, paging }, kinds: paging === null ? ['alert'] : ['alert', 'page'] };
    }),
    opsItems: family('ops_items', ['gives', 'items'], (section) => {
      const rules = parseRules(section, 'items', OPS_ITEM_NAMES, SAYS);
      const kind = section.has('gives') ? section.oneOf('gives', ['ticket', 'incident']) : 'ticket';
      return rules === null || kind === null ? null : { value: { rules, kind }, kinds: [kind] };
    }),
    deployments: family('deployments', ['applications'], (section) => {
      const rules = parseRules(section, 'applications', ['application', 'group'], DEPLOYED);
      return rules === null ? null : { value: { rules }, kinds: ['deployment', 'link'] };
    }),
    pipelines: family('pipelines', ['pipelines'], (section) => {
      const rules = parseRules(section, 'pipelines', ['pipeline', 'stage', 'action', 'provider', 'category'], DEPLOYED);
      return rules === null ? null : { value: { rules: aboutDeploying(rules) }, kinds: ['deployment', 'link'] };
    }),
    health: family('health', ['events', 'gives'], (section) => {
      const rules = parseHealth(section);
      return rules === null ? null : { value: rules, kinds: healthKinds(rules) };
    }),
  };
  return isSound ? { families, kinds: [...kinds] } : null;
}
