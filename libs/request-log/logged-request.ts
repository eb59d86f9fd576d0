import { type TenantId } from '#libs/kernel';

/** One request to the api, as the log keeps it (IN-17). No secret and no query string is in it. */
export interface LoggedRequest {
  /** `noTenant` for a request that no key vouched for. */
  readonly tenantId: TenantId;
  readonly id: string;
  readonly at: Date;
  readonly keyId: string | null;
  readonly method: string;
  /**
   * The route's pattern, e.g. `/v1/leads/:id`; never the address itself, which may hold anything.
   */
  readonly route: string;
  readonly status: number;
  readonly latencyMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What became of it, e.g. `created`, `duplicate`, `duplicate_request`. */
  readonly outcome: string | null;
  readonly leadId: string | null;
  readonly errorCode: string | null;
  /** The body as it came; sealed before it is written. */
  readonly body: string | null;
}
