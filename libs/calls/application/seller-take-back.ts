import { type TenantId } from '#libs/kernel';
import { type DialQueue } from '../dialer/dial-queue.js';
import { isRefusedBy, type SellerRefusal } from '../domain/sellers.js';
import { type CallContext, type CallDesk, type OnDesk } from './call-desk.js';
import { type Consumers } from './consumers.js';
import { type DestinationDirectory } from './destination-directory.js';
import { leadsOfNumber } from './leads-of-number.js';
import { type TakeBack } from './take-back.js';

/** What {@link SellerTakeBack} is put together from. */
export interface SellerTakeBackParts {
  readonly desk: CallDesk;
  readonly queue: Pick<DialQueue, 'onCall'>;
  readonly consumers: Consumers;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly takeBack: TakeBack;
}

/**
 * Takes consumers back from a seller they are not to be handed to any more, while it rings (CO-4).
 * The entry alone is what this rests on, so that it holds though the list has not taken it in yet.
 */
export class SellerTakeBack {
  constructor(private readonly parts: SellerTakeBackParts) {}

  /** The leads the entry is about whose consumers are on a call. */
  async onCall(tenantId: TenantId, refusal: SellerRefusal): Promise<readonly string[]> {
    const { phoneHash, prefix } = refusal;
    const leads = await (phoneHash === null
      ? this.#leadsUnder(tenantId, prefix)
      : leadsOfNumber(this.parts.desk, tenantId, phoneHash));
    return leads.flatMap(({ lead: { leadId, current } }) => (current === null ? [] : [leadId]));
  }

  /** Does nothing where another destination is dialed, or one is about to talk. Safe to repeat. */
  async run(
    tenantId: TenantId,
    leadId: string,
    refusal: SellerRefusal,
    context: CallContext,
  ): Promise<void> {
    const { destinations, takeBack } = this.parts;
    const refused = destinations
      .of(tenantId)
      .filter(({ settings }) => isRefusedBy(refusal, settings))
      .map(({ destinationId }) => destinationId);
    await takeBack.from((destinationId) => refused.includes(destinationId), leadId, context);
  }

  /** Whoever is on a call, with a number that begins so. */
  async #leadsUnder(tenantId: TenantId, prefix: string | null): Promise<OnDesk[]> {
    if (prefix === null) return [];
    const { desk, queue, consumers } = this.parts;
    const leads = await Promise.all(
      (await queue.onCall(tenantId)).map(async (leadId) => {
        const found = await desk.look(leadId);
        const person = found === null ? null : await consumers.open(tenantId, found.lead);
        return found !== null && person?.phone.startsWith(prefix) === true ? [found] : [];
      }),
    );
    return leads.flat();
  }
}
