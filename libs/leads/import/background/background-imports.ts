import { backoffMs } from '#libs/event-store';
import { type DataKeyId, DomainError, type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, type Sealed } from '#libs/privacy';
import { type Database } from '#libs/read-db';
import { setTimeout as pause } from 'node:timers/promises';
import { type IntakePolicy } from '../../application/intake-policy.js';
import { ROWS_IN_FLIGHT_MAX } from '../file-import.js';
import { type ImportJob } from '../import-job.js';
import { inOrder } from '../in-order.js';
import { type ReceiveLead, RowImporter } from '../row-importer.js';
import { type RowResult } from '../row-outcome.js';
import {
  type ClaimedImport,
  claimImport,
  completeChunk,
  giveUp,
  nextChunk,
  postpone,
  ROWS_ERASED,
  rowsErased,
  sweepAbandonedUploads,
  type WorkerTransaction,
} from './claimed-import.js';
import { type ImportLayout } from './import-layout.js';

/** What the worker may want to log. Holds nothing personal. */
export type ImportNotice =
  | { readonly kind: 'finished'; readonly tenantId: string; readonly importId: string }
  | {
      readonly kind: 'given_up';
      readonly tenantId: string;
      readonly importId: string;
      readonly code: string;
    }
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What background imports work with. */
export interface BackgroundImportsParts {
  /** As the worker, who serves all tenants. */
  readonly database: Database;
  readonly keys: DataKeys;
  readonly receive: ReceiveLead;
  readonly report: (notice: ImportNotice) => void;
  /** How long to wait when there is nothing to do; 1 s unless told. */
  readonly idleMs?: number;
}

const IDLE_MS = 1_000;
/** Failures of the same rows, other than a store out of reach, before the import is given up. */
const ATTEMPTS_MAX = 5;
const SWEEP_EVERY_MS = 60 * 60 * 1_000;

/**
 * Works on posted imports, one chunk of rows at a time, those first that were worked on longest
 * ago.
 *
 * A chunk is one transaction: the import is locked, its rows are sent, what became of them is
 * written, and the chunk removed. Whoever dies in between leaves everything as it was, and the rows
 * already sent are recognised by their command ids. Any number of workers may do this at once, each
 * on another import.
 */
export class BackgroundImports {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #sweptAt = -Infinity;

  constructor(private readonly parts: BackgroundImportsParts) {}

  /** Works until {@link stop}. */
  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the chunk under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /**
   * Works on one chunk of one import; resolves to `false` if there was none to work on. Rejects
   * when its rows could not be done now; then nothing of them is written down.
   */
  async workOnce(): Promise<boolean> {
    let claimed: ClaimedImport | undefined;
    try {
      const last = await this.parts.database.kysely.transaction().execute(async (transaction) => {
        claimed = await claimImport(transaction);
        return claimed !== undefined && (await this.#workOn(transaction, claimed));
      });
      if (claimed === undefined) return false;
      if (last) await this.#finish(claimed);
      return true;
    } catch (error) {
      const passing = error instanceof DomainError && error.kind === 'unavailable';
      if (claimed !== undefined && !passing) await this.#countFailure(claimed, error);
      throw error;
    }
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted;) {
      try {
        await this.#sweep();
        const worked = await this.workOnce();
        failures = 0;
        if (!worked) await this.#pause(this.parts.idleMs ?? IDLE_MS);
      } catch (error) {
        failures += 1;
        const retryInMs = backoffMs(failures, 500, 15_000);
        this.parts.report({ kind: 'interrupted', error, retryInMs });
        await this.#pause(retryInMs);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #workOn(transaction: WorkerTransaction, claimed: ClaimedImport): Promise<boolean> {
    const chunk = await nextChunk(transaction, claimed);
    if (chunk === undefined) throw rowsErased();
    const { importer, rows } = await this.#open(claimed, chunk.rows);
    const numbered = rows.map((cells, index) => ({ number: chunk.firstRow + index, cells }));
    const results: RowResult[] = [];
    for await (const result of inOrder(numbered, (row) => importer.take(row), ROWS_IN_FLIGHT_MAX)) {
      results.push(result);
    }
    return completeChunk(transaction, claimed, chunk.firstRow, results);
  }

  async #open(claimed: ClaimedImport, box: string) {
    const { importId, mode, source, apiKeyId } = claimed;
    const boxes = [claimed.layout, box] as Sealed<unknown>[];
    const [layout, rows] = await this.parts.keys.openAll(claimed.tenantId as TenantId, boxes);
    if (isErased(layout) || isErased(rows)) throw rowsErased();
    const job: ImportJob = {
      ...{ importId, mode, source, apiKeyId },
      policy: claimed.policy as unknown as IntakePolicy,
      mapping: (layout as ImportLayout).mapping,
      actor: { kind: 'api_key', id: apiKeyId },
    };
    return {
      importer: new RowImporter(job, this.parts.receive),
      rows: rows as readonly (readonly string[])[],
    };
  }

  /** The rows are gone already; without their key they are gone from backups too. */
  async #finish({ tenantId, importId, rowsKeyId }: ClaimedImport): Promise<void> {
    await this.parts.keys.destroy(tenantId as TenantId, [rowsKeyId as DataKeyId]);
    this.parts.report({ kind: 'finished', tenantId, importId });
  }

  /** A failure that waiting does not mend is tried again a few times, then ends the import. */
  async #countFailure(claimed: ClaimedImport, error: unknown): Promise<void> {
    const { tenantId, importId, rowsKeyId } = claimed;
    const code = error instanceof DomainError ? error.code : 'internal_error';
    const { kysely } = this.parts.database;
    if (claimed.attempts + 1 < ATTEMPTS_MAX && code !== ROWS_ERASED) {
      await postpone(kysely, claimed);
      return;
    }
    await kysely.transaction().execute((transaction) => giveUp(transaction, claimed, code));
    await this.parts.keys.destroy(tenantId as TenantId, [rowsKeyId as DataKeyId]);
    this.parts.report({ kind: 'given_up', tenantId, importId, code });
  }

  async #sweep(): Promise<void> {
    if (performance.now() - this.#sweptAt < SWEEP_EVERY_MS) return;
    await sweepAbandonedUploads(this.parts.database.kysely);
    this.#sweptAt = performance.now();
  }
}
