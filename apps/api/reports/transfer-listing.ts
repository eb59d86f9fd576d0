import { type Database, inTenant, inTenantAtOneMoment } from '#libs/read-db';
import { transferNotFound } from '#libs/revenue';
import { Inject, Injectable } from '@nestjs/common';
import { listPostbacks } from '#projections/postback-inbox';
import { listLedgerEntries } from '#projections/revenue-ledger';
import {
  type KnownTransfers,
  listTransferRevenue,
  transferRevenueOf,
} from '#projections/transfer-revenue';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { csvLine } from '../http/csv-text.js';
import { leastStandingOf } from '../http/least-standing.js';
import { readPage } from '../http/read-page.js';
import { postbackSummary } from '../postbacks/postback-inbox.response.js';
import { DATABASE } from '../wiring/tokens.js';
import { ReportMoment } from './report-moment.js';
import { instantOf, periodOf } from './report-period.js';
import {
  listFilterOf,
  type ListTransfersQuery,
  type ReadTransferQuery,
  type WithCampaign,
} from './report.requests.js';
import {
  ledgerEntryView,
  TRANSFER_COLUMNS,
  transferCells,
  type TransferDetail,
  type TransferPage,
  transferView,
} from './transfer.response.js';

const READ_MODELS = ['transfer_revenue'];
const OF_ONE = ['transfer_revenue', 'revenue_ledger', 'postback_inbox'];
const PAGE_MAX = 200;

/** Reads transfers with what they are worth, and everything that rests on. */
@Injectable()
export class TransferListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly moment: ReportMoment,
  ) {}

  async page({ key }: Calling, given: WithCampaign<ListTransfersQuery>): Promise<TransferPage> {
    const { tenantId, mode } = key;
    const { limit, waitFor } = given.query;
    const wanted = wantedOf(given.query, mode);
    const { asOf } = wanted;
    await this.moment.reached(tenantId, { readModels: READ_MODELS, asOf, waitFor });
    const moment = asOf === null ? undefined : ({ kind: 'instant', instant: asOf } as const);
    const source = { database: this.database, tenantId, readModels: READ_MODELS, moment };
    const { items, ...page } = await readPage(source, (transaction) =>
      listTransferRevenue(transaction, wanted, listFilterOf(given), given.query),
    );
    return { transfers: items.map(transferView), ...page, limit };
  }

  /** All of them as CSV, read page by page while it is sent. Rejects before the first line. */
  async csv(
    { key }: Calling,
    given: WithCampaign<ListTransfersQuery>,
  ): Promise<AsyncIterable<string>> {
    const wanted = wantedOf(given.query, key.mode);
    const { waitFor } = given.query;
    const awaited = { readModels: READ_MODELS, asOf: wanted.asOf, waitFor };
    await this.moment.reached(key.tenantId, awaited);
    return this.#lines(key.tenantId, wanted, given);
  }

  async *#lines(
    tenantId: Calling['key']['tenantId'],
    wanted: KnownTransfers,
    given: WithCampaign<ListTransfersQuery>,
  ): AsyncGenerator<string> {
    yield csvLine(TRANSFER_COLUMNS);
    const filter = listFilterOf(given);
    let cursor: string | null | undefined;
    do {
      const place = { limit: PAGE_MAX, ...(typeof cursor === 'string' && { cursor }) };
      const page = await inTenant(this.database, tenantId, (transaction) =>
        listTransferRevenue(transaction, wanted, filter, place),
      );
      yield page.items.map((row) => csvLine(transferCells(row))).join('');
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Rejects with `transfer_not_found`, too, for one of another tenant or mode. */
  async one({ key }: Calling, id: string, { waitFor }: ReadTransferQuery): Promise<TransferDetail> {
    const transferId = id.toLowerCase();
    await this.moment.reached(key.tenantId, { readModels: OF_ONE, asOf: null, waitFor });
    const [standing, row, entries, reports] = await inTenantAtOneMoment(
      this.database,
      key.tenantId,
      async (transaction) => [
        await leastStandingOf(transaction, OF_ONE),
        await transferRevenueOf(transaction, transferId),
        await listLedgerEntries(transaction, { transferId }, { limit: PAGE_MAX }),
        await listPostbacks(transaction, { transferId }, { limit: PAGE_MAX }),
      ],
    );
    if (row?.mode !== key.mode) throw transferNotFound();
    return {
      ...transferView(row),
      entries: entries.items.map(ledgerEntryView).reverse(),
      reports: reports.items.map(postbackSummary),
      links: { lead_history: `/v1/leads/${row.leadId}/history`, call: `/v1/calls/${row.callId}` },
      as_of: answerAsOf(standing),
    };
  }
}

/** Years that every part of the system can hold. */
const EVER = { from: '1900-01-01T00:00:00.000Z', to: '2999-01-01T00:00:00.000Z' };

function wantedOf(query: ListTransfersQuery, mode: KnownTransfers['mode']): KnownTransfers {
  const { tz, sense } = query;
  const { from, to } = periodOf(query.from ?? EVER.from, query.to ?? EVER.to, tz);
  const asOf = query.as_of === undefined ? null : instantOf(query.as_of, tz);
  return { mode, from, to, asOf, sense };
}
