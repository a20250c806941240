import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiError } from './contract.ts';
import { answerError } from './errors.ts';
import { SECURITY_HEADERS } from './security.ts';

/** Requests that end before any route or hook: an address that is not valid, a path part beyond the limit. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(SECURITY_HEADERS);
  answerError(
    error.code === 'FST_ERR_BAD_URL' ? Object.assign(error, { message: 'The address holds a % that encodes nothing' }) : error,
    request,
    reply,
  );
}

/** What is not HTTP at all, or too slow, or has too many headers: answered on the bare socket. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  // The peer is gone; there is nobody to tell.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [413, 'too-large', 'The headers of the request are too large; the limit is 16 kB.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [400, 'invalid', 'The request did not arrive in time.']
        : [400, 'invalid', 'This is not an HTTP request that can be read.'];
  const body = JSON.stringify({ code: String(code), message: String(message), problems: [] } satisfies ApiError);
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
