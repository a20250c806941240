import type { EngineErrorCode } from './engine.ts';
import type { CatalogueEntry } from './engine.ts';
import type { Preview, PreviewAsked } from './preview.ts';
import type { SharedWorld } from './shared-world.ts';

/** A preview, to be made in another thread. */
export interface PreviewTask {
  readonly world: SharedWorld;
  readonly entries: readonly CatalogueEntry[];
  readonly asked: PreviewAsked;
}

export interface TaskDone {
  readonly id: number;
  readonly preview: Preview | null;
  /** Why there is none; without a code it is a fault of ours. */
  readonly fault: { readonly code: EngineErrorCode | null; readonly message: string } | null;
}

/** Evaluates beside the thread that serves requests, over memory that both see. */
export interface Evaluations {
  /**
   * Nothing that it looks at may change until this resolves or throws.
   * @throws EngineError
   */
  preview(task: PreviewTask, signal: AbortSignal): Promise<Preview>;
}
