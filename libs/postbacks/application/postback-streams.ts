import { type TenantId } from '#libs/kernel';

/** What the names of targets’ streams begin with, for filters on the log. */
export const POSTBACK_TARGETS_PREFIX = 'postbackTargets-';
/** What the names of deliveries’ streams begin with, for filters on the log. */
export const POSTBACK_DELIVERY_PREFIX = 'postbackDelivery-';

/** The stream of all targets of a tenant: they are few, and their number is limited. */
export function postbackTargetsStream(tenantId: TenantId): string {
  return `${POSTBACK_TARGETS_PREFIX}${tenantId}`;
}

/** The stream of one postback to one target. */
export function postbackDeliveryStream(deliveryId: string): string {
  return `${POSTBACK_DELIVERY_PREFIX}${deliveryId}`;
}
