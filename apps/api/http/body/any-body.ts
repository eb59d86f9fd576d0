import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { unsupportedMediaType } from '../errors/error-answer.js';

/** The most a body of any form may hold, in bytes. */
export const ANY_BODY_LIMIT_BYTES = 64 * 1024;

/** Stands in for the media type while the body is read. */
const ANY_TYPE = 'application/x-leadledger-any';

/**
 * Has routes that take anything get the bytes of their body, whatever its media type says, or
 * however it is wrong. What it said is kept in the exchange. To be called before bodies are read.
 */
export function noteAnyBody(request: FastifyRequest): void {
  if (request.routeOptions.config.takesAnything !== true) return;
  const { headers } = request;
  request.exchange.contentType = headers['content-type'] ?? null;
  headers['content-type'] = ANY_TYPE;
}

/** Lets those routes, and no other, take such bodies. */
export function acceptAnything(server: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: ANY_BODY_LIMIT_BYTES } as const;
  server.addContentTypeParser(ANY_TYPE, options, (request, body, done) => {
    if (request.routeOptions.config.takesAnything === true) done(null, body);
    else done(unsupportedMediaType());
  });
}

/** The bytes of the body of a route that takes anything; none for methods without a body. */
export function bytesOfBody({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
