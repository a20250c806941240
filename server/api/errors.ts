import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { EngineError } from '../jobs/engine.ts';
import { StoreError } from '../store/store.ts';
import type { ApiError } from './contract.ts';

/** The closed codes and their status: the one map. */
const STATUS = {
  'not-found': 404,
  invalid: 400,
  forbidden: 403,
  conflict: 409,
  unavailable: 503,
  'too-large': 413,
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

export function sendError(reply: FastifyReply, code: Code, message: string, problems: ApiError['problems'] = []): FastifyReply {
  if (code === 'unavailable') void reply.header('retry-after', '2');
  return reply.code(STATUS[code]).type('application/json; charset=utf-8').send({ code, message, problems });
}

/** One place where anything thrown becomes an answer; internals are logged, not leaked. */
export function installErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    if (error instanceof RequestError || error instanceof EngineError) return sendError(reply, error.code, error.message);
    if (error instanceof StoreError) {
      request.log.error({ err: error }, 'store');
      const code: Code = error.code === 'conflict' ? 'conflict' : error.code === 'invalid' ? 'invalid' : 'unavailable';
      return sendError(reply, code, `${error.message}. ${error.fix}`);
    }
    if ('validation' in error && error.validation !== undefined) {
      const where = error.validationContext ?? 'request';
      const problems = error.validation.map((fault) => ({
        path: `${where}${fault.instancePath.replaceAll('/', '.')}`,
        message: fault.message ?? 'is not valid',
      }));
      return sendError(
        reply,
        'invalid',
        `The ${where} is not valid: ${problems.map((problem) => `${problem.path} ${problem.message}`).join('; ')}.`,
        problems,
      );
    }
    const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
    if (status === 413) return sendError(reply, 'too-large', 'The request is too large; the limit is 1 MB.');
    if (status >= 400 && status < 500) return sendError(reply, 'invalid', error.message);
    request.log.error({ err: error }, 'unexpected');
    return sendError(reply, 'internal', 'Something went wrong here; the log has the details.');
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, 'not-found', `There is nothing at ${request.method} ${request.url.split('?')[0] ?? ''}.`),
  );
}
