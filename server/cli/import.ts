import { basename, resolve } from 'node:path';
import { readDefinitions } from '../jobs/definitions.ts';
import { rejectText } from '../jobs/pull.ts';
import { digest, discoverMapping, readSources } from '../main.ts';
import { pseudonymsOf } from '../pseudonym.ts';
import { pull } from './pull.ts';
import { plural, tableOf } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';
import { noSuchSource } from './known.ts';

const ROWS_SHOWN = 5;

export const importVerb: Verb = {
  name: 'import',
  usage: 'import SOURCE [--dry-run] [--rows N], or: import --guess FILE',
  summary:
    'Reads a source of type files through its mapping in sources.yaml. A dry run stores nothing: it shows the first mapped rows and every row it would reject, with the reason. A guess looks at a CSV file and prints a mapping to paste and check.',
  flags: {
    'dry-run': { type: 'boolean', help: 'Show what would be imported, store nothing' },
    rows: { type: 'string', help: `Mapped rows to show in a dry run (${ROWS_SHOWN})` },
    guess: { type: 'string', help: 'Look at a CSV file and propose an entry for sources.yaml' },
  },
  positionals: { least: 0, most: 1 },
  async run(context) {
    const { terminal, config, positionals, isSet, isJson, flag } = context;
    const guessed = flag('guess');
    if (guessed !== undefined) {
      if (positionals.length > 0 || isSet('dry-run'))
        throw new CannotRun('--guess takes a file and nothing else: quarterdeck import --guess FILE.');
      const entry = await discoverMapping(resolve(guessed), new AbortController().signal);
      terminal.out(isJson ? JSON.stringify({ entry }, null, 2) : pasteable(guessed, entry));
      return 0;
    }
    const [id] = positionals;
    if (id === undefined) throw new CannotRun(`Which source? Usage: quarterdeck ${importVerb.usage}`);
    if (!isSet('dry-run')) return pull.run(context);
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const source = read.sources.find((candidate) => candidate.id === id);
    if (source === undefined) throw noSuchSource(id, read);
    const rows = Number(flag('rows') ?? ROWS_SHOWN);
    if (!Number.isInteger(rows) || rows < 0) throw new CannotRun('--rows takes a whole number from 0 on.');
    terminal.progress(`${id}: reading`);
    const result = await source.dryRun(
      { cursor: null, now: terminal.clock(), pseudonym: pseudonymsOf(config.dataFolder), signal: new AbortController().signal },
      rows,
    );
    const kept = result.rejects.filter((reject) => reject.isKept).length;
    if (isJson) {
      terminal.out(JSON.stringify(result, null, 2));
    } else {
      const header = [...new Set(result.rows.flatMap((row) => Object.keys(row)))];
      if (result.rows.length > 0)
        terminal.out(
          tableOf(
            header,
            result.rows.map((row) => header.map((column) => row[column] ?? '')),
          ),
        );
      terminal.out(
        `\n${plural(result.read, 'row')} read: ${plural(result.events, 'event')} of ${plural(result.items, 'item')}, ${plural(result.samples, 'sample')}, ${result.rejects.length - kept} rejected${kept === 0 ? '' : `, ${kept} taken with a warning`}. Nothing was stored.`,
      );
      for (const reject of result.rejects) terminal.out(`  ${rejectText(reject)}`);
    }
    return result.rejects.length === 0 ? 0 : 1;
  },
};

/** A whole source around the guessed entry, ready for the list of sources.yaml. */
function pasteable(file: string, entry: string): string {
  const id =
    basename(file)
      .replace(/\..*$/, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'export';
  const indented = entry.trimEnd().replaceAll(/^(?=.)/gm, '      ');
  return [
    '# Put this under "sources:" in sources.yaml, with a path relative to that file.',
    `  - id: ${id}`,
    '    type: files',
    '    files:',
    indented,
  ].join('\n');
}
