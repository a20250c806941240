import type { Event, Sample } from '../../event/event.ts';
import { dimensionsText } from '../aws/dimensions.ts';
import { ruleFor, type Rule } from '../aws/rules.ts';
import { asItStands } from '../aws/told.ts';
import type { Reject } from '../source.ts';
import { isRunning, wasHalted, type Experiment } from './experiment.ts';

/** One point an experiment, by outcome: `level { series: fis-experiments }`. */
export const SERIES = 'fis-experiments';

export interface ExperimentFacts {
  readonly events: readonly Event[];
  readonly samples: readonly Sample[];
  readonly rejects: readonly Reject[];
}

const OUTCOMES: readonly string[] = ['completed', 'stopped', 'halted'];
const NOTHING: ExperimentFacts = { events: [], samples: [], rejects: [] };

/** An experiment that was held is a game day; one that never began, or that could not be made, is none. */
export function experimentFacts(source: string, place: string, rules: readonly Rule[], experiment: Experiment): ExperimentFacts {
  const { id, template, status, reason, startedAt, endedAt, tags } = experiment;
  const rule = ruleFor(rules, { template, name: tags.get('Name') });
  if (rule?.isLeftOut === true || isRunning(experiment)) return NOTHING;
  const odd = (told: string): Reject[] => [{ place: `${place}, experiment ${id}`, reason: told, fix: null, isKept: true }];
  if (startedAt === null) return NOTHING;
  if (status === 'failed') return { ...NOTHING, rejects: odd(`it failed, and is no game day: ${reason}`) };
  const service = rule?.says['service'] ?? tagOf(tags, 'service');
  const team = rule?.says['team'] ?? tagOf(tags, 'team');
  // As sessions have it; a status that is new to us is told by the series alone.
  const outcome = wasHalted(experiment) ? 'halted' : status === 'cancelled' ? 'stopped' : status;
  const isKnown = OUTCOMES.includes(outcome);
  return {
    events: [
      asItStands({
        source,
        kind: 'session',
        item: id,
        at: startedAt,
        fields: { type: 'game day', held: startedAt, service, team, outcome: isKnown ? outcome : undefined },
      }),
    ],
    samples: [
      {
        source,
        series: SERIES,
        dimensions: dimensionsText({ outcome, service, team, template }),
        statistic: 'sum',
        at: endedAt ?? startedAt,
        value: 1,
      },
    ],
    rejects: wasHalted(experiment) ? odd(`a stop condition ended it: ${reason}`) : [],
  };
}

/** Of tags, whichever way they are written: `team`, `Team`. */
const tagOf = (tags: ReadonlyMap<string, string>, name: string): string | undefined =>
  [...tags].find(([tag, value]) => tag.toLowerCase() === name && value !== '')?.[1];
