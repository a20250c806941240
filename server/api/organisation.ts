import type { FastifyInstance } from 'fastify';
import type { Engine } from '../jobs/engine.ts';
import { FAILURES, NoQuery, OrganisationSchema } from './contract.ts';
import { problemOf } from './kpis.ts';

export function organisationRoutes(app: FastifyInstance, engine: Engine): void {
  app.get(
    '/organisation',
    {
      schema: {
        summary: 'Teams, services and the last complete week',
        querystring: NoQuery,
        response: { 200: OrganisationSchema, ...FAILURES },
      },
    },
    async (request) => {
      const { problems, teams, services, ...rest } = engine.organisation(request.viewer);
      return {
        ...rest,
        notice: await engine.trouble(),
        teams: [...teams],
        services: [...services],
        problems: problems.map(problemOf),
      };
    },
  );
}
