import { DestinationReader } from '#libs/calls';
import { DomainError, type TenantId } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { Injectable } from '@nestjs/common';

/** Tells whether a destination that a request names is one of the tenant's. */
@Injectable()
export class KnownDestinations {
  constructor(private readonly reader: DestinationReader) {}

  /** Rejects with `validation_failed` for an id of none; none named is fine. */
  async assertKnown(tenantId: TenantId, destinationId: string | null | undefined): Promise<void> {
    if (destinationId === null || destinationId === undefined) return;
    try {
      await this.reader.find(tenantId, destinationId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not_found') throw error;
      const message = 'names no destination of this account';
      throw validationFailed([{ field: 'destination_id', code: 'unknown', message }]);
    }
  }
}
