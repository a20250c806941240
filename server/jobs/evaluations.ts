import type { EngineErrorCode } from './engine.ts';
import type { CatalogueEntry } from './engine.ts';
import type { PreviewAsked, PreviewMade } from './preview.ts';
import type { PassPart } from '../kpi/pass-part.ts';
import type { Digests } from '../kpi/world.ts';
import type { Grid } from './grid.ts';
import type { PackedValues } from './packed-values.ts';
import type { SharedWorld } from './shared-world.ts';

/** A preview, to be made in another thread. */
export interface PreviewTask {
  readonly world: SharedWorld;
  readonly entries: readonly CatalogueEntry[];
  readonly asked: PreviewAsked;
}

/** Values of KPIs of a world: of each scope, of each period, where they are wanted. */
export interface AskedValues extends Omit<Grid, 'kpi' | 'wanted'> {
  readonly kpis: readonly AskedKpi[];
  readonly digests: Digests;
  /** In how many shares of its rows the only one is evaluated, by several threads; 1 for those that one thread evaluates alone. */
  readonly shares: number;
  /** What it looks for: those that look for the same in the same scopes and periods are evaluated together. Null where no other does. */
  readonly alike: string | null;
  /** About how long it takes, as against others: the longest are begun first. */
  readonly cost: number;
}

export interface AskedKpi extends Pick<Grid, 'wanted'> {
  readonly id: string;
}

/** Of each KPI, in the order in which they were asked for. */
export interface ValuesMade {
  readonly values: readonly PackedValues[];
}

/** What a thread is told to do; a world stays for what follows. */
export type ThreadTask =
  | { readonly id: number; readonly preview: PreviewTask }
  | { readonly id: number; readonly world: SharedWorld }
  | { readonly id: number; readonly share: AskedValues; readonly nth: number }
  /** `parts`: what all shares found; null where it is evaluated at once. */
  | { readonly id: number; readonly values: AskedValues; readonly parts: readonly PassPart[] | null };

export interface TaskDone {
  readonly id: number;
  readonly done: PreviewMade | ValuesMade | PassPart | null;
  /** Why there is none; without a code it is a fault of ours. */
  readonly fault: { readonly code: EngineErrorCode | null; readonly message: string } | null;
}

/** Evaluates beside the thread that serves requests, over memory that both see. */
export interface Evaluations {
  /**
   * Nothing that it looks at may change until this resolves or throws.
   * @throws EngineError
   */
  preview(task: PreviewTask, signal: AbortSignal): Promise<PreviewMade>;
  /**
   * In several threads, each of which takes the costliest that waits. Nothing that they look at may change until this
   * resolves or throws.
   * @throws EngineError
   */
  values(world: SharedWorld, asked: AskedValues): Promise<ValuesMade>;
  /** How many threads that is. */
  readonly threads: number;
}
