import { parentPort } from 'node:worker_threads';
import { digest } from './digest.ts';
import { EngineError } from './jobs/engine.ts';
import type { AskedValues, PreviewTask, TaskDone, ThreadTask, ValuesMade } from './jobs/evaluations.ts';
import { onlyWanted, wantedIn } from './jobs/grid.ts';
import { buffersOf, packed } from './jobs/packed-values.ts';
import { madeOf, previewOf, type PreviewMade } from './jobs/preview.ts';
import { SharedWorlds, type SharedWorld } from './jobs/shared-world.ts';
import { withinTime } from './jobs/turns.ts';
import { evaluateEach, evaluateParts, evaluateShare } from './kpi/evaluate.ts';
import type { Kpi } from './kpi/kpi.ts';
import { buffersOfPart, type PassPart } from './kpi/pass-part.ts';
import type { World } from './kpi/world.ts';

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
  if ('values' in done) return done.values.flatMap(buffersOf);
  if ('share' in done) return buffersOfPart(done);
  return done.diff === null ? [] : [done.diff.buffer];
}

async function answer(task: ThreadTask): Promise<TaskDone['done']> {
  if ('preview' in task) return previewFor(task.preview);
  if ('values' in task) return valuesFor(task.values, task.parts);
  if ('share' in task) return shareFor(task.share, task.nth);
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

function valuesFor(asked: AskedValues, parts: readonly PassPart[] | null): ValuesMade {
  const { kpis, scopes, periods, digests } = asked;
  const world = knownWorld();
  const beside = kpis.map(({ id, wanted }) => ({ kpi: kpiOf(world, id), wanted: wantedIn({ scopes, periods, wanted }) }));
  const made =
    parts === null
      ? evaluateEach(beside, world, scopes, periods, digests)
      : beside.map(({ kpi, wanted }) => evaluateParts(kpi, world, scopes, periods, digests, wanted, parts));
  return { values: kpis.map(({ wanted }, at) => packed(onlyWanted(made[at] ?? [], wanted), digests === 'at once')) };
}

function shareFor({ kpis, scopes, periods, digests, shares: of }: AskedValues, nth: number): PassPart {
  const world = knownWorld();
  const [only, ...others] = kpis;
  if (only === undefined || others.length > 0) throw new Error('shares are of one KPI');
  return evaluateShare(kpiOf(world, only.id), world, scopes, periods, digests, { nth, of });
}

function knownWorld(): World {
  if (current === null) throw new Error('there is no world to evaluate in');
  return worlds.world(current);
}

function kpiOf(world: World, id: string): Kpi {
  const kpi = world.kpi(id);
  if (kpi === undefined) throw new Error(`the world has no KPI ${id}`);
  return kpi;
}

const faultOf = (error: unknown): NonNullable<TaskDone['fault']> => ({
  code: error instanceof EngineError ? error.code : null,
  message:
    error instanceof Error ? (error instanceof EngineError ? error.message : (error.stack ?? error.message)) : String(error),
});
