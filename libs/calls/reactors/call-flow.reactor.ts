import { defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { type CallContext, type CallDesk } from '../application/call-desk.js';
import { type DestinationSlots } from '../application/destination-slots.js';
import { type LegRegister } from '../application/leg-register.js';
import { type TransferDesk } from '../application/transfer-desk.js';
import { type VoiceUrls } from '../application/voice-urls.js';
import { type CallEvent, callEvents } from '../domain/lead-stream.events.js';

/** What the reactor wants done. */
export type CallFlowCommand =
  | { readonly do: 'find_destination'; readonly leadId: string; readonly callId: string }
  | { readonly do: 'say_nobody_is_there'; readonly leadId: string; readonly callId: string }
  | {
      readonly do: 'release_slot';
      readonly leadId: string;
      readonly destinationId: string;
      readonly transferId: string;
      readonly used: boolean;
    }
  | { readonly do: 'hang_up'; readonly providerCallId: string };

/** What `call_flow` is put together from. */
export interface CallFlowParts {
  readonly desk: CallDesk;
  readonly transfers: TransferDesk;
  readonly slots: DestinationSlots;
  readonly telephony: Telephony;
  readonly urls: VoiceUrls;
  readonly legs: LegRegister;
}

/**
 * Moves calls on from step to step: a qualified consumer to a destination, a failed attempt to the
 * next one, a slot back to its destination, a leg that nobody needs to its end. Every step is decided
 * by a stream, so that a step taken twice is taken once.
 */
export function callFlowReactor(parts: CallFlowParts): Reactor {
  const { desk, transfers, slots, telephony, urls, legs } = parts;
  return defineReactor<CallEvent, CallFlowCommand>({
    name: 'call_flow',
    startAt: 'now',
    events: callEvents,
    on: {
      LeadQualified: ({ data: { leadId, callId } }) => [{ do: 'find_destination', leadId, callId }],
      TransferFailed: async ({ data }) => {
        const { leadId, callId, transferId, destinationId, reason } = data;
        const known = await legs.legsOf(leadId, callId);
        const leg = known.transfers.get(transferId)?.providerCallId ?? null;
        const over = reason === 'busy' || reason === 'no_answer';
        return [
          { do: 'release_slot', leadId, destinationId, transferId, used: false },
          { do: 'find_destination', leadId, callId },
          ...(leg === null || over ? [] : [{ do: 'hang_up', providerCallId: leg } as const]),
        ];
      },
      NoDestinationFound: ({ data: { leadId, callId } }) => [
        { do: 'say_nobody_is_there', leadId, callId },
      ],
      CallEnded: async ({ data: { leadId, callId, transferId, hungUpBy } }) => {
        const known = await legs.legsOf(leadId, callId);
        const bridged = transferId === null ? undefined : known.transfers.get(transferId);
        const left =
          hungUpBy === 'destination' ? known.consumer : (bridged?.providerCallId ?? null);
        const both = hungUpBy === 'unknown' ? known.consumer : null;
        return [
          ...(transferId === null || bridged === undefined
            ? []
            : [{ ...released(leadId, bridged.destinationId, transferId) }]),
          ...(left === null ? [] : [{ do: 'hang_up', providerCallId: left } as const]),
          ...(both === null ? [] : [{ do: 'hang_up', providerCallId: both } as const]),
        ];
      },
    },
    run: async (command, order) => {
      const context = contextOf(order);
      switch (command.do) {
        case 'find_destination':
          return transfers.next(command.leadId, command.callId, context);
        case 'say_nobody_is_there': {
          const { consumer } = await legs.legsOf(command.leadId, command.callId);
          if (consumer === null) return;
          return telephony.redirectCall(consumer, urls.next(command.leadId, command.callId));
        }
        case 'release_slot': {
          const { destinationId, transferId, used } = command;
          const slot = {
            destinationId,
            transferId,
            used,
            at: desk.now(),
          };
          return slots.release(slot, desk.contextFor(order.tenantId, command.leadId, context));
        }
        case 'hang_up':
          return telephony.endCall(command.providerCallId);
      }
    },
  });
}

function released(leadId: string, destinationId: string, transferId: string) {
  return { do: 'release_slot', leadId, destinationId, transferId, used: true } as const;
}

function contextOf({ commandId, actor, causationId }: Order): CallContext {
  return { commandId, actor, causationId };
}
