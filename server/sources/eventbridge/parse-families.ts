import type { Kind } from '../../event/kinds.ts';
import { suggestion } from '../../kpi/spelling.ts';
import { parseWhere, SAYS } from '../aws/attribution.ts';
import { parseRules } from '../aws/rules.ts';
import { healthKinds, parseHealth } from '../aws-health/adapter.ts';
import { parsePaging } from '../cloudwatch-alarms/adapter.ts';
import { ALARM_NAMES } from '../cloudwatch-alarms/names.ts';
import { aboutDeploying } from '../codepipeline/facts.ts';
import { parseHandover } from '../codepipeline/handover.ts';
import type { SourceEntry } from '../config.ts';
import { OPS_ITEM_NAMES } from '../opscenter/read.ts';
import type { Settings } from '../settings.ts';
import type { Families } from './families.ts';

export const FAMILIES = ['alarms', 'ops_items', 'deployments', 'pipelines', 'health'] as const;
type FamilyName = (typeof FAMILIES)[number];

/** Types of the sources that poll the same. */
const POLLED_BY: Readonly<Record<FamilyName, string>> = {
  alarms: 'cloudwatch-alarms',
  ops_items: 'opscenter',
  deployments: 'codedeploy',
  pipelines: 'codepipeline',
  health: 'aws-health',
};
const DEPLOYED = ['service', 'team', 'environment', 'purpose'];

interface Parsed {
  readonly families: Families;
  /** Of what belongs to no source that polls it. */
  readonly kinds: readonly Kind[];
}

/** What is read, and whose facts those are. Null where it is wrong, which is reported. */
export function parseFamilies({ settings, id: own, others }: SourceEntry): Parsed | null {
  const given = FAMILIES.filter((name) => settings.has(name));
  if (given.length === 0)
    return settings.fault(
      null,
      'this source is not told which events to read',
      `Add one or more of ${FAMILIES.join(', ')}, such as 'alarms: { source: alarms }' with the id of the source that polls them`,
    );
  const kinds = new Set<Kind>();
  let isSound = true;
  /** Reads a section; what it holds is null where it is absent or wrong. */
  const family = <Value>(
    name: FamilyName,
    keys: readonly string[],
    read: (section: Settings) => { readonly value: Value; readonly kinds: readonly Kind[] } | null,
  ): (Value & { readonly source: string; readonly isPolled: boolean }) | null => {
    if (!settings.has(name)) return null;
    const section = settings.section(name);
    section?.expect(['source', ...keys]);
    const found = section === null ? null : read(section);
    const source = section === null ? null : parseSource(section, name, own, others);
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
    pipelines: family('pipelines', ['pipelines', 'codedeploy'], (section) => {
      const rules = parseRules(section, 'pipelines', ['pipeline', 'stage', 'action', 'provider', 'category'], DEPLOYED);
      const handover = parseHandover(section, others);
      if (rules === null || handover === undefined) return null;
      // Deployments of CodeDeploy are told here as well, by events of its own.
      const isHandedOver = handover !== null || (settings.has('deployments') && !section.has('codedeploy'));
      return { value: { rules: aboutDeploying(rules), isHandedOver }, kinds: ['deployment', 'link'] };
    }),
    health: family('health', ['events', 'gives'], (section) => {
      const rules = parseHealth(section);
      return rules === null ? null : { value: rules, kinds: healthKinds(rules) };
    }),
  };
  return isSound ? { families, kinds: [...kinds] } : null;
}

/** The source that polls the same; null where none is named, or a wrong one, which is reported. */
function parseSource(section: Settings, name: FamilyName, own: string, others: SourceEntry['others']): string | null {
  const source = section.text('source');
  if (source === null || source === own) return source;
  const wanted = POLLED_BY[name];
  const ids = [...others].flatMap(([id, type]) => (type === wanted ? id : []));
  const type = others.get(source);
  if (type === wanted) return source;
  return section.fault(
    'source',
    type === undefined
      ? `there is no source '${source}' in this file`
      : `'${source}' is of type ${type ?? 'none'}, which does not poll what ${name} tells`,
    ids.length > 0
      ? suggestion(source, ids)
      : `Add a source of type ${wanted}, or leave 'source' out: then these facts are this source's own`,
  );
}
