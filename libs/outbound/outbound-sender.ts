import { type Clock, systemClock } from '#libs/kernel';
import { Agent, type Dispatcher, request as send } from 'undici';
import { type AddressRules } from './address-rules.js';
import { readBeginning } from './body-beginning.js';
import { urlProblem } from './outbound-url.js';
import { type Resolve, safeLookup } from './safe-lookup.js';
import { readRetryAfter, type SendFailure, type SendOutcome } from './send-outcome.js';

/** How long a request may take, from the look-up of the name to the end of what is kept. */
export const SEND_WITHIN_MS = 10_000;

/** A request to somebody else. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for none. */
  readonly body: string | null;
}

/** Where requests may go, and how long they may take. */
export interface OutboundSenderOptions extends AddressRules {
  /** {@link SEND_WITHIN_MS}, unless told. */
  readonly withinMs?: number;
  /** The system’s resolver, unless told. */
  readonly resolve?: Resolve;
  readonly clock?: Clock;
}

/** What every request says it comes from. */
const USER_AGENT = 'Leadledger/1';
/** Connections to one receiver at a time; more requests wait for one to be free. */
const CONNECTIONS_MAX = 8;

/**
 * Sends requests to addresses that tenants name, and that therefore may be anywhere: never into
 * networks of one’s own, unless that is allowed, whatever a name leads to by then; no redirection
 * is followed, and no more of an answer is read than is kept. Sends once: repeating is for the
 * caller.
 */
export class OutboundSender {
  readonly rules: AddressRules;
  readonly #agent: Agent;
  readonly #withinMs: number;
  readonly #clock: Clock;

  constructor(options: OutboundSenderOptions) {
    const { privateAllowed, withinMs = SEND_WITHIN_MS, resolve, clock = systemClock } = options;
    this.rules = { privateAllowed };
    this.#withinMs = withinMs;
    this.#clock = clock;
    this.#agent = new Agent({
      ...{ connections: CONNECTIONS_MAX, pipelining: 1, maxHeaderSize: 16_384 },
      connect: { lookup: safeLookup(this.rules, resolve), timeout: withinMs },
    });
  }

  /** Never rejects: whatever goes wrong is an outcome. */
  async send(request: OutboundRequest): Promise<SendOutcome> {
    const began = performance.now();
    const tookMs = () => Math.round(performance.now() - began);
    // A literal address is connected to without a look-up, so it is looked at here.
    if (urlProblem(request.url, this.rules) !== null) {
      return { kind: 'forbidden_address', tookMs: tookMs() };
    }
    try {
      const { status, retryAfter, body } = await this.#exchange(request);
      const retryAfterMs = readRetryAfter(retryAfter, this.#clock.now());
      return { kind: 'answered', status, retryAfterMs, body, tookMs: tookMs() };
    } catch (error) {
      return { kind: failureOf(error), tookMs: tookMs() };
    }
  }

  /** Lets go of all connections. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #exchange({ method, url, headers, body }: OutboundRequest) {
    const signal = AbortSignal.timeout(this.#withinMs);
    const response = await send(url, {
      ...{ dispatcher: this.#agent, method, body, signal },
      headers: { 'user-agent': USER_AGENT, ...headers },
    });
    const retryAfter = lastOf(response.headers, 'retry-after');
    return { status: response.statusCode, retryAfter, body: await readBeginning(response.body) };
  }
}

function lastOf(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

const TIMEOUT_CODES: readonly string[] = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'];

function failureOf(error: unknown): SendFailure {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (code === 'FORBIDDEN_ADDRESS') return 'forbidden_address';
  if (name === 'TimeoutError' || TIMEOUT_CODES.includes(code ?? '')) return 'timeout';
  return 'unreachable';
}
