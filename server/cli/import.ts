import { readDefinitions } from '../jobs/definitions.ts';
import { rejectText } from '../jobs/pull.ts';
import { digest, readSources } from '../main.ts';
import { pseudonymsOf } from '../pseudonym.ts';
import { pull } from './pull.ts';
import { plural, tableOf } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';

const ROWS_SHOWN = 5;

export const importVerb: Verb = {
  name: 'import',
  usage: 'import SOURCE [--dry-run] [--rows N]',
  summary:
    'Reads a source of type files through its mapping in sources.yaml. A dry run stores nothing: it shows the first mapped rows and every row it would reject, with the reason.',
  flags: {
    'dry-run': { type: 'boolean', help: 'Show what would be imported, store nothing' },
    rows: { type: 'string', help: `Mapped rows to show in a dry run (${ROWS_SHOWN})` },
  },
  positionals: { least: 1, most: 1 },
  async run(context) {
    const { terminal, config, positionals, isSet, isJson, flag } = context;
    const [id = ''] = positionals;
    if (!isSet('dry-run')) return pull.run(context);
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const source = read.sources.find((candidate) => candidate.id === id);
    if (source === undefined) {
      const problems = read.settingsProblems
        .map((problem) => `\n${problem.file}:${problem.line}:${problem.column}: ${problem.message}`)
        .join('');
      throw new CannotRun(
        `There is no usable source "${id}" in sources.yaml. Known: ${read.sources.map((one) => one.id).join(', ') || 'none'}.${problems}`,
      );
    }
    const rows = Number(flag('rows') ?? ROWS_SHOWN);
    if (!Number.isInteger(rows) || rows < 0) throw new CannotRun('--rows takes a whole number from 0 on.');
    terminal.progress(`${id}: reading`);
    const result = await source.dryRun(
      { cursor: null, now: terminal.clock(), pseudonym: pseudonymsOf(config.dataFolder), signal: new AbortController().signal },
      rows,
    );
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
        `\n${plural(result.read, 'row')} read: ${plural(result.events, 'event')} of ${plural(result.items, 'item')}, ${plural(result.samples, 'sample')}, ${result.rejects.length} rejected. Nothing was stored.`,
      );
      for (const reject of result.rejects) terminal.out(`  ${rejectText(reject)}`);
    }
    return result.rejects.length === 0 ? 0 : 1;
  },
};
