import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, readCursor, type TenantTransaction, toPage } from '#libs/read-db';
import {
  type OutdatedPage,
  PostbackLookup,
  type Sender,
  type TransferPlace,
  type WaitingFor,
  type WaitingPage,
} from '#libs/revenue';
import { outdatedHits, type VersionsOfNow } from './outdated-hits.queries.js';
import { postbackInboxProjection, type PostbackInboxRow } from './postback-inbox.projection.js';
import {
  countedSince,
  placeOfPostback,
  postbackOf,
  settledByVendorCallIds,
  unmatchedSince,
  waitingForTransfer,
  waitingOfVendorCall,
} from './postback-inbox.queries.js';

/** Reports that are matched in one turn of a reactor; about 10 ms each. */
const pageSize = 50;

/** A tenant’s reports from the read model `postback_inbox`. */
export class ReadModelPostbackLookup extends PostbackLookup {
  constructor(private readonly database: Database) {
    super();
  }

  override async transfersOfVendorCalls(
    tenantId: TenantId,
    sender: Sender,
    vendorCallIds: readonly string[],
  ): Promise<readonly TransferPlace[]> {
    const rows = await this.#ask(tenantId, (transaction) =>
      settledByVendorCallIds(transaction, sender, vendorCallIds),
    );
    return rows.flatMap(({ transferId, leadId }) =>
      transferId === null || leadId === null ? [] : [{ transferId, leadId }],
    );
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

  override async waitingOfSameCall(
    tenantId: TenantId,
    postbackId: string,
  ): Promise<readonly string[]> {
    const rows = await this.#ask(tenantId, async (transaction) => {
      const hit = await postbackOf(transaction, postbackId);
      if (hit?.vendorCallId == null) return [];
      const destinationId = hit.settledDestinationId ?? hit.destinationId;
      const sender = { tokenId: hit.tokenId, destinationId };
      return waitingOfVendorCall(transaction, sender, hit.vendorCallId);
    });
    return rows.map((row) => row.postbackId);
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

  override async position(): Promise<bigint | null> {
    const build = await this.database.kysely
      .selectFrom('projectionBuild')
      .select('position')
      .where('name', '=', postbackInboxProjection.name)
      .where('serving', '=', true)
      .executeTakeFirst();
    return build?.position ?? null;
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
