import { serve as startServer } from '../main.ts';
import type { Verb } from './terminal.ts';

export const serve: Verb = {
  name: 'serve',
  usage: 'serve',
  summary: 'Serves the web application and the API, pulls on schedule, measures and settles. Binds to this machine only.',
  flags: {},
  positionals: { least: 0, most: 0 },
  async run({ terminal, config }) {
    const serving = await startServer(config, terminal.clock, (level, message) =>
      terminal.err(level === 'info' ? message : `${level}: ${message}`),
    );
    terminal.out(`Quarterdeck is at ${serving.url} (this machine only; there is no sign-in yet).`);
    let isStopped = false;
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          isStopped = true;
          resolve();
        });
      }
    });
    const failed = serving.isReady.then(
      () => new Promise<never>(() => undefined),
      (error: unknown) => Promise.reject(error instanceof Error ? error : new Error(String(error))),
    );
    try {
      void serving.isReady.then(() => {
        if (!isStopped) terminal.err('Ready. Stop with Ctrl+C.');
      });
      await Promise.race([stopped, failed]);
    } finally {
      await serving.close();
    }
    return 0;
  },
};
