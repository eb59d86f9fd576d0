import {
  type CommandContext,
  CommandRunner,
  type EventCatalog,
  type EventStore,
  type Position,
} from '#libs/event-store';
import {
  type CapReason,
  type DestinationUsage,
  type UsageCounts,
} from '../domain/destination-usage.js';
import {
  destinationUsageDecider,
  type ReleaseSlot,
  type ReserveSlot,
} from '../domain/destination-usage.decider.js';
import { CapsReached } from '../domain/destination-usage.errors.js';
import { destinationUsageStream } from './destination-streams.js';
import { recentUsage } from './recent-usage.js';

/** What asking for a slot came to. */
export type SlotReservation =
  | {
      readonly outcome: 'reserved';
      /** Counters after it; `null` if it had been reserved by another command and still is. */
      readonly counts: UsageCounts | null;
      /** Where its event is in the log; `null` as above. */
      readonly position: Position | null;
    }
  | { readonly outcome: 'refused'; readonly reasons: readonly CapReason[] };

/** A slot to reserve, and the command it is reserved by. */
export type SlotWish = Omit<ReserveSlot, 'type'>;
/** A slot to give back. */
export type SlotReturn = Omit<ReleaseSlot, 'type'>;

/**
 * Slots of destinations' caps, on the stream of each (BU-6).
 *
 * However many processes reserve at once, none gets a slot beyond a cap: the store takes only one
 * of two decisions that rest on the same revision, and the other is made anew.
 */
export class DestinationSlots {
  readonly #runner: CommandRunner;

  /** `catalog` must know the events of usage. */
  constructor(store: EventStore, catalog: EventCatalog) {
    this.#runner = new CommandRunner(recentUsage(store, catalog), catalog);
  }

  /** Reserves a slot, or says why there is none. Repeating it for a transfer changes nothing. */
  async reserve(wish: SlotWish, context: CommandContext): Promise<SlotReservation> {
    try {
      const { events, position } = await this.#runner.run({
        stream: destinationUsageStream(wish.destinationId),
        decider: destinationUsageDecider,
        command: { type: 'ReserveSlot', ...wish },
        context,
      });
      const counts = events.flatMap((event) =>
        event.type === 'DestinationSlotReserved' ? [event.data.counts] : [],
      );
      return { outcome: 'reserved', counts: counts[0] ?? null, position };
    } catch (error) {
      if (!(error instanceof CapsReached)) throw error;
      return { outcome: 'refused', reasons: error.reasons };
    }
  }

  /** Gives a slot back; one that nobody holds is left alone. */
  async release(slot: SlotReturn, context: CommandContext): Promise<void> {
    await this.#runner.run({
      stream: destinationUsageStream(slot.destinationId),
      decider: destinationUsageDecider,
      command: { type: 'ReleaseSlot', ...slot },
      context,
    });
  }

  /**
   * How much of a destination's caps is used at this moment. Exact: what was read before is
   * remembered, and the stream is read from there on; at first, from as late on as it can be known.
   */
  async usageOf(destinationId: string): Promise<DestinationUsage> {
    const stream = destinationUsageStream(destinationId);
    return (await this.#runner.standing(stream, destinationUsageDecider)).state;
  }
}
