import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { listDestinations } from '#projections/destination-list';
import { Inject, Injectable } from '@nestjs/common';
import { answerAsOf } from '../http/answer-as-of.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListDestinationsQuery } from './destination.requests.js';
import { type DestinationPage, listedDestination } from './destination.response.js';

/** Reads pages of the list of destinations. */
@Injectable()
export class DestinationListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListDestinationsQuery): Promise<DestinationPage> {
    const { status, limit, cursor } = query;
    const filter = status === undefined ? {} : { status };
    const place = { limit, ...(cursor === undefined ? {} : { cursor }) };
    const [standing, { items, nextCursor }] = await inTenant(
      this.database,
      tenantId,
      async (transaction) => [
        await standingOf(transaction, 'destination_list'),
        await listDestinations(transaction, filter, place),
      ],
    );
    const destinations = items.map(listedDestination);
    const as_of = answerAsOf(standing);
    return { destinations, next_cursor: nextCursor, has_more: nextCursor !== null, as_of };
  }
}
