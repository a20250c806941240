import type { ItemColumns } from '../../server/event/columns.ts';
import { columnsOf } from '../../server/event/columns-of.ts';
import type { Kind } from '../../server/event/kinds.ts';
import { hashesOf } from '../../server/event/uid-hash.ts';
import { makeDeployments, type FlatDeployments } from './deployments.ts';
import { makePages, makeShifts, type FlatPages } from './pages.ts';
import type { Size } from './size.ts';
import { makeTickets, type FlatQueue, type FlatTickets } from './tickets.ts';

/** The same facts twice: as columns, and flat as an analyst would lay them out for SQL. */
export interface Data {
  readonly columns: (kind: Kind) => ItemColumns;
  readonly tickets: FlatTickets;
  readonly queue: FlatQueue;
  readonly deployments: FlatDeployments;
  readonly pages: FlatPages;
}

/** Seeded: the same size gives the same facts everywhere. */
export function makeData(size: Size): Data {
  const tickets = makeTickets(size);
  const deployments = makeDeployments(size);
  const pages = makePages(size);
  const made = [tickets.columns, deployments.columns, pages.columns, makeShifts(size)];
  // As tables hold them, which keep the hash of each uid beside it.
  const known = new Map(made.map((columns) => [columns.kind, { ...columns, hashes: hashesOf(columns) }]));
  return {
    columns: (kind) => known.get(kind) ?? columnsOf(kind, []),
    tickets: tickets.flat,
    queue: tickets.queue,
    deployments: deployments.flat,
    pages: pages.flat,
  };
}
