import {
  type Hit,
  type LiveToken,
  type Receipt,
  type ReportOrigin,
  type RevenueCaller,
  splitHits,
} from '#libs/revenue';
import { type FastifyRequest } from 'fastify';
import { v5 as uuidv5 } from 'uuid';
import { type SentReport } from '../http/exchange.js';
import { postbackTokenInvalid } from './postback.errors.js';

/** Reports of one request that are written at a time. */
const WRITTEN_AT_ONCE = 50;

/** One report of a request, whatever it is about. */
export interface SentHit {
  readonly token: LiveToken;
  /** UUID. */
  readonly id: string;
  /** Without the token. */
  readonly hit: Hit;
  readonly origin: ReportOrigin;
  readonly receipt: Receipt;
  readonly caller: RevenueCaller;
}

/**
 * Everything that a request reports, in its order; it came through the gate, which knows its token.
 */
export function sentHits(request: FastifyRequest, receivedAt: string): SentHit[] {
  const { postbackToken: token, sent } = request.exchange;
  if (token === null || sent === null) throw postbackTokenInvalid();
  const { id: commandId, ip } = request;
  const caller: RevenueCaller = {
    ...{ actor: { kind: 'api_key', id: token.tokenId }, commandId, causationId: commandId },
  };
  const origin = { ip, headers: sent.headers };
  return splitHits(hitOf(request, sent)).map((hit, sequence) => ({
    ...{ token, hit, origin, receipt: { receivedAt, sequence }, caller },
    id: idOf(request, sequence),
  }));
}

/** Does something with each, some at a time, so that a long list does not crowd out others. */
export async function someAtATime<Result>(
  hits: readonly SentHit[],
  work: (hit: SentHit) => Promise<Result>,
): Promise<Result[]> {
  const done: Result[] = [];
  for (let first = 0; first < hits.length; first += WRITTEN_AT_ONCE) {
    done.push(...(await Promise.all(hits.slice(first, first + WRITTEN_AT_ONCE).map(work))));
  }
  return done;
}

function hitOf({ method }: FastifyRequest, { query, body, headers }: SentReport): Hit {
  const contentType = headers['content-type'] ?? null;
  return { method: method === 'POST' ? 'POST' : 'GET', contentType, query, body };
}

/** A request’s first report bears its id, so that both are found by either. */
function idOf({ id }: FastifyRequest, index: number): string {
  return index === 0 ? id : uuidv5(`report ${index}`, id);
}
