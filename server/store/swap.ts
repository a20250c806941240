import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { syncFile, syncFolder } from './files.ts';

/** Where a restored database is made. What is left of one that was stopped is worth nothing. */
const STAGING = 'restoring';
/** The same folder once everything in it was checked and is on the disk: from then on it takes its place. */
const READY = 'restored';
/** In it, a name a line: the folder for what is replaced, then the files to put in place. */
const PLAN = 'plan';

export const isSwapPending = (folder: string): boolean => existsSync(join(folder, READY));

/** An empty folder beside the database, on the same disk. */
export function stagingFolder(folder: string): string {
  const staging = join(folder, STAGING);
  dropStaging(folder);
  mkdirSync(staging, { mode: 0o700 });
  return staging;
}

export function dropStaging(folder: string): void {
  rmSync(join(folder, STAGING), { recursive: true, force: true });
}

/**
 * Puts files of the staging folder in the place of those of the same name. What they replace goes into
 * a folder of its own; nothing is deleted. One rename decides: before it all is as it was, after it
 * `finishSwap` does the rest, here or when the database is opened next.
 * @param aside name of the folder for what is replaced
 * @returns the path of that folder, or null where nothing was in the way
 */
export function swapIn(folder: string, files: readonly string[], aside: string): string | null {
  const staging = join(folder, STAGING);
  writeFileSync(join(staging, PLAN), [aside, ...files].join('\n'), { mode: 0o600 });
  for (const name of [...files, PLAN]) syncFile(join(staging, name));
  syncFolder(staging);
  renameSync(staging, join(folder, READY));
  syncFolder(folder);
  return finishSwap(folder);
}

/** Completes a swap that was decided; does nothing where there is none. The caller holds the folder. */
export function finishSwap(folder: string): string | null {
  const ready = join(folder, READY);
  if (!existsSync(ready)) return null;
  // The plan was there before the folder had this name; without it only cleaning up is left.
  const plan = existsSync(join(ready, PLAN))
    ? readFileSync(join(ready, PLAN), 'utf8')
        .split('\n')
        .map((name) => basename(name))
    : [];
  const [asideName, ...files] = plan;
  const aside = asideName === undefined ? null : join(folder, asideName);
  for (const name of files) {
    if (aside === null || !existsSync(join(ready, name))) continue;
    // With their journals: one that stayed would be taken for the new file's.
    for (const old of [name, `${name}-wal`, `${name}-shm`]) moveAside(join(folder, old), aside);
    syncFolder(folder);
    renameSync(join(ready, name), join(folder, name));
    syncFolder(folder);
  }
  rmSync(ready, { recursive: true });
  syncFolder(folder);
  return aside !== null && existsSync(aside) ? aside : null;
}

function moveAside(file: string, aside: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.size === 0) return;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  renameSync(file, join(aside, basename(file)));
  syncFolder(aside);
}
