import { type TenantId } from '#libs/kernel';
import { OutboundSender, type SendOutcome } from '#libs/outbound';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { macroValues } from '../domain/macros.js';
import { type PostbackTargetSettings } from '../domain/postback-target.events.js';
import { type Caller } from './caller.js';
import { postbackRequest } from './postback-request.js';
import { PostbacksClock } from './postbacks-clock.js';
import { TargetBook } from './target-book.js';

/** Tells a target of a call that never was, once and at once. */
export class TryPostbackTargetCommand extends Command<SendOutcome> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly targetId: string,
  ) {
    super();
  }
}

/** Tells a receiver that nothing happened. */
export const TRIAL_HEADER = 'x-leadledger-test';

/** A number that nobody has. */
const NOBODYS_NUMBER = '+15555550100';

/**
 * Goes out as a postback would, but is worth nothing, and says in a header that it is a trial. It
 * is not repeated, and is no delivery: nothing of it is in the log.
 */
@CommandHandler(TryPostbackTargetCommand)
export class TryPostbackTargetHandler implements ICommandHandler<TryPostbackTargetCommand> {
  constructor(
    private readonly book: TargetBook,
    private readonly sender: OutboundSender,
    private readonly clock: PostbacksClock,
  ) {}

  async execute({ tenantId, caller, targetId }: TryPostbackTargetCommand): Promise<SendOutcome> {
    const target = await this.book.findLive(tenantId, targetId);
    const at = this.clock.now();
    const opened = await this.book.open(tenantId, target, at.toISOString());
    const values = trialValues(caller.commandId, target.settings, at.toISOString());
    const request = postbackRequest(opened, { id: `test_${caller.commandId}`, at, values });
    const headers = { ...request.headers, [TRIAL_HEADER]: 'true' };
    return this.sender.send({ ...request, headers });
  }
}

function trialValues(commandId: string, { mode, payout }: PostbackTargetSettings, at: string) {
  const [leadId, callId, transferId, destinationId] = [
    'lead',
    'call',
    'transfer',
    'destination',
  ].map((what) => uuidv5(what, commandId)) as [string, string, string, string];
  const result = {
    ...{ leadId, callId, transferId, destinationId, mode, source: null, buyer: 'Test' },
    ...({ stage: 'over', reason: null, connectedSeconds: 0, ...worth(payout) } as const),
    ...{ bridgedAt: at, endedAt: at },
  };
  return macroValues(result, NOBODYS_NUMBER);
}

/** Nothing; a target that is paid nothing is not told an amount. */
function worth(payout: PostbackTargetSettings['payout']) {
  if (payout === null) return { billable: false, amountMinor: null, currency: null };
  const currency = payout.model === 'fixed' ? payout.currency : 'USD';
  return { billable: false, amountMinor: 0, currency };
}
