import { type TenantId } from '#libs/kernel';
import {
  type Database,
  inTenant,
  readCursor,
  runInTenant,
  type TenantTransaction,
  toPage,
} from '#libs/read-db';
import {
  type NamesOfTransfer,
  type OfSameCall,
  type OurNumbers,
  type OutdatedPage,
  PostbackLookup,
  type ReportSender,
  type ShownCaller,
  type TransferPlace,
  type WaitingFor,
  type WaitingPage,
} from '#libs/revenue';
import { transferIfAwaited } from './awaited-transfers.queries.js';
import { outdatedHits, type VersionsOfNow } from './outdated-hits.queries.js';
import { freeTransfersShown } from './free-transfers.queries.js';
import { type PostbackInboxRow } from './postback-inbox.projection.js';
import {
  countedSince,
  placeOfPostback,
  unmatchedSince,
  waitingForTransfer,
} from './postback-inbox.queries.js';
import {
  type OtherOfSameCall,
  othersOfName,
  othersOfSameCall,
  SAME_CALL_MAX,
  transfersOfVendorCalls,
} from './vendor-calls.queries.js';

/** Reports that are matched in one turn of a reactor; about 10 ms each. */
const pageSize = 50;

/** A tenant’s reports from the read model `postback_inbox`. */
export class ReadModelPostbackLookup extends PostbackLookup {
  constructor(private readonly database: Database) {
    super();
  }

  override transfersOfVendorCalls(
    tenantId: TenantId,
    { tokenId, destinationId }: ReportSender,
    vendorCallIds: readonly string[],
  ): Promise<readonly TransferPlace[]> {
    const asked = [tokenId, destinationId, vendorCallIds];
    return runInTenant<TransferPlace>(this.database, tenantId, transfersOfVendorCalls, asked);
  }

  override freeTransfersShown(
    tenantId: TenantId,
    { tokenId, destinationId }: ReportSender,
    { caller, at }: ShownCaller,
    except: readonly string[],
  ): Promise<readonly TransferPlace[]> {
    const asked = [tokenId, destinationId, caller, at, except];
    return runInTenant<TransferPlace>(this.database, tenantId, freeTransfersShown, asked);
  }

  override async ifAwaited(
    tenantId: TenantId,
    transferId: string,
    ourNumbers: OurNumbers,
    { beforeMs, to }: { readonly beforeMs: number; readonly to: string },
  ): Promise<NamesOfTransfer | null> {
    const asked = [transferId, JSON.stringify(ourNumbers), beforeMs, to];
    const found = await runInTenant<NamesOfTransfer>(
      ...([this.database, tenantId, transferIfAwaited, asked] as const),
    );
    return found[0] ?? null;
  }

  override async waitingFor(
    tenantId: TenantId,
    transfer: WaitingFor,
    cursor: string | null,
  ): Promise<WaitingPage> {
    const after = cursor === null ? null : readCursor(cursor);
    const rows = await this.#ask(tenantId, (transaction) =>
      waitingForTransfer(transaction, transfer, after, pageSize + 1),
    );
    return pageOf(rows);
  }

  override async ofSameCall(tenantId: TenantId, postbackId: string): Promise<OfSameCall> {
    const rows = await runInTenant<OtherOfSameCall>(
      ...([this.database, tenantId, othersOfSameCall, [postbackId]] as const),
    );
    const waiting = idsOf(rows.filter(({ isElsewhere }) => !isElsewhere));
    const isSplit = waiting.length < rows.length;
    return { waiting, split: isSplit ? await this.#othersOfName(tenantId, postbackId) : [] };
  }

  /** None where there are too many to know them all: then they are left to people. */
  async #othersOfName(tenantId: TenantId, postbackId: string): Promise<string[]> {
    const rows = await runInTenant<Pick<OtherOfSameCall, 'postbackId'>>(
      ...([this.database, tenantId, othersOfName, [postbackId]] as const),
    );
    return rows.length > SAME_CALL_MAX ? [] : idsOf(rows);
  }

  override async waiting(
    tenantId: TenantId,
    tokenId: string | null,
    cursor: string | null,
  ): Promise<WaitingPage> {
    const after = cursor === null ? null : readCursor(cursor);
    const rows = await this.#ask(tenantId, (transaction) =>
      unmatchedSince(transaction, tokenId, after, pageSize + 1),
    );
    return pageOf(rows);
  }

  override async counted(
    tenantId: TenantId,
    tokenId: string | null,
    cursor: string | null,
  ): Promise<WaitingPage> {
    const after = cursor === null ? null : readCursor(cursor);
    const rows = await this.#ask(tenantId, (transaction) =>
      countedSince(transaction, tokenId, after, pageSize + 1),
    );
    return pageOf(rows);
  }

  override async outdated(versions: VersionsOfNow, cursor: string | null): Promise<OutdatedPage> {
    const after = cursor === null ? null : readCursor(cursor);
    const rows = await outdatedHits(this.database, versions, after, pageSize + 1);
    const { items, nextCursor } = toPage(rows, pageSize, ({ receivedAt, postbackId }) => ({
      ...{ at: receivedAt, id: postbackId },
    }));
    return { reports: items, next: nextCursor };
  }

  #ask<Result>(
    tenantId: TenantId,
    question: (transaction: TenantTransaction) => Promise<Result>,
  ): Promise<Result> {
    return inTenant(this.database, tenantId, question);
  }
}

function pageOf(rows: readonly PostbackInboxRow[]): WaitingPage {
  const { items, nextCursor } = toPage([...rows], pageSize, placeOfPostback);
  return { postbackIds: items.map(({ postbackId }) => postbackId), next: nextCursor };
}

function idsOf(rows: readonly { readonly postbackId: string }[]): string[] {
  return rows.map(({ postbackId }) => postbackId);
}
