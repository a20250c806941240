import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { DefinitionTools } from './definitions.ts';
import type { Evaluations } from './evaluations.ts';
import type { ShiftLinks } from './shift-link.ts';

/** What an engine works with; main.ts gives it, tests give their own. */
export interface EngineTools extends DefinitionTools {
  readonly store: Store;
  readonly kpiFolder: string;
  readonly clock: () => Instant;
  readonly pseudonym: (person: string) => string;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Version of the time zone data, e.g. `2026b`: what was cut by other rules is measured again. */
  readonly zoneData: string;
  /** Version of the rules of what may be told of people; those of this build where it is not given. */
  readonly privacyRules?: number;
  /** Names the code that makes columns of events: what another made is not used. */
  readonly columnsMaker: string;
  /** Another thread to evaluate in; without one it is done in this. */
  readonly evaluations?: Evaluations;
  /** From how many items on long histories are evaluated by those. */
  readonly manyItems?: number;
  /** Opens links to shifts; without it none opens. */
  readonly links?: ShiftLinks;
  /** Sources of this type make the organisation a demo. */
  readonly demoType: string;
}
