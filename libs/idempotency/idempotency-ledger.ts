import { DomainError, type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { GroupCommit, type Linger } from './group-commit.js';
import { type KeyedCommand } from './idempotency-key.js';
import {
  claimKeys,
  type ClaimRequest,
  completeKeys,
  type Completion,
  type EarlierUse,
  type Outcome,
  UnknownUse,
} from './idempotency-store.js';

/** What a request with an Idempotency-Key is to do. */
export type Claim =
  /** Nobody used the key: carry it out. It is the caller's until it is settled. */
  | { readonly kind: 'first' }
  /** It was begun and nobody is at work on it: carry it out unless the log holds it. Settle it. */
  | { readonly kind: 'again' }
  /** The log may hold it already; if not, another process may be at work on it. */
  | { readonly kind: 'elsewhere' }
  /** It was done: answer the same again. */
  | { readonly kind: 'replay'; readonly outcome: Outcome };

interface InFlight {
  readonly fingerprint: string;
  outcome: Outcome | null;
}

interface TenantBatches {
  readonly claims: GroupCommit<ClaimRequest, EarlierUse | UnknownUse | undefined>;
  readonly completions: GroupCommit<Completion, undefined>;
}

const BATCH_MAX = 500;
/** A statement costs as much as ten of its rows: claims that come in numbers wait for company. */
const CLAIM_LINGER: Linger = { ms: 1, fromBatchOf: 2 };
/** An outcome is known here meanwhile. */
const COMPLETION_LINGER: Linger = { ms: 25, fromBatchOf: 0 };
const WAITING_MAX = 10_000;

/**
 * One Idempotency-Key, one outcome, for 30 days, whatever crashes (semantics §3.15).
 *
 * A claim is written before the request is carried out; requests that come together share one
 * statement. Where the log holds what came of a request, the claim is all that is ever written;
 * other outcomes are written after the answer was sent, and a retry that comes in between is
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
   * `idempotency_in_progress` while this process is at work on the first request, and `unavailable`
   * when the database cannot be asked.
   */
  async claim({ tenantId, commandId }: KeyedCommand, fingerprint: string): Promise<Claim> {
    const here = this.#inFlight.get(commandId);
    if (here !== undefined) return answerOf(here, fingerprint);
    this.#inFlight.set(commandId, { fingerprint, outcome: null });
    let claim: Claim | null = null;
    try {
      const earlier = await this.#of(tenantId).claims.add({ commandId, fingerprint });
      if (earlier instanceof UnknownUse) throw earlier.cause;
      claim = claimAfter(earlier, fingerprint);
      return claim;
    } finally {
      const ours = claim?.kind === 'first' || claim?.kind === 'again';
      if (!ours) this.#inFlight.delete(commandId);
    }
  }

  /** Settles a claim with what was answered; `null` lets a retry carry it out anew. */
  complete({ tenantId, commandId }: KeyedCommand, outcome: Outcome | null): void {
    const entry = this.#inFlight.get(commandId);
    if (entry === undefined) return;
    entry.outcome = outcome;
    const { fingerprint } = entry;
    this.#of(tenantId)
      .completions.add({ commandId, fingerprint, outcome })
      // Not written: the lease runs out, and a retry finds its own events in the log.
      .catch(() => undefined)
      .finally(() => {
        if (this.#inFlight.get(commandId) === entry) this.#inFlight.delete(commandId);
      });
  }

  /** Settles a claim whose outcome the log holds, under the command's id. */
  release({ commandId }: KeyedCommand): void {
    this.#inFlight.delete(commandId);
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

function claimAfter(earlier: EarlierUse | undefined, fingerprint: string): Claim {
  if (earlier === undefined) return { kind: 'first' };
  if (earlier.takenOver) return { kind: 'again' };
  const { status, headers, body } = earlier;
  if (earlier.fingerprint === null) throw idempotencyInProgress();
  if (earlier.fingerprint !== fingerprint) throw idempotencyKeyReuse();
  if (status === null || body === null) return { kind: 'elsewhere' };
  return { kind: 'replay', outcome: { status, headers: headers ?? {}, body } };
}

function answerOf(here: InFlight, fingerprint: string): Claim {
  if (here.fingerprint !== fingerprint) throw idempotencyKeyReuse();
  if (here.outcome === null) throw idempotencyInProgress();
  return { kind: 'replay', outcome: here.outcome };
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
export function idempotencyInProgress(): DomainError {
  return new DomainError(
    'conflict',
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still under way. Send it again in a moment.',
    { details: { retry_after_seconds: 1 } },
  );
}

function whenFull(): DomainError {
  return new DomainError(
    'unavailable',
    'database_unavailable',
    'The database does not keep up. Try again in a few seconds.',
  );
}
