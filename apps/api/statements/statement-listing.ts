import { type TenantId } from '#libs/kernel';
import { type Database, inTenant } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { listStatements, type StatementFilter } from '#projections/statement-list';
import { answerAsOf } from '../http/answer-as-of.js';
import { leastStandingOf } from '../http/least-standing.js';
import { waitForReadModels } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListStatementsQuery } from './statement-list.requests.js';
import { type StatementPage, statementSummary } from './statement-list.response.js';

const READ_MODELS = ['statement_list', 'postback_inbox'];

/** Reads pages of statements, with what has become of their rows. */
@Injectable()
export class StatementListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListStatementsQuery): Promise<StatementPage> {
    const { limit, cursor, waitFor } = query;
    if (waitFor !== undefined) {
      await waitForReadModels(this.database, READ_MODELS, BigInt(waitFor));
    }
    const place = { limit, ...(cursor !== undefined && { cursor }) };
    const [standing, { items, nextCursor }] = await inTenant(
      this.database,
      tenantId,
      async (transaction) => [
        await leastStandingOf(transaction, READ_MODELS),
        await listStatements(transaction, filterOf(query), place),
      ],
    );
    const more = { next_cursor: nextCursor, has_more: nextCursor !== null };
    const as_of = answerAsOf(standing);
    return { statements: items.map(statementSummary), ...more, limit, as_of };
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
