import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { listStatements, type StatementFilter } from '#projections/statement-list';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListStatementsQuery } from './statement-list.requests.js';
import { type StatementPage, statementSummary } from './statement-list.response.js';

const READ_MODELS = ['statement_list', 'postback_inbox'];

/** Reads pages of statements, with what has become of their rows. */
@Injectable()
export class StatementListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListStatementsQuery): Promise<StatementPage> {
    const source = { database: this.database, tenantId, readModels: READ_MODELS };
    await waitIfAsked(this.database, READ_MODELS, query);
    const { items, as_of, ...page } = await readPage(source, (transaction) =>
      listStatements(transaction, filterOf(query), query),
    );
    return { statements: items.map(statementSummary), ...page, limit: query.limit, as_of };
  }
}

function filterOf(query: ListStatementsQuery): StatementFilter {
  const { destination_id, token_id, status, from, to } = query;
  return {
    ...(destination_id !== undefined && { destinationId: destination_id.toLowerCase() }),
    ...(token_id !== undefined && { statementId: token_id.toLowerCase() }),
    ...(status !== undefined && { status }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
  };
}
