import { DomainError, type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { GroupCommit, type Linger } from './group-commit.js';
import { type IdempotencyScope } from './idempotency-key.js';
import {
  claimKeys,
  type ClaimRequest,
  type ClaimRow,
  completeKeys,
  type Completion,
  LEASE_SECONDS,
  type Outcome,
} from './idempotency-store.js';

/** What a request with an Idempotency-Key is to do. */
export type Claim =
  /** Nobody did it: do it, then tell {@link IdempotencyLedger.complete}. */
  | { readonly kind: 'execute' }
  /** It was done: answer the same again. */
  | { readonly kind: 'replay'; readonly outcome: Outcome };

interface InFlight {
  readonly fingerprint: string;
  outcome: Outcome | null;
}

interface TenantBatches {
  readonly claims: GroupCommit<ClaimRequest, ClaimRow>;
  readonly completions: GroupCommit<Completion, undefined>;
}

const BATCH_MAX = 500;
/** A batch of many costs hardly more than one of few: under load this triples what can be claimed. */
const CLAIM_LINGER: Linger = { ms: 4, fromBatchOf: 4 };
/** An outcome is known here meanwhile. */
const COMPLETION_LINGER: Linger = { ms: 25, fromBatchOf: 0 };
const WAITING_MAX = 10_000;

/**
 * One Idempotency-Key, one outcome, for 30 days, whatever crashes (semantics §3.15).
 *
 * A claim is durable before the request is carried out; requests that come together share one
 * statement. The outcome is written after the answer was sent; a retry that comes in between is
 * answered from memory.
 */
export class IdempotencyLedger {
  readonly #database: Database;
  readonly #inFlight = new Map<string, InFlight>();
  readonly #batches = new Map<TenantId, TenantBatches>();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Rejects with `idempotency_key_reuse` if the key was used with another body,
   * `idempotency_in_progress` while the first request is under way, and `unavailable` when the
   * database cannot be asked.
   */
  async claim(scope: IdempotencyScope, fingerprint: string): Promise<Claim> {
    const name = nameOf(scope);
    const here = this.#inFlight.get(name);
    if (here !== undefined) return answerOf(here, fingerprint);
    const entry: InFlight = { fingerprint, outcome: null };
    this.#inFlight.set(name, entry);
    try {
      const { apiKeyId, route, key } = scope;
      const row = await this.#of(scope.tenantId).claims.add({ apiKeyId, route, key, fingerprint });
      if (row.claimed) return { kind: 'execute' };
      this.#inFlight.delete(name);
      return answerOf(known(row, fingerprint), fingerprint, row.leaseSecondsLeft);
    } catch (error) {
      this.#inFlight.delete(name);
      throw error;
    }
  }

  /** Keeps the outcome of a request that was carried out; `null` lets a retry carry it out anew. */
  complete(scope: IdempotencyScope, outcome: Outcome | null): void {
    const name = nameOf(scope);
    const entry = this.#inFlight.get(name);
    if (entry === undefined) return;
    entry.outcome = outcome;
    const { apiKeyId, route, key } = scope;
    const { fingerprint } = entry;
    this.#of(scope.tenantId)
      .completions.add({ apiKeyId, route, key, fingerprint, outcome })
      // Not written: the lease runs out, and a retry finds its own events in the log.
      .catch(() => undefined)
      .finally(() => {
        if (this.#inFlight.get(name) === entry) this.#inFlight.delete(name);
      });
  }

  /** Resolves when every outcome is written. */
  async close(): Promise<void> {
    for (const { completions } of this.#batches.values()) await completions.idle();
  }

  #of(tenantId: TenantId): TenantBatches {
    let batches = this.#batches.get(tenantId);
    if (batches === undefined) {
      batches = this.#batchesFor(tenantId);
      this.#batches.set(tenantId, batches);
    }
    return batches;
  }

  #batchesFor(tenantId: TenantId): TenantBatches {
    const limits = { batchMax: BATCH_MAX, waitingMax: WAITING_MAX, whenFull };
    return {
      claims: new GroupCommit({
        ...limits,
        linger: CLAIM_LINGER,
        flush: (requests) => claimKeys(this.#database, tenantId, requests),
      }),
      completions: new GroupCommit<Completion, undefined>({
        ...limits,
        linger: COMPLETION_LINGER,
        flush: async (completions) => {
          await completeKeys(this.#database, tenantId, completions);
          return [];
        },
      }),
    };
  }
}

/** Route and ids hold no line break, so no two scopes give the same text. */
function nameOf({ tenantId, apiKeyId, route, key }: IdempotencyScope): string {
  return `${tenantId}\n${apiKeyId}\n${route}\n${key}`;
}

function known(row: ClaimRow, fingerprint: string): InFlight {
  const { status, headers, body } = row;
  const answered = status !== null && body !== null;
  return {
    fingerprint: row.fingerprint ?? fingerprint,
    outcome: answered ? { status, headers: headers ?? {}, body } : null,
  };
}

function answerOf(
  before: InFlight,
  fingerprint: string,
  leaseSecondsLeft: number | null = null,
): Claim {
  if (before.fingerprint !== fingerprint) throw idempotencyKeyReuse();
  if (before.outcome !== null) return { kind: 'replay', outcome: before.outcome };
  throw idempotencyInProgress(leaseSecondsLeft ?? 1);
}

/** The key belongs to another request. */
export function idempotencyKeyReuse(): DomainError {
  return new DomainError(
    'validation',
    'idempotency_key_reuse',
    'This Idempotency-Key was used with another body in the last 30 days. Use a new key for a new request.',
  );
}

/** The first request with this key has not been answered yet. */
export function idempotencyInProgress(retryAfterSeconds: number): DomainError {
  return new DomainError(
    'conflict',
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still under way. Send it again in a moment.',
    { details: { retry_after_seconds: Math.min(LEASE_SECONDS, Math.max(1, retryAfterSeconds)) } },
  );
}

function whenFull(): DomainError {
  return new DomainError(
    'unavailable',
    'database_unavailable',
    'The database does not keep up. Try again in a few seconds.',
  );
}
