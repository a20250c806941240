import { NEVER, type ItemColumns } from './columns.ts';
import { blamedRows, eachLink, linkedRows, resolverOf, textAt } from './links.ts';
import { suspectedFailures } from './suspected-changes.ts';

interface DeploymentFields {
  readonly instants: Record<string, Int32Array>;
  readonly numbers: Record<string, Float64Array>;
}

/**
 * What became of deployments (definitions.md, change failure rate). `change_failed`: evidence grade A, an
 * incident or ticket blames it, or B, a rollback or hotfix names it. `may_have_failed`: only weaker evidence
 * (grade C, suspectedFailures) speaks against it. A deployment fails once, however many blame it; cancelled
 * incidents and deployments blame none.
 */
export function deploymentFields(
  deployments: ItemColumns,
  incidents: ItemColumns,
  tickets: ItemColumns,
  links: ItemColumns,
): DeploymentFields {
  const { length } = deployments;
  const failed = new Float64Array(length);
  const rolledBack = new Float64Array(length);
  const recovered = new Int32Array(length).fill(NEVER);
  const undoneAt = new Int32Array(length).fill(NEVER);
  const isUnrestored = new Uint8Array(length);

  const undo = (by: number, row: number): void => {
    if (row < 0 || by < 0 || row === by || isCancelled(deployments, by)) return;
    const purpose = textAt(deployments.codes['purpose'], by);
    if (purpose === 'release') return;
    failed[row] = 1;
    const outcome = textAt(deployments.codes['outcome'], by);
    if (purpose === 'hotfix' || (outcome !== null && outcome !== 'succeeded')) return;
    rolledBack[row] = 1;
    const finished = deployments.instants['finished']?.[by] ?? NEVER;
    if (finished !== NEVER && (undoneAt[row] === NEVER || finished < (undoneAt[row] ?? NEVER))) undoneAt[row] = finished;
  };
  linkedRows(deployments, 'rolls_back', deployments).forEach((row, by) => {
    undo(by, row);
  });
  const resolve = resolverOf(deployments);
  eachLink(links, 'rolls_back', (from, to, source) => {
    undo(resolve(from, source), resolve(to, source));
  });

  for (const columns of [incidents, tickets]) {
    blamedRows(columns, deployments, links).forEach((row, by) => {
      if (row < 0 || isCancelled(columns, by)) return;
      failed[row] = 1;
      // Merged incidents are restored with the one they became part of.
      if (columns !== incidents || (columns.codes['merged_into']?.codes[by] ?? -1) >= 0) return;
      const restored = columns.instants['restored']?.[by] ?? NEVER;
      const isClosed = (columns.instants['closed']?.[by] ?? NEVER) !== NEVER;
      if (restored === NEVER) {
        // Closed without resolution, it says nothing of recovery, for or against.
        if (!isClosed) isUnrestored[row] = 1;
      } else recovered[row] = Math.max(recovered[row] ?? NEVER, restored);
    });
  }
  for (let row = 0; row < length; row += 1) {
    if (isUnrestored[row] === 1) recovered[row] = NEVER;
    else if (recovered[row] === NEVER) recovered[row] = undoneAt[row] ?? NEVER;
  }
  const suspected = new Float64Array(length);
  for (const { deployment } of suspectedFailures(deployments, incidents, links))
    if (failed[deployment] !== 1) suspected[deployment] = 1;
  return { instants: { recovered }, numbers: { change_failed: failed, may_have_failed: suspected, rolled_back: rolledBack } };
}

const isCancelled = (columns: ItemColumns, row: number): boolean => (columns.instants['cancelled']?.[row] ?? NEVER) !== NEVER;
