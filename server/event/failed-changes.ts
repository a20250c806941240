import { NEVER, type ItemColumns } from './columns.ts';
import type { Kind } from './kinds.ts';
import { once, type LazyFields } from './lazy-columns.ts';
import { blamesOf, namedRows, rowsNaming, textAt, toldLinks } from './links.ts';
import { standingIn } from './standing.ts';
import { suspectedFailures } from './suspected-changes.ts';

/**
 * What became of deployments (definitions.md, change failure rate). `change_failed`: evidence grade A, an
 * incident or ticket blames it, or B, a rollback or hotfix names it. `may_have_failed`: only weaker evidence
 * (grade C, suspectedFailures) speaks against it. A deployment fails once, however many blame it; cancelled
 * incidents and deployments blame none.
 */
export function deploymentFields(deployments: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): LazyFields {
  const certain = once(() => certainFailures(deployments, columnsFor('incident'), columnsFor('ticket'), columnsFor('link')));
  return {
    instants: { recovered: () => certain().recovered },
    numbers: {
      change_failed: () => certain().failed,
      rolled_back: () => certain().rolledBack,
      may_have_failed: () => {
        const suspected = new Float64Array(deployments.length);
        for (const { deployment } of suspectedFailures(deployments, columnsFor('incident'), columnsFor('link')))
          if (certain().failed[deployment] !== 1) suspected[deployment] = 1;
        return suspected;
      },
    },
  };
}

interface CertainFailures {
  readonly failed: Float64Array;
  readonly rolledBack: Float64Array;
  readonly recovered: Int32Array;
}

function certainFailures(
  deployments: ItemColumns,
  incidents: ItemColumns,
  tickets: ItemColumns,
  links: ItemColumns,
): CertainFailures {
  const { length } = deployments;
  const failed = new Float64Array(length);
  const { rolledBack, undoneAt } = undoneBy(deployments, links, failed);
  const recovered = new Int32Array(length).fill(NEVER);
  const isUnrestored = new Uint8Array(length);
  for (const columns of [incidents, tickets]) {
    const stands = standingIn(columns);
    const blames = blamesOf(columns, deployments, links);
    blames.rows.forEach((by, index) => {
      const row = blames.deployments[index] ?? -1;
      if (row < 0 || !stands(by)) return;
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
  return { failed, rolledBack, recovered };
}

/** Marks as failed what rollbacks and hotfixes name; says which were rolled back, and when the first rollback of each had finished. */
function undoneBy(
  deployments: ItemColumns,
  links: ItemColumns,
  failed: Float64Array,
): { readonly rolledBack: Float64Array; readonly undoneAt: Int32Array } {
  const rolledBack = new Float64Array(deployments.length);
  const undoneAt = new Int32Array(deployments.length).fill(NEVER);
  const stands = standingIn(deployments);
  const undo = (by: number, row: number): void => {
    if (row < 0 || by < 0 || row === by || !stands(by)) return;
    const purpose = textAt(deployments.codes['purpose'], by);
    if (purpose === 'release') return;
    failed[row] = 1;
    const outcome = textAt(deployments.codes['outcome'], by);
    if (purpose === 'hotfix' || (outcome !== null && outcome !== 'succeeded')) return;
    rolledBack[row] = 1;
    const finished = deployments.instants['finished']?.[by] ?? NEVER;
    if (finished !== NEVER && (undoneAt[row] === NEVER || finished < (undoneAt[row] ?? NEVER))) undoneAt[row] = finished;
  };
  const naming = rowsNaming(deployments, 'rolls_back');
  const named = namedRows(deployments, 'rolls_back', deployments, naming);
  naming.forEach((by, index) => {
    undo(by, named[index] ?? -1);
  });
  const told = toldLinks(links, 'rolls_back', deployments, deployments);
  told.from.forEach((by, index) => {
    undo(by, told.to[index] ?? -1);
  });
  return { rolledBack, undoneAt };
}
