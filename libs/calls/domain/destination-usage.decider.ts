import { type Decider } from '#libs/kernel';
import { type Caps } from './destination.events.js';
import {
  capReasons,
  type DestinationUsage,
  evolve,
  initialState,
  usageAt,
  windowsFor,
} from './destination-usage.js';
import { CapsReached } from './destination-usage.errors.js';
import { type CapWindows, type DestinationUsageEvent } from './destination-usage.events.js';

/** Counts a transfer against the caps of a destination, before it is dialed. */
export interface ReserveSlot {
  readonly type: 'ReserveSlot';
  readonly transferId: string;
  readonly destinationId: string;
  /** Version of the configuration that `caps` are of. */
  readonly destinationVersion: number;
  readonly caps: Caps;
  /** The windows of `at` by the destination's calendar. */
  readonly windows: CapWindows;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** Says that a transfer is over. Unless it was used, it is not counted at all. */
export interface ReleaseSlot {
  readonly type: 'ReleaseSlot';
  readonly transferId: string;
  readonly destinationId: string;
  /** Whether consumer and destination were connected. */
  readonly used: boolean;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** What can be wished of a destination's caps. */
export type DestinationUsageCommand = ReserveSlot | ReleaseSlot;

function reserve(command: ReserveSlot, state: DestinationUsage): DestinationUsageEvent[] {
  const { transferId, destinationId, destinationVersion, caps, at } = command;
  if (state.inFlight.has(transferId)) return [];
  const reasons = capReasons(caps, state, command.windows, at);
  if (reasons.length > 0) throw new CapsReached(reasons);
  const windows = windowsFor(state, command.windows, at);
  const ref = { destinationId, destinationVersion, transferId };
  const before = Object.entries(usageAt(state, windows, at));
  const counts = Object.fromEntries(before.map(([name, count]) => [name, count + 1]));
  const reservedAt = notBefore(state.lastReservedAt, at);
  return [{ type: 'DestinationSlotReserved', data: { ...ref, windows, counts, reservedAt } }];
}

/** In the order of the stream, whatever clocks say: the last reservation is then the latest one. */
function notBefore(last: string | null, at: string): string {
  return last !== null && Date.parse(last) > Date.parse(at) ? last : at;
}

function release(command: ReleaseSlot, state: DestinationUsage): DestinationUsageEvent[] {
  const { transferId, destinationId, used, at } = command;
  if (!state.inFlight.has(transferId)) return [];
  const data = { destinationId, transferId, used, releasedAt: at };
  return [{ type: 'DestinationSlotReleased', data }];
}

/**
 * Who uses a destination's caps (BU-4 to BU-7). One stream per destination decides, so that however
 * many transfers are wanted at once, none is taken beyond a cap.
 *
 * A transfer that is reserved again while it is under way decides nothing; so does one that is
 * released again, or that nobody reserved.
 */
export const destinationUsageDecider: Decider<
  DestinationUsage,
  DestinationUsageCommand,
  DestinationUsageEvent
> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'ReserveSlot':
        return reserve(command, state);
      case 'ReleaseSlot':
        return release(command, state);
    }
  },
};
