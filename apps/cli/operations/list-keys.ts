import {
  API_KEY_PREFIX,
  type ApiKeyCreatedData,
  type ApiKeyEvent,
  ApiKeyIssuer,
} from '#libs/accounts';
import { type ApiKeyId, systemClock, type TenantId } from '#libs/kernel';
import { type StackConnection } from '../connection/stack-connection.js';

type LoadedKey = Awaited<ReturnType<ApiKeyIssuer['load']>>;

/** A key as its list shows it: never the hash, let alone the key. */
export interface ListedKey extends Omit<ApiKeyCreatedData, 'secretHash'> {
  readonly standing: 'usable' | 'expired' | 'revoked';
  /** When it ends or ended, by expiry or rotation; `null` if it does not. */
  readonly endsAt: string | null;
}

/** The keys of a tenant, oldest first. Read from the log itself, so that none is missing. */
export async function listKeys(stack: StackConnection, tenantId: TenantId): Promise<ListedKey[]> {
  const issuer = new ApiKeyIssuer(stack.runner);
  const keys: ListedKey[] = [];
  for (const keyId of await keyIdsOf(stack, tenantId)) {
    const key = await issuer.load(keyId);
    if (key.status !== 'absent') keys.push(listed(key, systemClock.now()));
  }
  return keys;
}

async function keyIdsOf({ eventStore }: StackConnection, tenantId: TenantId): Promise<ApiKeyId[]> {
  const done = new AbortController();
  const ids: ApiKeyId[] = [];
  const log = eventStore.subscribeToAll({
    after: null,
    streamPrefixes: [API_KEY_PREFIX],
    signal: done.signal,
  });
  for await (const message of log) {
    if (message.kind === 'caught_up') break;
    if (message.kind !== 'event') continue;
    const { type, data } = message.event as unknown as ApiKeyEvent;
    if (type === 'ApiKeyCreated' && data.tenantId === tenantId) ids.push(data.keyId as ApiKeyId);
  }
  return ids;
}

/** What a key is worth at `now`. An end is exclusive: at that very instant it is over. */
export function listed(known: Exclude<LoadedKey, { status: 'absent' }>, now: Date): ListedKey {
  const { key } = known;
  const ends = [key.expiresAt, known.status === 'rotated' ? known.validUntil : null];
  const endsAt = ends.filter((end) => end !== null).sort()[0] ?? null;
  const over = endsAt !== null && Date.parse(endsAt) <= now.getTime();
  const standing = known.status === 'revoked' ? 'revoked' : over ? 'expired' : 'usable';
  const { keyId, tenantId, kind, prefix, last4, name } = key;
  const { scopes, role, rateLimitPerMinute, mode, expiresAt, createdAt } = key;
  return {
    ...{ keyId, tenantId, kind, prefix, last4, name, scopes, role, rateLimitPerMinute, mode },
    ...{ expiresAt, createdAt, standing, endsAt },
  };
}
