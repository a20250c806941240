import type { Instant } from '../time/period.ts';
import { EPOCH_2000_MS, NEVER, type ItemColumns } from './columns.ts';
import { derivedColumns } from './derived-columns.ts';
import { secondsSince2000 } from './item-row.ts';
import { settleTies, sortedBy } from './row-order.ts';
import { codeOf, rowsWhere, secondsIn, standingIn } from './standing.ts';

/** How sources name the environment that customers use. */
export const PRODUCTION = 'production';

/** Rows of deployments that reached customers: to production, with success, and finished. */
export function releasesIn(deployments: ItemColumns): Int32Array {
  const { environment, outcome } = deployments.codes;
  const production = codeOf(environment, PRODUCTION);
  const succeeded = codeOf(outcome, 'succeeded');
  const finished = secondsIn(deployments, 'finished');
  const stands = standingIn(deployments);
  return rowsWhere(
    deployments,
    (row) =>
      environment?.codes[row] === production && outcome?.codes[row] === succeeded && finished(row) !== NEVER && stands(row),
  );
}

/**
 * One row a commit, for the first successful production deployment that holds it. Commits are told
 * apart by service and instant (to the millisecond); as many as an earlier deployment of that service held at an
 * instant are not new. `is_first` marks a service's first recorded deployment, which carries everything from
 * before. Those deployed before `since` are looked at and left out.
 */
export function deriveChanges(deployments: ItemColumns, since: Instant): ItemColumns {
  const commits = deployments.lists['commits'];
  const committedAt = commits?.columns['committed'];
  const finished = secondsIn(deployments, 'finished');
  const { codes: services, dictionary } = deployments.codes['service'] ?? { codes: new Int32Array(0), dictionary: [] };
  const unnamed = dictionary.indexOf('');
  const serviceOf = (row: number): number => {
    const code = services[row] ?? -1;
    return code === unnamed ? -1 : code;
  };
  const releases = releasesIn(deployments);
  const keys = new Int32Array(deployments.length);
  for (const row of releases) keys[row] = serviceOf(row);
  const rows = sortedBy(sortedBy(releases, deployments.instants['finished'] ?? []), keys);
  settleTies(rows, deployments.uids, (one, other) => keys[one] === keys[other] && finished(one) === finished(other));

  const sinceSecond = Math.floor((since - EPOCH_2000_MS) / 1000);
  const changes: Changes = { rows: [], commits: [], nths: [], isFirst: [] };
  let known = new Map<number, number>();
  let service = -2;
  for (const row of rows) {
    const isFirst = keys[row] !== service;
    if (isFirst) known = new Map<number, number>();
    service = keys[row] ?? -1;
    const isKept = finished(row) >= sinceSecond;
    let before = NaN;
    let nth = 0;
    for (let entry = commits?.start[row] ?? 0; entry < (commits?.start[row + 1] ?? 0); entry += 1) {
      const committed = committedAt?.[entry] ?? 0;
      // Commits come in order of time, so those of one instant are neighbours.
      nth = committed === before ? nth + 1 : 1;
      before = committed;
      if (nth <= (known.get(committed) ?? 0)) continue;
      known.set(committed, nth);
      if (!isKept) continue;
      changes.rows.push(row);
      changes.commits.push(committed);
      changes.nths.push(nth);
      changes.isFirst.push(isFirst ? 1 : 0);
    }
  }
  return changeColumns(deployments, changes);
}

/** In parallel lists, as there may be millions. */
interface Changes {
  readonly rows: number[];
  /** Epoch milliseconds. */
  readonly commits: number[];
  /** Which of the commits of its instant. */
  readonly nths: number[];
  readonly isFirst: number[];
}

function changeColumns(deployments: ItemColumns, changes: Changes): ItemColumns {
  const rows = Int32Array.from(changes.rows);
  const commits = Float64Array.from(changes.commits);
  const nths = Int32Array.from(changes.nths);
  const deployed = rows.map((row) => deployments.instants['finished']?.[row] ?? NEVER);
  return derivedColumns({
    kind: 'change',
    origin: deployments,
    rows,
    at: deployed,
    ending: (row) => `:${commits[row] ?? 0}${nths[row] === 1 ? '' : `:${nths[row] ?? 0}`}`,
    instants: { committed: Int32Array.from(commits, secondsSince2000), deployed },
    numbers: { is_first: Float64Array.from(changes.isFirst) },
    codes: { environment: { dictionary: [PRODUCTION], codes: new Int32Array(rows.length) } },
  });
}
