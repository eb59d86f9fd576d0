import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, runInTenant } from '#libs/read-db';
import {
  type NamesOfTransfer,
  type Period,
  type ReportedCaller,
  TransferLookup,
  type TransferPlace,
  type TransfersOfCaller,
} from '#libs/revenue';
import {
  findTransfer,
  type TransferOfCaller,
  transfersInPeriod,
  transfersNamed,
  transfersOfConsumers,
  transfersOfCaller,
  wereCut,
} from './transfer-matching.queries.js';

/** A tenant’s transfers from the read model `transfer_matching`. */
export class ReadModelTransferLookup extends TransferLookup {
  constructor(private readonly database: Database) {
    super();
  }

  override async ofCaller(
    tenantId: TenantId,
    { callerHash, caller, at, destinationId }: ReportedCaller,
  ): Promise<TransfersOfCaller> {
    const asked = [callerHash, caller, at, destinationId];
    const found = await runInTenant<TransferOfCaller>(
      ...([this.database, tenantId, transfersOfCaller, asked] as const),
    );
    return {
      ofConsumer: found.filter(({ by }) => by === 'consumer'),
      ofOurNumber: found.filter(({ by }) => by === 'our_number'),
      wereCut: wereCut(found, destinationId),
    };
  }

  override named(tenantId: TenantId, ids: readonly string[]): Promise<readonly TransferPlace[]> {
    return inTenant(this.database, tenantId, (transaction) => transfersNamed(transaction, ids));
  }

  override inPeriod(
    tenantId: TenantId,
    destinationId: string,
    period: Period,
    limit: number,
  ): Promise<readonly NamesOfTransfer[]> {
    return inTenant(this.database, tenantId, (transaction) =>
      transfersInPeriod(transaction, destinationId, period, limit),
    );
  }

  override ofConsumers(
    tenantId: TenantId,
    consumerHashes: readonly string[],
    period: Period,
    limit: number,
  ): Promise<readonly NamesOfTransfer[]> {
    return inTenant(this.database, tenantId, (transaction) =>
      transfersOfConsumers(transaction, consumerHashes, period, limit),
    );
  }

  override namesOf(tenantId: TenantId, transferId: string): Promise<NamesOfTransfer | null> {
    return inTenant(this.database, tenantId, (transaction) =>
      findTransfer(transaction, transferId),
    );
  }
}
