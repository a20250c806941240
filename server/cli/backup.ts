import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { storeConfigOf, version } from '../main.ts';
import { keyFileOf } from '../pseudonym.ts';
import { rowsIn } from '../store/backup-read.ts';
import { writeBackup } from '../store/backup.ts';
import { plural } from './table.ts';
import type { Verb } from './terminal.ts';

export const backup: Verb = {
  name: 'backup',
  usage: 'backup FILE',
  summary:
    'Writes the whole database, as it is at one moment, into one file that restores into SQLite or PostgreSQL, and reads it back. Works beside a running server. The file holds the key of the pseudonyms, so it is for its owner alone; KPI files are not in it.',
  flags: {},
  positionals: { least: 1, most: 1 },
  async run({ terminal, config, positionals, isJson }) {
    const file = resolve(positionals[0] ?? '');
    const keyFile = keyFileOf(config.dataFolder);
    const pseudonymKey = existsSync(keyFile) ? readFileSync(keyFile, 'utf8') : null;
    const startedAt = terminal.clock();
    const header = await writeBackup(storeConfigOf(config), file, {
      version,
      pseudonymKey,
      now: terminal.clock,
      onProgress: (step, done, of) => terminal.progress(`${step}: ${done} of ${plural(of, 'row')}`),
    });
    const seconds = (terminal.clock() - startedAt) / 1000;
    const bytes = statSync(file).size;
    const rows = rowsIn(header);
    const { at, watermark, engine } = header;
    if (isJson) {
      terminal.out(
        JSON.stringify({
          file,
          bytes,
          rows,
          tables: header.tables.length,
          at,
          watermark,
          engine,
          hasPseudonymKey: pseudonymKey !== null,
          seconds,
        }),
      );
    } else {
      terminal.out(
        `${file}: ${plural(rows, 'row')} of ${plural(header.tables.length, 'table')} up to batch ${watermark}, ${(bytes / 1e6).toFixed(1)} MB, written and read back in ${seconds.toFixed(1)} s.`,
      );
      if (pseudonymKey !== null)
        terminal.out('It holds the key of the pseudonyms: keep it as private as the data folder (its mode is 0600).');
    }
    if (pseudonymKey === null) {
      terminal.err(
        `There is no ${keyFile}, so the key of the pseudonyms is not in the backup: run this where the server runs, or keep that file yourself. Without it the same people get other pseudonyms.`,
      );
    }
    return 0;
  },
};
