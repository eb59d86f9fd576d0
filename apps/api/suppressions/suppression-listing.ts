import { type TenantId, systemClock } from '#libs/kernel';
import { DataKeys, type Sealed } from '#libs/privacy';
import { type Database } from '#libs/read-db';
import { listSuppressions, type SuppressionPageRequest } from '#projections/suppression';
import { Inject, Injectable } from '@nestjs/common';
import { readPage } from '../http/read-page.js';
import { DATABASE } from '../wiring/tokens.js';
import { listedEntry, type SuppressedPhone, type SuppressionPage } from './suppression.response.js';

/** Reads the suppression list, and opens its numbers with one look-up of keys. */
@Injectable()
export class SuppressionListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly keys: DataKeys,
  ) {}

  async page(tenantId: TenantId, request: SuppressionPageRequest): Promise<SuppressionPage> {
    const now = systemClock.now().toISOString();
    const source = { database: this.database, tenantId, readModels: ['suppression'] };
    const { items, ...page } = await readPage(source, (transaction) =>
      listSuppressions(transaction, now, request),
    );
    const boxes = items.flatMap(({ personal }) => personal ?? []) as Sealed<{ phone: string }>[];
    const opened = await this.keys.openAll(tenantId, boxes);
    const phones = new Map<string, SuppressedPhone>(
      boxes.map((box, index) => [box, opened[index] ?? null]),
    );
    const suppressions = items.map((row) =>
      listedEntry(row, phones.get(row.personal ?? '') ?? null),
    );
    return { suppressions, ...page };
  }
}
