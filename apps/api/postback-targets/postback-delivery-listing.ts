import { type TenantId } from '#libs/kernel';
import { DataKeys, isErased, type Sealed } from '#libs/privacy';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import {
  amountsByTarget,
  type DeliveryFilter,
  listPostbackDeliveries,
  type PostbackDeliveryRow,
} from '#projections/postback-deliveries';
import { answerAsOf } from '../http/answer-as-of.js';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListDeliveriesQuery, type TargetAmountsQuery } from './postback-delivery.requests.js';
import {
  type PostbackDeliveryPage,
  postbackDeliveryView,
  type TargetAmountList,
  targetAmountView,
} from './postback-delivery.response.js';

const READ_MODEL = 'postback_deliveries';
const READ_MODELS = [READ_MODEL];

/** Reads pages of what targets were told, and opens what they answered. */
@Injectable()
export class PostbackDeliveryListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly keys: DataKeys,
  ) {}

  async page(tenantId: TenantId, query: ListDeliveriesQuery): Promise<PostbackDeliveryPage> {
    await waitIfAsked(this.database, READ_MODELS, query);
    const source = { database: this.database, tenantId, readModels: READ_MODELS };
    const { items, as_of, ...page } = await readPage(source, (transaction) =>
      listPostbackDeliveries(transaction, filterOf(query), query),
    );
    const bodies = await this.#bodies(tenantId, items);
    const deliveries = items.map((row) =>
      postbackDeliveryView(row, bodies.get(row.deliveryId) ?? null),
    );
    return { deliveries, ...page, limit: query.limit, as_of };
  }

  /** What targets are owed by their terms. */
  async amounts(tenantId: TenantId, query: TargetAmountsQuery): Promise<TargetAmountList> {
    await waitIfAsked(this.database, READ_MODELS, query);
    return inTenant(this.database, tenantId, async (transaction) => {
      const standing = await standingOf(transaction, READ_MODEL);
      const owed = await amountsByTarget(transaction, query.target_id?.toLowerCase());
      return { amounts: owed.map(targetAmountView), as_of: answerAsOf(standing) };
    });
  }

  async #bodies(
    tenantId: TenantId,
    rows: readonly PostbackDeliveryRow[],
  ): Promise<ReadonlyMap<string, string>> {
    const sealed = rows.flatMap(({ deliveryId, lastBody }) =>
      lastBody === null ? [] : [{ deliveryId, box: lastBody as Sealed<{ text: string }> }],
    );
    const opened = await this.keys.openAll(
      tenantId,
      sealed.map(({ box }) => box),
    );
    const bodies = sealed.flatMap(({ deliveryId }, index) => {
      const box = opened[index];
      return box === undefined || isErased(box) ? [] : [[deliveryId, box.text] as const];
    });
    return new Map(bodies);
  }
}

function filterOf({
  status,
  target_id,
  lead_id,
  transfer_id,
}: ListDeliveriesQuery): DeliveryFilter {
  return {
    ...(status !== undefined && { status }),
    ...(target_id !== undefined && { targetId: target_id.toLowerCase() }),
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(transfer_id !== undefined && { transferId: transfer_id.toLowerCase() }),
  };
}
