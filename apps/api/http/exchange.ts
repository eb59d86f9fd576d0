import { type KeyedCommand } from '#libs/idempotency';
import { type EarlierRun } from '#libs/leads';
import { type Admission } from '#libs/rate-limit';
import { type LiveToken } from '#libs/revenue';
import { type CallingKey } from './access/calling-key.js';

/** A report of a buyer’s platform, without the token that came with it. */
export interface SentReport {
  readonly query: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is known of one request on its way through, beside what Fastify knows. */
export class Exchange {
  readonly startedAt = performance.now();
  /** Who calls; null until a key has vouched for it, and where none is needed. */
  key: CallingKey | null = null;
  /** The body as it came. */
  rawBody: string | null = null;
  /** Of the body of a route that takes anything: its media type as it was sent. */
  contentType: string | null = null;
  /** The token that vouched for a report of a buyer’s platform. */
  postbackToken: LiveToken | null = null;
  /** What came with it, without it. */
  sent: SentReport | null = null;
  /** Set once the rate-limit headers are. */
  admission: Admission | null = null;
  /** Set while this request holds the claim on its Idempotency-Key. */
  claim: KeyedCommand | null = null;
  /** UUID of the command this request runs; from the Idempotency-Key where there is one. */
  commandId: string | null = null;
  /** Set where the command may have been run before. */
  earlierRun: EarlierRun | null = null;
  /** Whether the log holds what is being answered, under the command's id. */
  inLog = false;
  /** For the request log. */
  outcome: string | null = null;
  leadId: string | null = null;
  /** Of a lead that was received; empty where it may be dialed. For the metrics. */
  ineligibleReasons: readonly string[] | null = null;
  errorCode: string | null = null;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
  interface FastifyContextConfig {
    /** Who may call a route; a route without is not one of ours. */
    access?: RouteAccess;
    /** Whether a command that comes again is answered from the log. */
    recalls?: boolean;
    /** Whether it is given the bytes of any body, as it came. */
    takesAnything?: boolean;
  }
}

/**
 * `public`: anybody, never refused for its rate. `read`, `write` and `operator`: a key with that
 * scope. `metrics`: a key of an operator, or the token of METRICS_TOKEN.
 */
export type RouteAccess = 'public' | 'any key' | 'read' | 'write' | 'operator' | 'metrics';
