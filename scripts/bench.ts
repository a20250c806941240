import { parseArgs } from 'node:util';
import { benchEvaluate } from './bench/evaluate.ts';
import { benchHttp } from './bench/http.ts';
import { benchImport } from './bench/import.ts';
import { benchLate } from './bench/late.ts';
import type { Row } from './bench/measured.ts';
import { benchPreview } from './bench/preview.ts';
import { FULL, QUICK, type Size } from './bench/size.ts';
import { benchWeb } from './bench/web.ts';
import { machineLines, tableLines } from './bench/table.ts';

/**
 * `npm run bench`: how fast it is, over seeded facts. Each line is the median of several runs with the least and
 * the most; what is compared is measured in turn within one run, and a figure is held against the median of its
 * ratios, because machines differ and are busy with other things. Ends with 1 where a figure is missed.
 */
type Part = (size: Size, say: (text: string) => void) => Promise<readonly Row[]>;

const PARTS: Readonly<Record<string, Part>> = {
  evaluate: benchEvaluate,
  late: benchLate,
  import: benchImport,
  http: benchHttp,
  preview: benchPreview,
  web: benchWeb,
};

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
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
    const rows = await part(size, (text) => void said.push(text));
    missed += rows.filter(({ holds }) => holds === false).length;
    console.log(`\n${name} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    for (const line of [...said, ...tableLines(rows)]) console.log(line);
  }
  console.log(missed === 0 ? '\nevery figure holds' : `\n${missed} figures missed`);
  return missed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
