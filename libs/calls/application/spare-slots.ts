import { type TenantId } from '#libs/kernel';
import { type DestinationUsage, evolve } from '../domain/destination-usage.js';
import { type CallContext, type CallDesk, besides } from './call-desk.js';
import { type DestinationDirectory } from './destination-directory.js';
import { type DestinationSlots } from './destination-slots.js';
import { type LegRegister } from './leg-register.js';

/** What {@link SpareSlots} is put together from. */
export interface SpareSlotsParts {
  readonly desk: CallDesk;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly slots: DestinationSlots;
  readonly legs: LegRegister;
}

/** Which attempt to hand a consumer over is decided. */
export interface DecidedTransfer {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly callId: string;
  readonly transferId: string;
}

/**
 * Slots that were reserved for a transfer and came to nothing: the consumer hung up meanwhile, or
 * the process died between the slot and the transfer and the next run chose another destination.
 */
export class SpareSlots {
  readonly #parts: SpareSlotsParts;

  constructor(parts: SpareSlotsParts) {
    this.#parts = parts;
  }

  /**
   * Gives back every slot of the transfer but that of the destination it went to, if it went to
   * any. Only for an attempt that is decided: until then a slot may still be needed. Safe to
   * repeat.
   */
  async giveBack(decided: DecidedTransfer, context: CallContext): Promise<void> {
    const { destinations, legs, slots, desk } = this.#parts;
    const { tenantId, leadId, callId, transferId } = decided;
    const { transfers } = await legs.legsOf(leadId, callId);
    const kept = transfers.get(transferId)?.destinationId ?? null;
    const others = destinations.of(tenantId).filter((one) => one.destinationId !== kept);
    await Promise.all(
      others.map(async ({ destinationId }) => {
        const { inFlight } = await slots.usageOf(destinationId);
        if (!inFlight.has(transferId)) return;
        const slot = { transferId, destinationId, used: false, at: desk.now() };
        const own = besides(context, `${destinationId} release`);
        await slots.release(slot, desk.contextFor(tenantId, leadId, own));
      }),
    );
  }
}

/**
 * The usage as others see it: a slot that a transfer holds already does not stand in its own way.
 */
export function usageBeside(usage: DestinationUsage, transferId: string): DestinationUsage {
  const data = { destinationId: '', transferId, used: false, releasedAt: '' };
  return evolve(usage, { type: 'DestinationSlotReleased', data });
}
