import { FieldReader } from '#libs/fields';
import { DomainError, type TenantId } from '#libs/kernel';
import { type DestinationSettings } from '../domain/destination.events.js';
import { type DestinationReader } from './destination-reader.js';

/** The destination whose settings are wished for. */
interface Wisher {
  readonly tenantId: TenantId;
  readonly destinationId: string;
}

/**
 * Rejects with `validation_failed` where settings name a stand-in that would never come (BU-8): one
 * that is not the tenant’s, is retired, or is the destination itself. One that was named before
 * stays: it may have been retired since, and whoever changes something else meant nothing by it.
 */
export async function refuseUnknownStandIn(
  reader: DestinationReader,
  { tenantId, destinationId }: Wisher,
  settings: DestinationSettings,
  before: DestinationSettings | null,
): Promise<void> {
  const { standInId } = settings.schedule;
  if (standInId === null || standInId === before?.schedule.standInId) return;
  if (standInId !== destinationId && (await mayComeIn(reader, tenantId, standInId))) return;
  const fields = new FieldReader({ schedule: {} });
  fields
    .object('schedule')
    .refuse(
      'stand_in_id',
      'not_allowed',
      'must be the id of another destination of yours that is not retired: GET /v1/destinations ' +
        'lists them; or leave it out',
    );
  fields.refuseWrong();
}

async function mayComeIn(
  reader: DestinationReader,
  tenantId: TenantId,
  destinationId: string,
): Promise<boolean> {
  try {
    return (await reader.find(tenantId, destinationId)).status !== 'retired';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'destination_not_found') return false;
    throw error;
  }
}
