import type { Event } from '../../event/event.ts';
import type { Instant } from '../../time/period.ts';
import { AlarmMemory } from '../cloudwatch-alarms/episodes.ts';
import type { BusEvent } from './bus-event.ts';
import { alarmsSay, healthSays, opsItemsSay, pipelinesSay, type Families, type Said } from './families.ts';

const DAY_MS = 24 * 3_600_000;
/** Events that come so late still meet those that they belong between. */
const LATE_MS = DAY_MS;

/** What an event is to be: said, looked up at its service, passed over for there is no setting for it, or wrong. */
export type Reading =
  | { readonly is: 'said'; readonly events: readonly Event[] }
  | { readonly is: 'to look up'; readonly deployment: string }
  | { readonly is: 'passed over' }
  | { readonly is: 'wrong'; readonly why: string };

/** Makes facts of events, in any order. */
export class BusReader {
  readonly #families: Families;
  readonly #memories: Map<string, AlarmMemory>;
  #newestAt: Instant = -Infinity;

  readonly #now: Instant;

  constructor(families: Families, memories: Map<string, AlarmMemory>, now: Instant) {
    this.#now = now;
    this.#families = families;
    this.#memories = memories;
  }

  read(event: BusEvent): Reading {
    this.#newestAt = Math.max(this.#newestAt, Math.min(event.at, this.#now));
    const { alarms, opsItems, deployments, pipelines, health } = this.#families;
    switch (event.type) {
      case 'CloudWatch Alarm State Change':
      case 'CloudWatch Alarm Configuration Change':
        return alarms === null ? PASSED_OVER : readingOf(alarmsSay(alarms, event, this.#memoryOf(event)));
      case 'OpsItem Create':
      case 'OpsItem Update':
        return opsItems === null ? PASSED_OVER : readingOf(opsItemsSay(opsItems, event));
      case 'AWS Health Event':
        return health === null ? PASSED_OVER : readingOf(healthSays(health, event));
      case 'CodePipeline Action Execution State Change':
        return pipelines === null ? PASSED_OVER : readingOf(pipelinesSay(pipelines, event));
      case 'CodeDeploy Deployment State-change Notification': {
        const { deploymentId } = event.detail;
        if (deployments === null) return PASSED_OVER;
        if (typeof deploymentId !== 'string') return { is: 'wrong', why: "it does not name its deployment ('deploymentId')" };
        return ENDED.has(String(event.detail['state']))
          ? { is: 'to look up', deployment: deploymentId }
          : { is: 'said', events: [] };
      }
      case 'Scheduled Event':
        // A rule with a schedule keeps a webhook warm: that it comes is all that it says.
        return { is: 'said', events: [] };
      default:
        // Stages and whole pipelines come beside the actions that say it better.
        return /^CodePipeline (?:Pipeline|Stage) /.test(event.type) && pipelines !== null
          ? { is: 'said', events: [] }
          : PASSED_OVER;
    }
  }

  /** What alarms did long before the newest event is forgotten, unless it still goes on. A queue may have waited for days. */
  forget(): void {
    for (const [home, memory] of this.#memories) {
      memory.forget(this.#newestAt - LATE_MS);
      if (memory.all().length === 0) this.#memories.delete(home);
    }
  }

  #memoryOf({ account, region }: BusEvent): AlarmMemory {
    const home = `${account} ${region}`;
    const memory = this.#memories.get(home) ?? new AlarmMemory();
    this.#memories.set(home, memory);
    return memory;
  }
}

const PASSED_OVER: Reading = { is: 'passed over' };
const ENDED = new Set(['SUCCESS', 'FAILURE', 'STOP']);

const readingOf = (said: Said): Reading => (typeof said === 'string' ? { is: 'wrong', why: said } : { is: 'said', events: said });
