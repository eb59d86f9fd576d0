import { DestinationReader, type KnownDestinationState } from '#libs/calls';
import { DomainError, type TenantId } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { Injectable } from '@nestjs/common';

/** Tells whether a destination that a request names is one of the tenant's. */
@Injectable()
export class KnownDestinations {
  constructor(private readonly reader: DestinationReader) {}

  /** The one that is named; `null`: none is. Rejects with `validation_failed` for an id of none. */
  async assertKnown(
    tenantId: TenantId,
    destinationId: string | null | undefined,
  ): Promise<KnownDestinationState | null> {
    if (destinationId === null || destinationId === undefined) return null;
    return this.known(tenantId, destinationId);
  }

  /** Likewise, of a request that has to name one. */
  async known(tenantId: TenantId, destinationId: string): Promise<KnownDestinationState> {
    try {
      return await this.reader.find(tenantId, destinationId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not_found') throw error;
      const message = 'names no destination of this account';
      throw validationFailed([{ field: 'destination_id', code: 'unknown', message }]);
    }
  }
}
