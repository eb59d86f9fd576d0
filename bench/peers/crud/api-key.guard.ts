import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiKey, ApiKeys } from './api-keys.js';
import { PeerError } from './peer-error.js';
import { type Allowance, RateLimiter } from './rate-limiter.js';

/** A request whose key was checked. */
export type KeyedRequest = FastifyRequest & { apiKey: ApiKey };

/** Lets requests with a known key through, as many a minute as it may make. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly limiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<KeyedRequest>();
    const key = await this.keys.find(bearer(request));
    if (key === null) throw new PeerError(401, 'unauthorized', 'Send a valid API key.');
    const allowance = this.limiter.take(key.id, key.limitPerMinute, Date.now());
    announce(http.getResponse<FastifyReply>(), allowance);
    if (allowance.exceeded) throw new PeerError(429, 'rate_limited', 'Wait for the next minute.');
    request.apiKey = key;
    return true;
  }
}

function bearer({ headers }: FastifyRequest): string {
  const { authorization = '' } = headers;
  return authorization.startsWith('Bearer ') ? authorization.slice(7) : '';
}

function announce(reply: FastifyReply, { limit, remaining, resetsAt, exceeded }: Allowance): void {
  void reply
    .header('X-RateLimit-Limit', limit)
    .header('X-RateLimit-Remaining', remaining)
    .header('X-RateLimit-Reset', resetsAt);
  if (!exceeded) return;
  void reply.header('Retry-After', Math.max(1, resetsAt - Math.floor(Date.now() / 1_000)));
}
