import { type TenantId } from '#libs/kernel';
import { type TenantSecrets } from '#libs/privacy';
import { type OurNumbers } from '../application/ports.js';

/** Numbers remembered of a tenant at most: they are sent with every question. */
const NUMBERS_MAX = 100;

/**
 * The keyed hashes of the numbers of ours that destinations were shown, as they come up. With them
 * the read side can tell by itself whether a report names one as its caller.
 */
export class OurNumberHashes {
  readonly #byTenant = new Map<TenantId, Map<string, string>>();

  constructor(private readonly secrets: Pick<TenantSecrets, 'phoneHash'>) {}

  /** Those that came up. */
  known(tenantId: TenantId): OurNumbers {
    return Object.fromEntries(this.#byTenant.get(tenantId) ?? []);
  }

  /** The hash of a number, E.164, which is remembered from now on. */
  async hashOf(tenantId: TenantId, number: string): Promise<string> {
    const known = this.#byTenant.get(tenantId) ?? new Map<string, string>();
    const hash = known.get(number) ?? (await this.secrets.phoneHash(tenantId, number));
    if (known.size >= NUMBERS_MAX && !known.has(number)) known.clear();
    this.#byTenant.set(tenantId, known.set(number, hash));
    return hash;
  }
}
