import { randomUUID } from 'node:crypto';
import { type TenantId } from '#libs/kernel';
import { hasCaps } from '../domain/destination-usage.js';
import { type RoutableDestination } from '../domain/routing.js';
import { capWindowsAt } from '../domain/schedule.js';
import { type CallContext, type CallDesk } from './call-desk.js';
import { type DestinationDirectory } from './destination-directory.js';
import { type DestinationSlots } from './destination-slots.js';
import { type WaitingConsumer } from './waiting-consumer.js';

/** What {@link TransferSlots} is put together from. */
export interface TransferSlotsParts {
  readonly desk: CallDesk;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly slots: DestinationSlots;
}

/** Whose slot it is. */
export interface TransferOf {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly transferId: string;
}

/**
 * Takes slots of destinations for transfers, and gives them back.
 *
 * What is taken or given back twice is told by the transfer, not by the command, whose ids are
 * therefore new each time: a slot that was given back can be taken again by the same attempt.
 */
export class TransferSlots {
  readonly #parts: TransferSlotsParts;

  constructor(parts: TransferSlotsParts) {
    this.#parts = parts;
  }

  /** Resolves to whether there was one. */
  async reserve(
    { tenantId, lead, transferId, at }: WaitingConsumer,
    { destinationId, version, settings }: RoutableDestination,
    context: CallContext,
  ): Promise<boolean> {
    const { caps, schedule } = settings;
    const windows = capWindowsAt(schedule.timeZone, at);
    const slot = { transferId, destinationId, destinationVersion: version, caps, windows, at };
    const full = this.#contextFor({ tenantId, leadId: lead.leadId }, context);
    return (await this.#parts.slots.reserve(slot, full)).outcome === 'reserved';
  }

  /** `used`: whether consumer and destination were connected. A slot nobody holds is left alone. */
  async release(
    transfer: TransferOf,
    destinationId: string,
    used: boolean,
    context: CallContext,
  ): Promise<void> {
    const { desk, slots } = this.#parts;
    const slot = { transferId: transfer.transferId, destinationId, used, at: desk.now() };
    await slots.release(slot, this.#contextFor(transfer, context));
  }

  /**
   * Gives back whatever an earlier run took for a transfer and was cut off before it named the
   * destination: nothing else would, and the destination would have a slot less for ever.
   */
  async releaseStrays(transfer: TransferOf, context: CallContext): Promise<void> {
    const { destinations, slots } = this.#parts;
    await Promise.all(
      destinations.of(transfer.tenantId).map(async ({ destinationId, settings }) => {
        if (!hasCaps(settings.caps)) return;
        const { inFlight } = await slots.usageOf(destinationId);
        if (!inFlight.has(transfer.transferId)) return;
        await this.release(transfer, destinationId, false, context);
      }),
    );
  }

  #contextFor({ tenantId, leadId }: Omit<TransferOf, 'transferId'>, context: CallContext) {
    const own = { ...context, commandId: randomUUID() };
    return this.#parts.desk.contextFor(tenantId, leadId, own);
  }
}
