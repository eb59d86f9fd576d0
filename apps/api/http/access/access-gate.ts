import { type ApiKeyScope } from '#libs/accounts';
import { type AddressRateLimiter, type Admission, type KeyRateLimiter } from '#libs/rate-limit';
import { type Secret } from '#libs/settings';
import { hash, timingSafeEqual } from 'node:crypto';
import { type FastifyReply, type FastifyRequest, type HookHandlerDoneFunction } from 'fastify';
import { type RouteAccess } from '../exchange.js';
import { forbiddenKeyKind, forbiddenScope, rateLimited, unauthorized } from './access.errors.js';
import { type CallingKey, type KeyAuthenticator } from './calling-key.js';
import { bearerKey, refuseKeyInQuery } from './credentials.js';

/**
 * Decides who comes in, before a body is read: the key, its allowance, its scope.
 *
 * Runs on every request there is. A known key within its allowance costs no round trip.
 */
export class AccessGate {
  readonly #metricsDigest: Buffer | null;

  constructor(
    private readonly keys: KeyAuthenticator,
    private readonly keyLimiter: KeyRateLimiter,
    private readonly addressLimiter: AddressRateLimiter,
    metricsToken: Secret | null,
  ) {
    this.#metricsDigest = metricsToken === null ? null : digestOf(metricsToken.reveal());
  }

  /** As Fastify's onRequest hook. */
  readonly onRequest = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void => {
    const fail = (error: unknown): void => {
      this.showAllowance(request, reply);
      done(error as Error);
    };
    try {
      const passing = this.#pass(request, reply);
      if (passing === undefined) done();
      else
        passing.then(() => {
          done();
        }, fail);
    } catch (error) {
      fail(error);
    }
  };

  /** Tells a caller whom no key vouched for what its address has left, unless it was told. */
  showAllowance(request: FastifyRequest, reply: FastifyReply): void {
    if (request.exchange.admission !== null) return;
    show(request, reply, this.addressLimiter.peek(request.ip));
  }

  #pass(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { access } = request.routeOptions.config;
    if (access === 'public') {
      this.showAllowance(request, reply);
      return undefined;
    }
    try {
      refuseKeyInQuery(request.url);
      const text = bearerKey(request.headers.authorization);
      if (access === 'metrics' && text !== null && this.#isMetricsToken(text)) {
        this.showAllowance(request, reply);
        return undefined;
      }
      if (access === undefined || text === null) {
        this.#anonymous(request, reply, access);
        return undefined;
      }
      return this.keys.authenticate(text).then(
        (key) => this.#known(request, reply, access, key),
        (error: unknown) => this.#refuse(request, reply, error),
      );
    } catch (error) {
      return this.#refuse(request, reply, error);
    }
  }

  /**
   * Digests are compared, and in constant time, so that nothing is learned from how long it takes.
   */
  #isMetricsToken(text: string): boolean {
    return this.#metricsDigest !== null && timingSafeEqual(this.#metricsDigest, digestOf(text));
  }

  /** Nobody's request: to an address that does not exist it may go on, and be told so. */
  #anonymous(request: FastifyRequest, reply: FastifyReply, access?: RouteAccess): void {
    if (access !== undefined) this.#refuse(request, reply, unauthorized());
    this.#countAddress(request, reply);
  }

  /** What comes without a good key counts against its address, so that keys cannot be guessed. */
  #refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): never {
    if (request.exchange.admission === null) this.#countAddress(request, reply);
    throw error;
  }

  #countAddress(request: FastifyRequest, reply: FastifyReply): void {
    const admission = this.addressLimiter.admit(request.ip);
    show(request, reply, admission);
    if (!admission.admitted) throw rateLimited(admission);
  }

  #known(
    request: FastifyRequest,
    reply: FastifyReply,
    access: RouteAccess,
    key: CallingKey,
  ): Promise<void> | undefined {
    request.exchange.key = key;
    const { tenantId, keyId: apiKeyId, rateLimitPerMinute: ratePerMinute } = key;
    const admission = this.keyLimiter.admit({ tenantId, apiKeyId, ratePerMinute });
    if (admission instanceof Promise) {
      return admission.then((answer) => {
        enter(request, reply, access, key, answer);
      });
    }
    enter(request, reply, access, key, admission);
    return undefined;
  }
}

/** What a key must have to call a route; `null`: nothing but to be good. */
const SCOPES = {
  ...{ public: null, 'any key': null, read: 'read', write: 'write' },
  ...{ operator: 'operator', metrics: 'operator' },
} as const satisfies Record<RouteAccess, ApiKeyScope | null>;

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  access: RouteAccess,
  key: CallingKey,
  admission: Admission,
): void {
  show(request, reply, admission);
  if (!admission.admitted) throw rateLimited(admission);
  if (key.role !== null) throw forbiddenKeyKind();
  const scope = SCOPES[access];
  if (scope !== null && !key.scopes.includes(scope)) throw forbiddenScope(scope);
}

function show(request: FastifyRequest, reply: FastifyReply, admission: Admission): void {
  request.exchange.admission = admission;
  reply.headers(allowanceHeaders(admission));
}

/** The allowance as every response tells it. */
export function allowanceHeaders({ limit, remaining, resetAt }: Admission): Record<string, number> {
  return {
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': resetAt,
  };
}
