import { Type } from 'typebox';
import type { FastifyInstance } from 'fastify';
import type { CatalogueEntry, Engine, Viewer } from '../jobs/engine.ts';
import type { Problem } from '../kpi/problem.ts';
import { kpiJsonSchema } from '../kpi/schema.ts';
import {
  CatalogueSchema,
  FAILURES,
  KpiEntrySchema,
  NoQuery,
  type ApiError,
  type CatalogueAnswer,
  type KpiEntry,
} from './contract.ts';
import { RequestError } from './errors.ts';

export function kpiRoutes(app: FastifyInstance, engine: Engine): void {
  app.get(
    '/kpis',
    {
      schema: {
        summary: 'Every definition in words, with the problems of its file',
        querystring: NoQuery,
        response: { 200: CatalogueSchema, ...FAILURES },
      },
    },
    async (request) => catalogueAnswer(engine, request.viewer),
  );

  app.get<{ Params: { id: string } }>(
    '/kpis/:id',
    {
      schema: {
        summary: 'One definition',
        params: Type.Object({ id: Type.String({ maxLength: 120 }) }),
        querystring: NoQuery,
        response: { 200: KpiEntrySchema, ...FAILURES },
      },
    },
    async (request) => {
      const entry = engine.catalogue(request.viewer).find(({ kpi }) => kpi?.id === request.params.id);
      if (entry === undefined)
        throw new RequestError('not-found', `There is no KPI "${request.params.id}"; /api/v1/kpis lists them.`);
      return entryOf(entry);
    },
  );

  app.get(
    '/schemas/kpi.json',
    {
      schema: {
        summary: 'JSON Schema of a KPI file, for completion in an editor',
        querystring: NoQuery,
        response: { 200: Type.Record(Type.String(), Type.Unknown()), ...FAILURES },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async () => kpiJsonSchema(),
  );
}

export const catalogueAnswer = (engine: Engine, viewer: Viewer): CatalogueAnswer => ({
  kpis: engine.catalogue(viewer).map(entryOf),
  settingsProblems: engine.organisation(viewer).problems.map(problemOf),
});

export const problemOf = (problem: Problem): ApiError['problems'][number] => ({
  file: problem.file,
  line: problem.line,
  column: problem.column,
  path: problem.path,
  message: `${problem.message}${problem.fix === null ? '' : `. ${problem.fix}`}`,
});

function entryOf(entry: CatalogueEntry): KpiEntry {
  const { kpi } = entry;
  const target = kpi?.targets.at(-1);
  return {
    id: kpi?.id ?? null,
    file: entry.file,
    name: kpi?.name ?? entry.file,
    alsoCalled: kpi?.alsoCalled ?? null,
    question: kpi?.question ?? null,
    section: kpi?.section ?? 'Broken files',
    role: kpi?.role ?? null,
    owner: kpi?.owner ?? null,
    better: kpi?.better ?? null,
    words: entry.words,
    target:
      target === undefined
        ? null
        : `${target.direction === 'at_most' ? 'at most' : 'at least'} ${target.text}, every ${target.every}`,
    isLastGood: entry.isLastGood,
    isPersonal: kpi?.isPersonal ?? false,
    problems: entry.problems.map(problemOf),
    text: entry.text,
  };
}
