import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Client } from 'pg';
import type { PeerDatabase } from './database.js';

/** A key that may post leads. */
export interface ApiKey {
  readonly id: string;
  readonly tenantId: string;
  readonly limitPerMinute: number;
}

const rememberedMs = 30_000;

/** Keys by the hash of their text, remembered for 30 s: so long a revoked key may go on. */
export class ApiKeys {
  readonly #remembered = new Map<string, { key: ApiKey | null; until: number }>();

  constructor(private readonly database: Kysely<PeerDatabase>) {}

  /** The key with this text; `null` if there is none or it was revoked. */
  async find(text: string): Promise<ApiKey | null> {
    const hash = hashOf(text);
    const name = hash.toString('base64');
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined && remembered.until > Date.now()) return remembered.key;
    const key = await this.#read(hash);
    this.#remembered.set(name, { key, until: Date.now() + rememberedMs });
    return key;
  }

  async #read(hash: Buffer): Promise<ApiKey | null> {
    const row = await this.database
      .selectFrom('api_key')
      .select(['id', 'tenant_id', 'limit_per_minute'])
      .where('key_hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return null;
    return { id: row.id, tenantId: row.tenant_id, limitPerMinute: row.limit_per_minute };
  }
}

/** Makes a key and returns its text, which is stored nowhere. */
export async function createApiKey(
  client: Client,
  { tenantId, limitPerMinute }: { tenantId: string; limitPerMinute: number },
): Promise<string> {
  const text = `l2i_${randomBytes(32).toString('base64url')}`;
  await client.query(
    'insert into api_key (key_hash, id, tenant_id, limit_per_minute) values ($1, $2, $3, $4)',
    [hashOf(text), randomUUID(), tenantId, limitPerMinute],
  );
  return text;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
