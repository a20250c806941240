import type { RebuiltWhole } from '../jobs/engine.ts';
import { openOrNull } from './open.ts';
import { CannotRun, type Verb } from './terminal.ts';
import { anyone } from './viewer.ts';

export const rebuild: Verb = {
  name: 'rebuild',
  usage: 'rebuild [--check]',
  summary:
    'Makes every published number again from the event log, the kept definitions and the run log, and holds it against what is stored. What differs is put right; with --check it is only told.',
  flags: { check: { type: 'boolean', help: 'Tell what differs, change nothing' } },
  positionals: { least: 0, most: 0 },
  async run({ terminal, config, isSet, isJson }) {
    const isWritten = !isSet('check');
    const running = await openOrNull(config, terminal);
    if (running === null)
      throw new CannotRun(
        'A server is using this database. Stop it first: a rebuild repeats every run and must be alone with it.',
      );
    const result = await running.engine
      .rebuild(anyone, isWritten, (done, of) => terminal.progress(`run ${done} of ${of}`))
      .finally(() => running.close());
    if (isJson) {
      const { snapshots: _, ...rest } = result;
      terminal.out(JSON.stringify(rest));
    } else terminal.out(wordsOf(result, isWritten));
    return result.differences + result.columns.differences === 0 ? 0 : 1;
  },
};

function wordsOf(result: RebuiltWhole, isWritten: boolean): string {
  const { runs, made, stored, differences, told, unrepeatable, underOtherRules } = result;
  const lines = [`${runs} runs repeated: ${made} revisions, ${stored} stored.`];
  if (unrepeatable > 0) lines.push(`${unrepeatable} runs of an early version kept too little to repeat them.`);
  if (underOtherRules > 0)
    lines.push(
      `${underOtherRules} revisions of what people bore were made by a version with other rules of what may be told of people: they are taken as they stand.`,
    );
  if (differences === 0) lines.push('Every revision is what the log gives, to the byte.');
  else {
    lines.push(
      `${differences} ${differences === 1 ? 'revision differs' : 'revisions differ'}:`,
      ...told.map((line) => `  ${line}`),
    );
    if (differences > told.length) lines.push(`  … and ${differences - told.length} more`);
    lines.push(isWritten ? 'They were put right.' : 'Nothing was changed; run `quarterdeck rebuild` to put them right.');
  }
  const { columns } = result;
  if (columns.segments > 0 && columns.differences === 0)
    lines.push(`${columns.segments} segments of columns are what the log gives, to the byte.`);
  if (columns.differences > 0) {
    lines.push('Columns are stored that the log does not give:', ...columns.told.map((line) => `  ${line}`));
    lines.push(
      isWritten ? 'They are made anew from the log.' : 'Nothing was changed; run `quarterdeck rebuild` to make them anew.',
    );
  }
  return lines.join('\n');
}
