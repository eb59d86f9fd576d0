import { type Actor } from '#libs/kernel';
import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { type IntakePolicy } from '../application/intake-policy.js';
import { type LeadMode } from '../domain/lead.events.js';
import { type ColumnMapping } from './column-mapping.js';

/** Everything a row needs to be taken in, beside itself. */
export interface ImportJob {
  readonly importId: string;
  readonly policy: IntakePolicy;
  readonly mode: LeadMode;
  /** The source of rows that name none. */
  readonly source: string | null;
  readonly mapping: ColumnMapping;
  readonly actor: Actor;
  readonly apiKeyId: string | null;
}

/** What tells one import from another. */
export interface ImportIdentity {
  readonly tenantId: string;
  readonly mode: LeadMode;
  readonly source: string | null;
  readonly mapping: ColumnMapping;
  /** SHA-256 of the file, hex. */
  readonly contentHash: string;
}

/** Never changes: ids of rows already imported depend on it. */
const IMPORTS = 'b3f0a8c2-6a53-4c55-9a55-6f7d2b6d4e11';

/** The same file, read the same way, is the same import, wherever and however often it is sent. */
export function importIdOf({
  tenantId,
  mode,
  source,
  mapping,
  contentHash,
}: ImportIdentity): string {
  const columns = mapping.map(({ column, target }) => [column, target]);
  return uuidv5(JSON.stringify([tenantId, mode, source, columns, contentHash]), IMPORTS);
}

/** The command id of a row: a row that was sent before is recognised, and not taken twice. */
export function rowCommandId(importId: string, row: number): string {
  return uuidv5(String(row), importId);
}

/** Bytes that are hashed and counted as they pass. */
export class HashedBytes {
  readonly #hash = createHash('sha256');
  bytes = 0;

  async *pass(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  /** Hex; once, when all has passed. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
