import { type TenantId } from '#libs/kernel';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { listScripts } from '#projections/script-list';
import { Inject, Injectable } from '@nestjs/common';
import { answerAsOf } from '../http/answer-as-of.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListScriptsQuery } from './script.requests.js';
import { type ScriptPage, scriptSummary } from './script.response.js';

/** Reads pages of the list of scripts. */
@Injectable()
export class ScriptListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, { status, limit, cursor }: ListScriptsQuery): Promise<ScriptPage> {
    const filter = status === undefined ? {} : { status };
    const request = { limit, ...(cursor !== undefined && { cursor }) };
    const [standing, { items, nextCursor }] = await inTenant(
      this.database,
      tenantId,
      async (transaction) => [
        await standingOf(transaction, 'script_list'),
        await listScripts(transaction, filter, request),
      ],
    );
    const scripts = items.map(scriptSummary);
    const as_of = answerAsOf(standing);
    return { scripts, next_cursor: nextCursor, has_more: nextCursor !== null, as_of };
  }
}
