import { openOrNull } from './open.ts';
import { askServer } from './running-server.ts';
import type { Verb } from './terminal.ts';
import { anyone } from './viewer.ts';

export const measure: Verb = {
  name: 'measure',
  usage: 'measure',
  summary: 'Measures every period that is not settled or that changed, settles what is due, restates what moved.',
  flags: {},
  positionals: { least: 0, most: 0 },
  async run({ terminal, config, isJson }) {
    const running = await openOrNull(config, terminal);
    const result =
      running === null
        ? await askServer(config, 'POST', '/measurements')
        : await running.engine.measure(anyone).finally(() => running.close());
    if (isJson) terminal.out(JSON.stringify(result));
    else if (
      typeof result === 'object' &&
      result !== null &&
      'measured' in result &&
      'settled' in result &&
      'restated' in result
    ) {
      terminal.out(
        `${String(result.measured)} values measured, ${String(result.settled)} settled, ${String(result.restated)} restated.`,
      );
    }
    return 0;
  },
};
