import { defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { type CallDesk } from '../application/call-desk.js';
import { type DestinationSlots } from '../application/destination-slots.js';
import { type CallLegs, type LegRegister } from '../application/leg-register.js';
import { type CallEvent, callEvents } from '../domain/lead-stream.events.js';

/** What the reactor wants done. */
export type CallTidyCommand =
  | {
      readonly do: 'release_slot';
      readonly leadId: string;
      readonly destinationId: string;
      readonly transferId: string;
      readonly used: boolean;
    }
  | { readonly do: 'hang_up'; readonly providerCallId: string };

/** What `call_tidy` is put together from. */
export interface CallTidyParts {
  readonly desk: CallDesk;
  readonly slots: Pick<DestinationSlots, 'release'>;
  readonly telephony: Telephony;
  readonly legs: LegRegister;
}

/**
 * Clears up behind calls: brings a leg that nobody needs to its end, and gives a slot back to its
 * destination. Apart from `call_flow`, so that neither waits for the other: no slot is held up
 * while a consumer’s next destination is looked for in vain, and no consumer while a leg will not
 * end.
 */
export function callTidyReactor(parts: CallTidyParts): Reactor {
  const { legs } = parts;
  return defineReactor<CallEvent, CallTidyCommand>({
    name: 'call_tidy',
    startAt: 'now',
    events: callEvents,
    on: {
      TransferFailed: async ({ data }) =>
        afterFailure(data, await legs.legsOf(data.leadId, data.callId)),
      CallEnded: async ({ data }) => afterEnd(data, await legs.legsOf(data.leadId, data.callId)),
    },
    run: (command, order) => run(parts, command, order),
  });
}

type DataOf<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>['data'];

/** A slot is not free before its line is. */
function afterFailure(
  { leadId, transferId, destinationId, reason }: DataOf<'TransferFailed'>,
  { transfers }: CallLegs,
): CallTidyCommand[] {
  const isOver = reason === 'busy' || reason === 'no_answer';
  const leg = isOver ? null : (transfers.get(transferId)?.providerCallId ?? null);
  return [...hangUp(leg), { do: 'release_slot', leadId, destinationId, transferId, used: false }];
}

/** The other leg of a bridge ends with it; where nobody knows who is left, both are ended. */
function afterEnd(
  { leadId, transferId, hungUpBy }: DataOf<'CallEnded'>,
  { consumer, transfers }: CallLegs,
): CallTidyCommand[] {
  const bridged = transferId === null ? undefined : transfers.get(transferId);
  const consumerMayBeLeft = hungUpBy === 'destination' || hungUpBy === 'unknown';
  return [
    ...hangUp(hungUpBy === 'destination' ? null : (bridged?.providerCallId ?? null)),
    ...hangUp(consumerMayBeLeft ? consumer : null),
    ...(transferId === null || bridged === undefined
      ? []
      : [released(leadId, bridged.destinationId, transferId)]),
  ];
}

function released(leadId: string, destinationId: string, transferId: string) {
  return { do: 'release_slot', leadId, destinationId, transferId, used: true } as const;
}

function hangUp(providerCallId: string | null): CallTidyCommand[] {
  return providerCallId === null ? [] : [{ do: 'hang_up', providerCallId }];
}

async function run(
  { desk, slots, telephony }: CallTidyParts,
  command: CallTidyCommand,
  { commandId, actor, causationId, tenantId }: Order,
): Promise<void> {
  switch (command.do) {
    case 'release_slot': {
      const { leadId, destinationId, transferId, used } = command;
      const slot = { destinationId, transferId, used, at: desk.now() };
      const context = { commandId, actor, causationId };
      return slots.release(slot, desk.contextFor(tenantId, leadId, context));
    }
    case 'hang_up':
      return telephony.endCall(command.providerCallId);
  }
}
