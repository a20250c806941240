import { parseArgs } from 'node:util';
import { benchAws } from './bench/aws.ts';
import { benchEvaluate } from './bench/evaluate.ts';
import { benchHttp } from './bench/http.ts';
import { benchImport } from './bench/import.ts';
import { benchLate } from './bench/late.ts';
import { unjudged, type Row } from './bench/measured.ts';
import { benchPreview } from './bench/preview.ts';
import { FULL, QUICK, type Size } from './bench/size.ts';
import { benchWeb } from './bench/web.ts';
import { machineLines, tableLines } from './bench/table.ts';

/**
 * `npm run bench`: how fast it is, over seeded facts. Each line is the median of several runs with the least and
 * the most; what is compared is measured in turn within one run, and a figure is held against the median of its
 * ratios, because machines differ and are busy with other things. Ends with 1 where a figure is missed, with 2 where it
 * was asked for wrongly.
 */
type Part = (size: Size, say: (text: string) => void) => Promise<readonly Row[]>;

const PARTS: Readonly<Record<string, Part>> = {
  evaluate: benchEvaluate,
  late: benchLate,
  import: benchImport,
  http: benchHttp,
  preview: benchPreview,
  web: benchWeb,
  aws: benchAws,
};

const HELP = `npm run bench [-- [--quick] [part ...]]

  --quick   a fiftieth of the facts, within a minute; figures of the full size are printed and not judged
  part      ${Object.keys(PARTS).join(', ')}; all of them where none is named

Ends with 0 where every figure holds, with 1 where one is missed.`;

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    console.error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}.`);
    return 2;
  }
  const size = values.quick ? QUICK : FULL;
  for (const line of machineLines(size.name)) console.log(line);
  let missed = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const startedAt = performance.now();
    const said: string[] = [];
    const measured = await part(size, (text) => void said.push(text));
    const rows = size.name === 'full' ? measured : measured.map(unjudged);
    missed += rows.filter(({ holds }) => holds === false).length;
    console.log(`\n${name} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    for (const line of [...said, ...tableLines(rows)]) console.log(line);
  }
  console.log(missed === 0 ? '\nevery figure holds' : `\n${missed} figures missed`);
  return missed === 0 ? 0 : 1;
}

/** 2 where it was asked for wrongly. */
async function codeOf(args: readonly string[]): Promise<number> {
  try {
    return await main(args);
  } catch (error) {
    if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

// Ended here, because a library that PostgreSQL is run with would otherwise end it with 0.
process.exit(await codeOf(process.argv.slice(2)));
