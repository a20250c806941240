import { parentPort } from 'node:worker_threads';
import { digest } from './digest.ts';
import { EngineError } from './jobs/engine.ts';
import type { PreviewTask, TaskDone } from './jobs/evaluations.ts';
import { previewOf } from './jobs/preview.ts';
import { SharedWorlds } from './jobs/shared-world.ts';
import { withinTime } from './jobs/turns.ts';

const worlds = new SharedWorlds(digest);
const port = parentPort;

/** The thread behind Evaluator: one task after the other, whose overrun ends it from outside. */
port?.on('message', ({ id, task }: { readonly id: number; readonly task: PreviewTask }) => {
  void answer(task).then(
    (preview) => port.postMessage({ id, preview, fault: null } satisfies TaskDone),
    (error: unknown) => port.postMessage({ id, preview: null, fault: faultOf(error) } satisfies TaskDone),
  );
});

function answer({ world: shared, entries, asked }: PreviewTask) {
  const world = worlds.world(shared);
  const signal = withinTime(new AbortController().signal);
  return previewOf({
    world,
    organisation: world.organisation,
    definitions: { kpis: shared.kpis, entries },
    digest,
    signal,
    asked,
  });
}

const faultOf = (error: unknown): NonNullable<TaskDone['fault']> => ({
  code: error instanceof EngineError ? error.code : null,
  message:
    error instanceof Error ? (error instanceof EngineError ? error.message : (error.stack ?? error.message)) : String(error),
});
