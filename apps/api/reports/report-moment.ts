import { CLOCK_TOLERANCE_MS, type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { LeadReader } from '#libs/leads';
import { type Database, inTenant } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { leastStandingOf } from '../http/least-standing.js';
import { waitForReadModels, waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE, EVENT_STORE } from '../wiring/tokens.js';

/** What an answer must show before it is given. */
export interface Awaited {
  readonly readModels: readonly string[];
  /** The instant it is about; `null`: now. */
  readonly asOf: string | null;
  /** A position of the log that the caller knows of. */
  readonly waitFor: string | undefined;
}

/** Sees to it that read models show what an answer is about. */
@Injectable()
export class ReportMoment {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly reader: LeadReader,
  ) {}

  /** Rejects with `as_of_in_future`, and with `read_model_behind` if it takes too long. */
  async reached(tenantId: TenantId, { readModels, asOf, waitFor }: Awaited): Promise<void> {
    await waitIfAsked(this.database, readModels, { waitFor });
    if (asOf === null) return;
    await this.reader.refuseFuture({ kind: 'instant', instant: asOf });
    const { passedAt } = await inTenant(this.database, tenantId, (transaction) =>
      leastStandingOf(transaction, readModels),
    );
    if (passedAt !== null && Date.parse(passedAt) > Date.parse(asOf) + CLOCK_TOLERANCE_MS) return;
    await waitForReadModels(this.database, readModels, (await this.store.headPosition()) ?? 0n);
  }
}
