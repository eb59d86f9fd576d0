import type { StoredEvent } from '#libs/event-store';
import type { ApiKeyId, TenantId } from '#libs/kernel';
import { API_KEY_PREFIX, TENANT_PREFIX } from '../application/account-streams.js';
import type { ApiKeyEvent } from '../domain/api-key.events.js';
import {
  type ApiKey,
  evolve as evolveKey,
  initialState as absentKey,
  type KnownApiKey,
} from '../domain/api-key.js';
import type { TenantEvent } from '../domain/tenant.events.js';
import {
  evolve as evolveTenant,
  initialState as absentTenant,
  type Tenant,
} from '../domain/tenant.js';

interface Entry<State> {
  readonly state: State;
  readonly revision: bigint;
}

/**
 * Every tenant and key in memory, folded from their streams. About 1 kB a key.
 *
 * Events may arrive twice, from the live log and from a look-up: what a stream's entry has seen
 * already is passed over.
 */
export class KeyRegister {
  readonly #keys = new Map<string, Entry<ApiKey>>();
  readonly #tenants = new Map<string, Entry<Tenant>>();

  /** The key, if it is known to exist. */
  key(keyId: ApiKeyId): KnownApiKey | undefined {
    const state = this.#keys.get(`${API_KEY_PREFIX}${keyId}`)?.state;
    return state === undefined || state.status === 'absent' ? undefined : state;
  }

  /** The tenant, if it is known to exist. */
  tenant(tenantId: TenantId): Extract<Tenant, { status: 'present' }> | undefined {
    const state = this.#tenants.get(`${TENANT_PREFIX}${tenantId}`)?.state;
    return state === undefined || state.status === 'absent' ? undefined : state;
  }

  /** The first revision of a stream that was not seen yet. */
  nextRevision(stream: string): bigint {
    const entry = this.#keys.get(stream) ?? this.#tenants.get(stream);
    return entry === undefined ? 0n : entry.revision + 1n;
  }

  /** Takes in an event of a key or a tenant; any other is passed over. */
  apply(event: StoredEvent): void {
    if (event.revision < this.nextRevision(event.stream)) return;
    if (event.stream.startsWith(API_KEY_PREFIX)) {
      const before = this.#keys.get(event.stream)?.state ?? absentKey();
      const state = evolveKey(before, event as StoredEvent<ApiKeyEvent>);
      this.#keys.set(event.stream, { state, revision: event.revision });
    } else if (event.stream.startsWith(TENANT_PREFIX)) {
      const before = this.#tenants.get(event.stream)?.state ?? absentTenant();
      const state = evolveTenant(before, event as StoredEvent<TenantEvent>);
      this.#tenants.set(event.stream, { state, revision: event.revision });
    }
  }
}
