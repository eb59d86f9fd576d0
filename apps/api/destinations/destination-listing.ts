import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { listDestinations } from '#projections/destination-list';
import { Inject, Injectable } from '@nestjs/common';
import { readPage } from '../http/read-page.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListDestinationsQuery } from './destination.requests.js';
import { type DestinationPage, listedDestination } from './destination.response.js';

/** Reads pages of the list of destinations. */
@Injectable()
export class DestinationListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListDestinationsQuery): Promise<DestinationPage> {
    const { status } = query;
    const filter = status === undefined ? {} : { status };
    const source = { database: this.database, tenantId, readModels: ['destination_list'] };
    const { items, ...page } = await readPage(source, (transaction) =>
      listDestinations(transaction, filter, query),
    );
    return { destinations: items.map(listedDestination), ...page };
  }
}
