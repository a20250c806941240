import { readDefinitions } from '../jobs/definitions.ts';
import { definitionWords } from '../kpi/words.ts';
import { digest, readSources } from '../main.ts';
import { openOrNull } from './open.ts';
import { askServer } from './running-server.ts';
import { tableOf, wrap } from './table.ts';
import { noSuchKpi } from './known.ts';
import type { Verb } from './terminal.ts';
import { anyone } from './viewer.ts';
import type { Evidence } from '../jobs/engine.ts';

const ITEMS_SHOWN = 20;

export const explain: Verb = {
  name: 'explain',
  usage: 'explain KPI [PERIOD] [--scope SCOPE]',
  summary:
    'Reads a definition aloud. With a period (2026-W46, 2026-10) also the number, what was left out and why, and the items behind it.',
  flags: { scope: { type: 'string', help: 'organisation, team:ID or service:ID (organisation)' } },
  positionals: { least: 1, most: 2 },
  async run({ terminal, config, positionals, flag, isJson }) {
    const [id = '', period] = positionals;
    const read = readDefinitions(config.kpiFolder, { digest, readSources });
    const kpi = read.kpis.find((one) => one.id === id);
    if (kpi === undefined) throw noSuchKpi(id, read);
    if (!isJson) terminal.out(`${kpi.name}\n${wrap(definitionWords(kpi))}`);
    if (period === undefined) {
      if (isJson) terminal.out(JSON.stringify({ kpi, words: definitionWords(kpi) }, null, 2));
      return 0;
    }
    const scope = flag('scope') ?? 'organisation';
    const running = await openOrNull(config, terminal);
    const evidence =
      running === null
        ? ((await askServer(
            config,
            'GET',
            `/snapshots/${encodeURIComponent(`${id}~${scope}~${period}`)}/evidence?limit=1000`,
          )) as Evidence)
        : await running.engine
            .evidence(anyone, id, scope, period, { offset: 0, limit: isJson ? 100_000 : 1000 })
            .finally(() => running.close());
    if (isJson) {
      terminal.out(JSON.stringify(evidence, null, 2));
      return 0;
    }
    terminal.out(
      `\n${evidence.periodTitle}, ${scope}: ${evidence.text}${evidence.value === null ? '' : ` from ${evidence.count} counted`} (${evidence.revision === null ? 'live' : `revision ${evidence.revision}`})`,
    );
    for (const exclusion of evidence.exclusions) terminal.out(`  left out: ${exclusion.count} ${exclusion.reason}`);
    if (evidence.withheld !== null) terminal.out(wrap(evidence.withheld));
    const items = evidence.items.slice(0, ITEMS_SHOWN);
    if (items.length > 0) {
      terminal.out(
        tableOf(
          ['item', 'value', 'at', 'team', 'service', 'left out'],
          items.map((item) => [
            item.title,
            item.valueText,
            item.atText,
            item.team ?? '',
            item.service ?? '',
            item.excluded ?? '',
          ]),
        ),
      );
    }
    if (evidence.total > items.length) terminal.out(`… and ${evidence.total - items.length} more; --json prints all.`);
    return 0;
  },
};
