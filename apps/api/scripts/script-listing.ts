import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { listScripts } from '#projections/script-list';
import { Inject, Injectable } from '@nestjs/common';
import { readPage } from '../http/read-page.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListScriptsQuery } from './script.requests.js';
import { type ScriptPage, scriptSummary } from './script.response.js';

/** Reads pages of the list of scripts. */
@Injectable()
export class ScriptListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListScriptsQuery): Promise<ScriptPage> {
    const { status } = query;
    const filter = status === undefined ? {} : { status };
    const source = { database: this.database, tenantId, readModels: ['script_list'] };
    const { items, ...page } = await readPage(source, (transaction) =>
      listScripts(transaction, filter, query),
    );
    return { scripts: items.map(scriptSummary), ...page };
  }
}
