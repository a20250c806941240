import { resolve } from 'node:path';
import { storeConfigOf } from '../main.ts';
import { keyFileOf } from '../pseudonym.ts';
import type { Header } from '../store/backup-format.ts';
import { checkBackup, rowsIn } from '../store/backup-read.ts';
import { restoreToPostgresql } from '../store/restore-postgresql.ts';
import { restoreToSqlite } from '../store/restore-sqlite.ts';
import { plural } from './table.ts';
import type { Verb } from './terminal.ts';

export const restore: Verb = {
  name: 'restore',
  usage: 'restore FILE [--check] [--replace]',
  summary:
    'Restores a backup into an empty database of either kind, compares all of it with the backup, and only then puts it in place. Needs every server stopped.',
  flags: {
    check: { type: 'boolean', help: 'Read the backup to its end and verify it; restore nothing' },
    replace: { type: 'boolean', help: 'Put a database that has data aside (nothing is deleted) and restore in its place' },
  },
  positionals: { least: 1, most: 1 },
  async run({ terminal, config, positionals, isSet, isJson }) {
    const file = resolve(positionals[0] ?? '');
    const startedAt = terminal.clock();
    const progress = (step: string, done: number, of: number): void =>
      terminal.progress(`${step}: ${done} of ${plural(of, 'row')}`);
    const seconds = (): number => (terminal.clock() - startedAt) / 1000;
    if (isSet('check')) {
      const { header } = await checkBackup(file, (done, of) => progress('reading', done, of));
      terminal.out(
        isJson ? JSON.stringify({ file, ...summary(header), seconds: seconds() }) : `${file} is whole: ${words(header)}.`,
      );
      return 0;
    }
    const options = {
      isReplacing: isSet('replace'),
      keyFile: keyFileOf(config.dataFolder),
      now: terminal.clock,
      onProgress: progress,
    };
    const store = storeConfigOf(config);
    const { header, migrated, aside } =
      store.engine === 'sqlite'
        ? await restoreToSqlite(store.folder, file, options)
        : await restoreToPostgresql(store.url, file, options);
    const place = store.engine === 'sqlite' ? store.folder : 'the PostgreSQL database';
    if (isJson) {
      terminal.out(JSON.stringify({ file, ...summary(header), engine: store.engine, migrated, aside, seconds: seconds() }));
      return 0;
    }
    terminal.out(`Restored into ${place} in ${seconds().toFixed(1)} s and compared with the backup: ${words(header)}.`);
    if (migrated.length > 0) terminal.out(`Brought to the schema of this version: ${migrated.join(', ')}.`);
    if (aside !== null) {
      terminal.out(
        `What was there before is in ${store.engine === 'sqlite' ? aside : `the schema ${aside}`}; delete it when you no longer need it.`,
      );
    }
    return 0;
  },
};

const summary = (header: Header) => ({
  at: header.at,
  version: header.version,
  from: header.engine,
  rows: rowsIn(header),
  watermark: header.watermark,
  hasPseudonymKey: header.pseudonymKey !== null,
});

const words = (header: Header): string =>
  `${plural(rowsIn(header), 'row')} up to batch ${header.watermark}, taken ${header.at.slice(0, 16).replace('T', ' ')} UTC from ${header.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'} by version ${header.version}${header.pseudonymKey === null ? ', without the key of the pseudonyms' : ''}`;
