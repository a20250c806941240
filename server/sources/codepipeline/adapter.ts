import { PLACE_KEYS, parsePlaces } from '../aws/place.ts';
import { placeSource } from '../aws/place-source.ts';
import { parseRules } from '../aws/rules.ts';
import { settingsDigest } from '../aws/told.ts';
import type { Adapter } from '../config.ts';
import { ACTIONS } from './actions.ts';
import { aboutDeploying } from './facts.ts';
import { probePipelines } from './probes.ts';
import { parseHandover } from './handover.ts';
import { pullPipelines, type CodePipelineSettings } from './pull.ts';

/** CodePipeline keeps twelve months. */
const HISTORY_MS = 365 * 24 * 3_600_000;
const NAMES = ['pipeline', 'stage', 'action', 'provider', 'category'];

/** `type: codepipeline`: what deploy actions of AWS CodePipeline brought where, and what they roll back. */
export const codePipelineAdapter: Adapter = {
  type: 'codepipeline',
  keys: [...PLACE_KEYS, 'pipelines', 'history', 'codedeploy'],
  parse: (entry) => {
    const { id, settings, others } = entry;
    const places = parsePlaces(settings);
    const rules = parseRules(settings, 'pipelines', NAMES, ['service', 'team', 'environment', 'purpose']);
    const historyMs = settings.has('history') ? settings.duration('history') : HISTORY_MS;
    const handover = parseHandover(settings, others);
    if (places === null || rules === null || historyMs === null || handover === undefined) return null;
    const digest = settingsDigest([settings.raw('pipelines') ?? null, handover]);
    const own: CodePipelineSettings = { source: id, rules: aboutDeploying(rules), handover, historyMs, digest };
    const shape = {
      type: 'codepipeline',
      kinds: ['deployment', 'link'],
      series: [],
      actions: ACTIONS,
      check: probePipelines,
    } as const;
    return placeSource(entry, shape, places, (place, context) => pullPipelines(own, place, context));
  },
};
