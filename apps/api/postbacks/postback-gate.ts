import { AddressRateLimiter, type Admission } from '#libs/rate-limit';
import { type LiveToken, TokenDirectory } from '#libs/revenue';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { rateLimited } from '../http/access/access.errors.js';
import { allowanceHeaders } from '../http/access/access-gate.js';
import { bytesOfBody } from '../http/body/any-body.js';
import { postbackTokenInvalid } from './postback.errors.js';
import { bodyWithout, queryWithout, sentTokens, withoutText } from './sent-token.js';

/** Reports per minute and token: 2,000 a second. Whoever sends more is not reporting calls. */
export const TOKEN_LIMIT = 120_000;
const TOKENS_MAX = 100_000;

/** Counts reports by their token; a class of its own, so that it can be injected. */
export class TokenRateLimiter extends AddressRateLimiter {
  constructor(limit = TOKEN_LIMIT) {
    super({ limit, addressesMax: TOKENS_MAX });
  }
}

/** Counts what comes without a good token by its address, together with what lacks a good key. */
export abstract class StrangersLimiter {
  abstract admit(address: string): Admission;
}

/**
 * Lets in reports with a good token (SE-4). It is looked up by its hash, so how long that takes
 * tells nothing of it. What was sent goes on without the token, which nobody needs to know after
 * this.
 */
@Injectable()
export class PostbackGate implements CanActivate {
  constructor(
    private readonly tokens: TokenDirectory,
    private readonly limiter: TokenRateLimiter,
    private readonly strangers: StrangersLimiter,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const token = this.#open(request);
    if (token === null) {
      pass(request, reply, this.strangers.admit(request.ip));
      throw postbackTokenInvalid();
    }
    pass(request, reply, this.limiter.admit(token.tokenId));
    request.exchange.postbackToken = token;
    return true;
  }

  #open(request: FastifyRequest): LiveToken | null {
    const { authorization } = request.headers;
    const body = bytesOfBody(request);
    const query = queryOf(request);
    for (const text of sentTokens({ query, authorization, body })) {
      const token = this.tokens.find(text);
      if (token === null) continue;
      request.exchange.sent = {
        query: queryWithout(query, text),
        body: bodyWithout(body, text),
        headers: keptHeaders(request, text),
      };
      return token;
    }
    return null;
  }
}

/** What is asked in the address, without the question mark. */
export function queryOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
}

/** Those that tell what sent a report; the rest may hold credentials of others. */
const KEPT_HEADERS = ['user-agent', 'accept', 'content-type', 'content-encoding'];
const HEADER_LENGTH_MAX = 500;

function keptHeaders({ headers, exchange }: FastifyRequest, token: string) {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = name === 'content-type' ? exchange.contentType : headers[name];
    if (typeof value !== 'string') continue;
    kept[name] = withoutText(value.slice(0, HEADER_LENGTH_MAX), token);
  }
  return kept;
}

function pass(request: FastifyRequest, reply: FastifyReply, admission: Admission): void {
  request.exchange.admission = admission;
  reply.headers(allowanceHeaders(admission));
  if (!admission.admitted) throw rateLimited(admission);
}
