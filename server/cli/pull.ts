import { anyone } from './viewer.ts';
import { openOrNull } from './open.ts';
import { askServer } from './running-server.ts';
import { plural } from './table.ts';
import { CannotRun, type Verb } from './terminal.ts';

export const pull: Verb = {
  name: 'pull',
  usage: 'pull [SOURCE …]',
  summary: 'Pulls the named sources, or all of them, then measures what changed. One failing source stops no other.',
  flags: {},
  positionals: { least: 0, most: 100 },
  async run({ terminal, config, positionals, isJson }) {
    const running = await openOrNull(config, terminal);
    if (running === null) {
      const known = positionals.length > 0 ? positionals : sourceIds(await askServer(config, 'GET', '/sources'));
      let isFailed = false;
      for (const id of known) {
        const answer = await askServer(config, 'POST', `/sources/${encodeURIComponent(id)}/pulls`);
        isFailed ||= typeof answer === 'object' && answer !== null && 'outcome' in answer && answer.outcome === 'failed';
        terminal.out(isJson ? JSON.stringify(answer) : `${id}: pulled by the running server: ${JSON.stringify(answer)}`);
      }
      return isFailed ? 1 : 0;
    }
    try {
      const { engine } = running;
      const wanted = positionals.length > 0 ? positionals : engine.configuredSources.map((source) => source.id);
      const unknown = wanted.filter((id) => !engine.configuredSources.some((source) => source.id === id));
      if (unknown.length > 0)
        throw new CannotRun(
          `No such source: ${unknown.join(', ')}. In sources.yaml: ${engine.configuredSources.map((source) => source.id).join(', ') || 'none'}.`,
        );
      let isFailed = false;
      for (const id of wanted) {
        const watch = setInterval(() => {
          void engine
            .sources(anyone)
            .then((list) => terminal.progress(`${id}: ${list.find((source) => source.id === id)?.progress ?? 'measuring'}`));
        }, 500);
        const record = await engine.pull(anyone, id).finally(() => clearInterval(watch));
        isFailed ||= record.outcome === 'failed';
        const seconds = ((record.endedAt - record.startedAt) / 1000).toFixed(1);
        terminal.out(
          isJson
            ? JSON.stringify(record)
            : record.outcome === 'failed'
              ? `${id}: failed: ${record.error ?? ''}`
              : `${id}: ${plural(record.newEvents, 'new event')}, ${plural(record.newSamples, 'new sample')}, ${plural(record.rejected, 'rejected row')}, ${seconds} s`,
        );
        const status = (await engine.sources(anyone)).find((source) => source.id === id);
        if (!isJson) for (const reject of status?.state?.rejected ?? []) terminal.out(`  ${reject}`);
      }
      return isFailed ? 1 : 0;
    } finally {
      await running.close();
    }
  },
};

function sourceIds(answer: unknown): string[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((source: unknown) =>
    typeof source === 'object' && source !== null && 'id' in source && typeof source.id === 'string' ? [source.id] : [],
  );
}
