import type { Event } from '../../event/event.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { asItStands, takenBack } from '../aws/told.ts';
import type { Reject } from '../source.ts';
import { isRunning, wasHalted, type Experiment } from './experiment.ts';

export interface ExperimentFacts {
  readonly events: readonly Event[];
  readonly rejects: readonly Reject[];
}

const NOTHING: ExperimentFacts = { events: [], rejects: [] };
/** As sessions have it; of a status that is new to us nothing is said. */
const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['completed', 'completed'],
  ['stopped', 'stopped'],
  ['cancelled', 'stopped'],
]);

/**
 * An experiment that was held is a game day; one that never began, or that could not be made, is none.
 * @param retoldAt when rules were changed, 0 until they were: what is left out by now may have been told before
 */
export function experimentFacts(
  source: string,
  place: string,
  rules: readonly Rule[],
  experiment: Experiment,
  retoldAt = 0,
): ExperimentFacts {
  const { id: item, template, status, reason, startedAt, tags } = experiment;
  const rule = ruleFor(rules, { template, name: tags.get('Name') });
  if (isRunning(experiment) || startedAt === null) return NOTHING;
  const of = { source, kind: 'session', item, at: startedAt } as const;
  if (rule?.isLeftOut === true) return startedAt < retoldAt ? { ...NOTHING, events: [takenBack(of, retoldAt)] } : NOTHING;
  const odd = (told: string): Reject[] => [{ place: `${place}, experiment ${item}`, reason: told, fix: null, isKept: true }];
  if (status === 'failed') return { ...NOTHING, rejects: odd(`it failed, and is no game day: ${reason}`) };
  const isHalted = wasHalted(experiment);
  const fields = {
    type: 'game day',
    held: startedAt,
    service: rule?.says['service'] ?? tagOf(tags, 'service'),
    team: rule?.says['team'] ?? tagOf(tags, 'team'),
    outcome: isHalted ? 'halted' : OUTCOMES.get(status),
  };
  return {
    events: [asItStands({ ...of, fields }, retoldAt)],
    rejects: isHalted ? odd(`a stop condition ended it: ${reason}`) : [],
  };
}

/** Of tags, whichever way they are written: `team`, `Team`. */
const tagOf = (tags: ReadonlyMap<string, string>, name: string): string | undefined =>
  [...tags].find(([tag, value]) => tag.toLowerCase() === name && value !== '')?.[1];
