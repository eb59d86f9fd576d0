import { type Settings } from '#libs/settings';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { type Socket } from 'node:net';
import {
  acceptUploads,
  isUpload,
  noteJsonUpload,
  UPLOAD_WITHIN_MS,
} from '../imports/upload-body.js';
import { type RequestMetrics } from '../metrics/request-metrics.js';
import { AnswerDeadline } from './answer-deadline.js';
import { type AccessGate, allowanceHeaders } from './access/access-gate.js';
import { acceptAnything, noteAnyBody } from './body/any-body.js';
import { parseFormBody } from './body/form-body.js';
import { parseJsonBody } from './body/json-body.js';
import {
  BODY_LIMIT_BYTES,
  badRequest,
  errorAnswer,
  unsupportedMediaType,
} from './errors/error-answer.js';
import { type ErrorFilter } from './errors/error.filter.js';
import { Exchange } from './exchange.js';
import { type IdempotencyGate } from './idempotency-gate.js';
import { type RequestRecorder } from './request-recorder.js';
import { securityHeaders } from './security-headers.js';
import { type AddressRateLimiter } from '#libs/rate-limit';

/** What stands between the network and the controllers. */
export interface ServerParts {
  readonly settings: Settings;
  readonly access: AccessGate;
  readonly idempotency: IdempotencyGate;
  readonly recorder: RequestRecorder;
  readonly metrics: RequestMetrics;
  readonly errors: ErrorFilter;
  readonly addressLimiter: AddressRateLimiter;
}

/** A client gets an answer, or a 503, within this time; below the five seconds promised. */
const ANSWER_WITHIN_MS = 4_500;
/** A client has so long to send the headers of its request, and may be silent for twice as long. */
const HEADERS_WITHIN_MS = 10_000;

const NUL_IN_ADDRESS = 'The address holds a NUL character (%00); leave it out.';

/** The HTTP server: limits, hooks and body parsers, before any controller. */
export function createServer(parts: ServerParts): FastifyAdapter {
  const { trustedProxies, publicBaseUrl } = parts.settings;
  const headers = securityHeaders(publicBaseUrl);
  const adapter = new FastifyAdapter({
    skipMiddie: true,
    multipart: false,
    logger: false,
    genReqId: () => randomUUID(),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    // Other bodies than uploads have to be there within the handler's time.
    requestTimeout: UPLOAD_WITHIN_MS,
    http: { headersTimeout: HEADERS_WITHIN_MS },
    connectionTimeout: 2 * HEADERS_WITHIN_MS,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      begin(request, reply, headers);
      parts.access.showAllowance(request, reply);
      parts.errors.respond(error, request, reply);
    },
    clientErrorHandler: (_: Error, socket: Socket) => {
      refuseOnSocket(socket, parts.addressLimiter, headers);
    },
  });
  const server = adapter.getInstance<FastifyInstance>();
  addHooks(server, parts, headers);
  parseBodies(server);
  acceptUploads(server);
  acceptAnything(server);
  return adapter;
}

function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
): void {
  request.exchange = new Exchange();
  reply.headers(headers).header('x-request-id', request.id);
}

function addHooks(
  server: FastifyInstance,
  { access, idempotency, recorder, metrics }: ServerParts,
  headers: Readonly<Record<string, string>>,
): void {
  const deadline = new AnswerDeadline(ANSWER_WITHIN_MS);
  server.decorateRequest('exchange');
  server.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, headers);
    noteAnyBody(request);
    noteJsonUpload(request);
    if (!isUpload(request)) deadline.watch(request, reply);
    access.onRequest(request, reply, done);
  });
  server.addHook('preHandler', (request, _, done) => {
    const isKnown = !request.is404;
    done(isKnown && holdsNul(request.params) ? badRequest(NUL_IN_ADDRESS) : undefined);
  });
  server.addHook('preHandler', idempotency.preHandler);
  server.addHook('onSend', (request, reply, payload, done) => {
    deadline.answered(request);
    idempotency.settle(request, reply, payload);
    recorder.record(request, reply, payload);
    metrics.record(request, reply);
    done(null, payload);
  });
  server.addHook('onClose', (_, done) => {
    deadline.close();
    done();
  });
}

/** No id and no name holds it, and Postgres cannot even be asked for it. */
function holdsNul(params: unknown): boolean {
  return Object.values(params as Readonly<Record<string, string>>).some((each) =>
    each.includes('\0'),
  );
}

/** JSON and forms; any other media type is refused by the framework. */
function parseBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parsers = [
    ['application/json', parseJsonBody],
    ['application/x-www-form-urlencoded', parseFormBody],
  ] as const;
  for (const [type, parse] of parsers) {
    server.addContentTypeParser(type, { parseAs: 'string' }, (request, text, done) => {
      const body = text as string;
      request.exchange.rawBody = body;
      try {
        refuseOtherEncodings(request);
        done(null, parse(body));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

/** Bodies are read as UTF-8; what says it is something else would be stored as rubbish. */
function refuseOtherEncodings({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  const [, charset = 'utf-8'] =
    /;\s*charset="?([^\s";]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (encoding.toLowerCase() !== 'identity' || !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw unsupportedMediaType();
  }
}

/** What cannot be read as HTTP is answered too, as far as the connection allows. */
function refuseOnSocket(
  socket: Socket,
  limiter: AddressRateLimiter,
  headers: Readonly<Record<string, string>>,
): void {
  if (!socket.writable) return;
  const { status, body } = errorAnswer(badRequest(), '');
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    ...allowanceHeaders(limiter.peek(socket.remoteAddress ?? '')),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Bad Request\r\n${lines.join('')}\r\n${text}`);
}
