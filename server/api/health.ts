import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { sendError } from './errors.ts';

const quote = (label: string): string => label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** At the root: alive, ready, and figures for Prometheus. */
export function healthRoutes(app: FastifyInstance, engine: Engine): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'alive' }));

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const { isReady, progress } = engine.readiness();
    if (!isReady) return sendError(reply, 'unavailable', progress);
    await engine.reach();
    // What is stored can be read all the same, so it stays ready.
    const notice = await engine.trouble();
    return { status: 'ready', ...(notice === null ? {} : { notice }) };
  });

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const [counts, sources, trouble] = await Promise.all([engine.counts(), engine.sources(request.viewer), engine.trouble()]);
    const lines = [
      '# HELP quarterdeck_can_store 0 while nothing new can be stored, e.g. because the disk is full',
      '# TYPE quarterdeck_can_store gauge',
      `quarterdeck_can_store ${trouble === null ? 1 : 0}`,
      '# HELP quarterdeck_events_total Events in the log',
      '# TYPE quarterdeck_events_total counter',
      `quarterdeck_events_total ${counts.events}`,
      '# HELP quarterdeck_batches_total Batches in the log',
      '# TYPE quarterdeck_batches_total counter',
      `quarterdeck_batches_total ${counts.batches}`,
      '# HELP quarterdeck_source_up 1 where a source is fresh',
      '# TYPE quarterdeck_source_up gauge',
      ...sources.map(
        (source) =>
          `quarterdeck_source_up{source="${quote(source.id)}"} ${source.freshness === 'fresh' || source.freshness === 'pulling' ? 1 : 0}`,
      ),
      '# HELP quarterdeck_source_complete_until_seconds Instant up to which a source has told everything',
      '# TYPE quarterdeck_source_complete_until_seconds gauge',
      ...sources.flatMap((source) =>
        source.state?.completeUntil == null
          ? []
          : [`quarterdeck_source_complete_until_seconds{source="${quote(source.id)}"} ${source.state.completeUntil / 1000}`],
      ),
    ];
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(`${lines.join('\n')}\n`);
  });
}
