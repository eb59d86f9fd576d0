import { defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { LEAD_PREFIX } from '#events/leads';
import { type CallContext, transferIdOf } from '../application/call-desk.js';
import { type CallLegs, type LegRegister } from '../application/leg-register.js';
import { isRefusal } from '../application/place-call.js';
import { type TransferDesk } from '../application/transfer-desk.js';
import { type TransferSlots } from '../application/transfer-slots.js';
import { type VoiceUrls } from '../application/voice-urls.js';
import { type CallEvent, callEvents } from '../domain/lead-stream.events.js';

interface CallRef {
  readonly leadId: string;
  readonly callId: string;
}

/** What the reactor wants done. */
export type CallFlowCommand =
  | ({ readonly do: 'find_destination' } & CallRef)
  | ({ readonly do: 'say_nobody_is_there' } & CallRef)
  | {
      readonly do: 'release_slot';
      readonly leadId: string;
      readonly destinationId: string;
      readonly transferId: string;
      readonly used: boolean;
    }
  | { readonly do: 'release_strays'; readonly leadId: string; readonly transferId: string }
  | { readonly do: 'hang_up'; readonly providerCallId: string };

/** What `call_flow` is put together from. */
export interface CallFlowParts {
  readonly transfers: Pick<TransferDesk, 'next'>;
  readonly slots: TransferSlots;
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
  const { legs } = parts;
  return defineReactor<CallEvent, CallFlowCommand>({
    name: 'call_flow',
    startAt: 'now',
    events: callEvents,
    streamPrefixes: [LEAD_PREFIX],
    on: {
      LeadQualified: ({ data: { leadId, callId } }) => [{ do: 'find_destination', leadId, callId }],
      TransferFailed: async ({ data }) =>
        afterFailure(data, await legs.legsOf(data.leadId, data.callId)),
      NoDestinationFound: ({ data: { leadId, callId } }) => [
        { do: 'say_nobody_is_there', leadId, callId },
      ],
      CallEnded: async ({ data }) => afterEnd(data, await legs.legsOf(data.leadId, data.callId)),
    },
    run: (command, order) => run(parts, command, order),
  });
}

type DataOf<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>['data'];

function afterFailure(
  { leadId, callId, transferId, destinationId, reason }: DataOf<'TransferFailed'>,
  { transfers }: CallLegs,
): CallFlowCommand[] {
  const isOver = reason === 'busy' || reason === 'no_answer';
  const leg = isOver ? null : (transfers.get(transferId)?.providerCallId ?? null);
  return [
    { do: 'release_slot', leadId, destinationId, transferId, used: false },
    { do: 'find_destination', leadId, callId },
    ...hangUp(leg),
  ];
}

/** The other leg of a bridge ends with it; where nobody knows who is left, both are ended. */
function afterEnd(
  { leadId, callId, transferId, hungUpBy }: DataOf<'CallEnded'>,
  { consumer, qualified, transfers }: CallLegs,
): CallFlowCommand[] {
  const bridged = transferId === null ? undefined : transfers.get(transferId);
  const consumerMayBeLeft = hungUpBy === 'destination' || hungUpBy === 'unknown';
  const destinationMayBeLeft = hungUpBy !== 'destination';
  const next = transferIdOf(callId, transfers.size + 1);
  return [
    ...(transferId === null || bridged === undefined
      ? []
      : [released(leadId, bridged.destinationId, transferId)]),
    ...(qualified ? [{ do: 'release_strays', leadId, transferId: next } as const] : []),
    ...hangUp(destinationMayBeLeft ? (bridged?.providerCallId ?? null) : null),
    ...hangUp(consumerMayBeLeft ? consumer : null),
  ];
}

function released(leadId: string, destinationId: string, transferId: string) {
  return { do: 'release_slot', leadId, destinationId, transferId, used: true } as const;
}

function hangUp(providerCallId: string | null): CallFlowCommand[] {
  return providerCallId === null ? [] : [{ do: 'hang_up', providerCallId }];
}

async function run(parts: CallFlowParts, command: CallFlowCommand, order: Order): Promise<void> {
  const { transfers, slots, telephony } = parts;
  const { tenantId } = order;
  const context = contextOf(order);
  switch (command.do) {
    case 'find_destination':
      return transfers.next(command.leadId, command.callId, context);
    case 'say_nobody_is_there':
      return sayNobodyIsThere(parts, command);
    case 'release_slot': {
      const { leadId, transferId, destinationId, used } = command;
      return slots.release({ tenantId, leadId, transferId }, destinationId, used, context);
    }
    case 'release_strays': {
      const { leadId, transferId } = command;
      return slots.releaseStrays({ tenantId, leadId, transferId }, context);
    }
    case 'hang_up':
      return telephony.endCall(command.providerCallId);
  }
}

/** A consumer who has hung up meanwhile need not be told, and the provider refuses to. */
async function sayNobodyIsThere(
  { legs, telephony, urls }: CallFlowParts,
  { leadId, callId }: CallRef,
): Promise<void> {
  const { consumer } = await legs.legsOf(leadId, callId);
  if (consumer === null) return;
  try {
    await telephony.redirectCall(consumer, urls.next(leadId, callId));
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function contextOf({ commandId, actor, causationId }: Order): CallContext {
  return { commandId, actor, causationId };
}
