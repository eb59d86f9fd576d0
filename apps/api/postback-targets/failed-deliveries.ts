import { type TenantId } from '#libs/kernel';
import { type PostbacksCaller, RetryPostbackCommand, TargetBook } from '#libs/postbacks';
import { type Database, inTenant } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { givenUpDeliveries } from '#projections/postback-deliveries';
import { v5 as uuidv5 } from 'uuid';
import { DATABASE } from '../wiring/tokens.js';
import { type RetriedDeliveriesView } from './postback-retry.response.js';

/** So many are tried again by one request, which must be answered within seconds. */
export const RETRIED_MAX = 200;
/** So many commands are under way at once. */
const AT_ONCE = 20;

/** Has everything tried again that a target did not take. */
@Injectable()
export class FailedDeliveries {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly book: TargetBook,
    private readonly commands: CommandBus,
  ) {}

  /** The oldest first. Rejects with `postback_target_not_found` or `postback_target_removed`. */
  async retry(
    tenantId: TenantId,
    caller: PostbacksCaller,
    targetId: string,
  ): Promise<RetriedDeliveriesView> {
    await this.book.findLive(tenantId, targetId);
    const found = await inTenant(this.database, tenantId, (transaction) =>
      givenUpDeliveries(transaction, targetId, RETRIED_MAX + 1),
    );
    const ids = found.slice(0, RETRIED_MAX);
    let retried = 0;
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE).map((id) => commandOf(tenantId, caller, id));
      const results = await Promise.all(some.map((each) => this.commands.execute(each)));
      retried += results.filter(({ position }) => position !== null).length;
    }
    return { retried, has_more: found.length > RETRIED_MAX };
  }
}

/** With an id of its own, the same whenever the request comes again. */
function commandOf(tenantId: TenantId, caller: PostbacksCaller, deliveryId: string) {
  const commandId = uuidv5(deliveryId, caller.commandId);
  return new RetryPostbackCommand(tenantId, { ...caller, commandId }, deliveryId);
}
