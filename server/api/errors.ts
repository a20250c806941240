import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EngineError } from '../jobs/engine.ts';
import { StoreError } from '../store/store.ts';
import type { ApiError } from './contract.ts';
import { isNavigation, plainPage } from './plain-page.ts';
import { contextWord, problemsOf } from './request-faults.ts';

/** The closed codes and their status: the one map. */
const STATUS = {
  'not-found': 404,
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  conflict: 409,
  unavailable: 503,
  'too-large': 413,
  unsupported: 415,
  'too-many': 429,
  internal: 500,
} as const;
export type Code = keyof typeof STATUS;

/** Thrown by handlers for a fault of the request itself. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** Programs get `{ code, message, problems }`; a person who typed an address gets the words on a page. */
export function sendError(
  reply: FastifyReply,
  code: Code,
  message: string,
  problems: ApiError['problems'] = [],
  instead: ApiError['instead'] | null = null,
): FastifyReply {
  if (code === 'unavailable') void reply.header('retry-after', '2');
  if (code === 'too-many') void reply.header('retry-after', '60');
  void reply.code(STATUS[code]).header('cache-control', 'no-store');
  if (isNavigation(reply.request)) return reply.type('text/html; charset=utf-8').send(plainPage(message));
  return reply
    .type('application/json; charset=utf-8')
    .send({ code, message, problems, ...(instead === null ? {} : { instead }) } satisfies ApiError);
}

/** One place where anything thrown becomes an answer; internals are logged, not leaked. */
export function installErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => answerError(error, request, reply));
}

/** What a request that matches no route is told. */
export function nothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0]?.slice(0, 200) ?? '';
  const hint = path.startsWith('/api') ? ' /api/v1/openapi.json lists what there is.' : '';
  return sendError(reply, 'not-found', `There is nothing at ${request.method} ${path}.${hint}`);
}

export function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof RequestError) return sendError(reply, error.code, error.message);
  if (error instanceof EngineError) return sendError(reply, error.code, error.message, [], error.instead);
  if (error instanceof StoreError) {
    request.log.error({ err: error }, 'store');
    const code: Code = error.code === 'conflict' ? 'conflict' : error.code === 'invalid' ? 'invalid' : 'unavailable';
    return sendError(reply, code, `${error.message.replace(/\.$/, '')}. ${error.fix}`);
  }
  if ('validation' in error && error.validation !== undefined) {
    const problems = problemsOf(error.validation, error.validationContext);
    const words = [...new Set(problems.map((problem) => `${problem.path} ${problem.message}`))].join('; ');
    return sendError(reply, 'invalid', `The ${contextWord(error.validationContext)} cannot be used: ${words}.`, problems);
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 413) return sendError(reply, 'too-large', 'The request is too large; the limit is 1 MB.');
  if (status === 414) return sendError(reply, 'invalid', 'A part of the address is longer than anything here.');
  if (status === 415) return sendError(reply, 'invalid', 'A body of this type cannot be read; send none, or application/json.');
  if (status >= 400 && status < 500) return sendError(reply, 'invalid', `${error.message.replace(/\.$/, '')}.`);
  request.log.error({ err: error }, 'unexpected');
  return sendError(reply, 'internal', 'Something went wrong here; the log has the details.');
}
