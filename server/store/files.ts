import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Takes a file to the disk. */
export function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Takes the names in a folder to the disk: without that, a renamed file may have its old name after a power failure. */
export function syncFolder(folder: string): void {
  let descriptor;
  try {
    descriptor = openSync(folder, 'r');
  } catch (error) {
    // Windows does not open folders; it needs no such call either.
    if (process.platform === 'win32') return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
