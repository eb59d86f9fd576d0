import { type CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type FeedbackPlace } from '../domain/lead-feedback.js';
import { leadFeedbackDecider } from '../domain/lead-feedback.js';
import { type TransferLookup } from './ports.js';
import { leadStream } from './postback-streams.js';

/** Finds leads by ids of ours: that of a transfer, of a call, or of the lead itself. */
export class LeadFinder {
  constructor(
    private readonly runner: CommandRunner,
    private readonly transfers: Pick<TransferLookup, 'named'>,
  ) {}

  /** A transfer says more than a lead; `null` if the tenant has nothing with such an id. */
  async namedBy(tenantId: TenantId, ids: readonly string[]): Promise<FeedbackPlace | null> {
    if (ids.length === 0) return null;
    const found = await this.transfers.named(tenantId, ids);
    const transfer = found.find(({ transferId }) => ids.includes(transferId));
    if (transfer !== undefined) {
      return { leadId: transfer.leadId, transferId: transfer.transferId };
    }
    const [ofCall] = found;
    if (ofCall !== undefined) return { leadId: ofCall.leadId, transferId: null };
    return this.#lead(tenantId, ids);
  }

  async #lead(tenantId: TenantId, ids: readonly string[]): Promise<FeedbackPlace | null> {
    for (const leadId of ids) {
      const { tenantId: owner } = await this.runner.standing(
        leadStream(leadId),
        leadFeedbackDecider,
      );
      if (owner === tenantId) return { leadId, transferId: null };
    }
    return null;
  }
}
