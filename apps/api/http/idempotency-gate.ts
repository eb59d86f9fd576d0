import {
  checkedIdempotencyKey,
  type Claim,
  commandIdOf,
  fingerprintOf,
  idempotencyInProgress,
  type IdempotencyLedger,
  type IdempotencyScope,
  type KeyedCommand,
  type Outcome,
} from '#libs/idempotency';
import { type FastifyReply, type FastifyRequest, type HookHandlerDoneFunction } from 'fastify';
import { Readable } from 'node:stream';
import { REPLAYED_HEADER } from './answer-from-log.js';
import { POSITION_HEADER } from './position-header.js';

/** Lets a request with an Idempotency-Key happen once (semantics §3.15). */
export class IdempotencyGate {
  constructor(private readonly ledger: IdempotencyLedger) {}

  /** As Fastify's preHandler hook: claims the key, or answers what was answered before. */
  readonly preHandler = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void => {
    const scope = this.#scopeOf(request, done);
    if (scope === null) return;
    const command = { tenantId: scope.tenantId, commandId: commandIdOf(scope) };
    request.exchange.commandId = command.commandId;
    this.ledger.claim(command, fingerprintOf(request.body)).then((claim) => {
      // Past its deadline the request was answered already, and nothing would ever settle its
      // claim.
      if (reply.sent) this.#giveUp(command, claim);
      else proceed(request, reply, command, claim, done);
    }, done);
  };

  /**
   * Keeps what is being answered, unless the log does. A server's error, or a conflict in passing,
   * may be tried anew.
   */
  settle({ exchange }: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    const { claim, inLog } = exchange;
    if (claim === null) return;
    exchange.claim = null;
    const { statusCode: status } = reply;
    if (inLog && status < 300) {
      this.ledger.release(claim);
      return;
    }
    const final = status < 500 && status !== 409 && typeof payload === 'string';
    this.ledger.complete(claim, final ? outcomeOf(reply, payload) : null);
  }

  #giveUp(command: KeyedCommand, { kind }: Claim): void {
    if (kind === 'first' || kind === 'again') this.ledger.complete(command, null);
  }

  /** `null` after `done` was called: there is no key to heed, or it is a bad one. */
  #scopeOf(request: FastifyRequest, done: HookHandlerDoneFunction): IdempotencyScope | null {
    const header = request.headers['idempotency-key'];
    const { key } = request.exchange;
    // An upload is known by its content: a repeated one is the same import.
    const upload = request.body instanceof Readable;
    const heeded = !upload && (request.method === 'POST' || request.method === 'PATCH');
    if (header === undefined || key === null || !heeded) {
      done();
      return null;
    }
    try {
      // The path, not its pattern: the same body for another lead is another request.
      const [path = ''] = request.url.split('?', 1);
      const text = checkedIdempotencyKey(String(header));
      const { tenantId, keyId: apiKeyId } = key;
      return { tenantId, apiKeyId, route: `${request.method} ${path}`, key: text };
    } catch (error) {
      done(error as Error);
      return null;
    }
  }
}

function proceed(
  request: FastifyRequest,
  reply: FastifyReply,
  command: KeyedCommand,
  claim: Claim,
  done: HookHandlerDoneFunction,
): void {
  const { exchange, routeOptions } = request;
  switch (claim.kind) {
    case 'first':
      exchange.claim = command;
      done();
      return;
    case 'again':
      exchange.claim = command;
      exchange.earlierRun = { refusal: null };
      done();
      return;
    case 'elsewhere': {
      const refusal = idempotencyInProgress();
      exchange.earlierRun = { refusal };
      if (routeOptions.config.recalls === true) done();
      else done(refusal);
      return;
    }
    case 'replay':
      replay(request, reply, claim.outcome);
  }
}

function replay(
  { exchange }: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: Outcome,
): void {
  exchange.outcome = 'replayed';
  void reply
    .code(status)
    .headers(headers)
    .header(REPLAYED_HEADER, 'true')
    .type('application/json; charset=utf-8')
    .send(body);
}

/** What of an answer is repeated beside its status and body. */
const KEPT_HEADERS = [POSITION_HEADER, 'location'];

function outcomeOf(reply: FastifyReply, body: string): Outcome {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (typeof value === 'string') headers[name] = value;
  }
  return { status: reply.statusCode, headers, body };
}
