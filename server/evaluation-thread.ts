import { parentPort } from 'node:worker_threads';
import { digest } from './digest.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedValues, PreviewTask, TaskDone, ThreadTask } from './jobs/evaluations.ts';
import { onlyWanted, wantedIn } from './jobs/grid.ts';
import { buffersOf, packed, type PackedValues } from './jobs/packed-values.ts';
import { madeOf, previewOf, type PreviewMade } from './jobs/preview.ts';
import { SharedWorlds, type SharedWorld } from './jobs/shared-world.ts';
import { withinTime } from './jobs/turns.ts';
import { evaluate } from './kpi/evaluate.ts';

const worlds = new SharedWorlds(digest);
const port = parentPort;
let current: SharedWorld | null = null;

/** The thread behind Evaluator: one task after the other, whose overrun ends it from outside. */
port?.on('message', (task: ThreadTask) => {
  void answer(task).then(
    (done) => {
      const answered: TaskDone = { id: task.id, done, fault: null };
      port.postMessage(answered, handedOver(done));
    },
    (error: unknown) => port.postMessage({ id: task.id, done: null, fault: faultOf(error) } satisfies TaskDone),
  );
});

/** What is moved to the other thread instead of being copied. */
function handedOver(done: TaskDone['done']): ArrayBuffer[] {
  if (done === null) return [];
  if ('values' in done) return buffersOf(done);
  return done.diff === null ? [] : [done.diff.buffer];
}

async function answer(task: ThreadTask): Promise<PreviewMade | PackedValues | null> {
  if ('preview' in task) return previewFor(task.preview);
  if ('values' in task) return valuesFor(task.values);
  current = task.world;
  return null;
}

async function previewFor({ world: shared, entries, asked }: PreviewTask): Promise<PreviewMade> {
  const world = worlds.world(shared);
  const signal = withinTime(new AbortController().signal);
  const preview = await previewOf({
    world,
    organisation: world.organisation,
    definitions: { kpis: shared.kpis, entries },
    digest,
    signal,
    asked,
  });
  return madeOf(preview);
}

function valuesFor({ kpi: id, scopes, periods, wanted, digests }: AskedValues): PackedValues {
  if (current === null) throw new Error('there is no world to evaluate in');
  const world = worlds.world(current);
  const kpi = world.kpi(id);
  if (kpi === undefined) throw new Error(`the world has no KPI ${id}`);
  const made = evaluate(kpi, world, scopes, periods, digests, wantedIn({ scopes, periods, wanted }));
  return packed(onlyWanted(made, wanted), digests === 'at once');
}

const faultOf = (error: unknown): NonNullable<TaskDone['fault']> => ({
  code: error instanceof EngineError ? error.code : null,
  message:
    error instanceof Error ? (error instanceof EngineError ? error.message : (error.stack ?? error.message)) : String(error),
});
