import { type TenantId } from '#libs/kernel';

/** What the names of the streams of tenants' dialing begin with, for filters on the log. */
export const DIALING_PREFIX = 'dialing-';

/** The stream of who may call from a number (E.164). */
export function callerIdStream(number: string): string {
  return `callerId-${number.slice(1)}`;
}

/** The stream of everything a tenant decides about dialing. */
export function dialingStream(tenantId: TenantId): string {
  return `${DIALING_PREFIX}${tenantId}`;
}
