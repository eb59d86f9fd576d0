import { defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { LEAD_PREFIX } from '#events/leads';
import { type CallContext, type CallDesk } from '../application/call-desk.js';
import { type DestinationSlots } from '../application/destination-slots.js';
import { type CallLegs, type LegRegister } from '../application/leg-register.js';
import { isRefusal } from '../application/place-call.js';
import { type TransferAttempt, type TransferDesk } from '../application/transfer-desk.js';
import { type VoiceUrls } from '../application/voice-urls.js';
import { type CallEvent, callEvents } from '../domain/lead-stream.events.js';

interface CallRef {
  readonly leadId: string;
  readonly callId: string;
}

/** What the reactor wants done. */
export type CallFlowCommand =
  | ({ readonly do: 'find_destination' } & TransferAttempt)
  | ({ readonly do: 'say_nobody_is_there' } & CallRef)
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
  readonly transfers: Pick<TransferDesk, 'next'>;
  readonly slots: Pick<DestinationSlots, 'release'>;
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
      LeadQualified: ({ data: { leadId, callId } }) => [
        { do: 'find_destination', leadId, callId, attempt: 1 },
      ],
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

/** The consumer waits, so that is first; a slot is not free before its line is. */
function afterFailure(
  { leadId, callId, transferId, destinationId, reason }: DataOf<'TransferFailed'>,
  { transfers }: CallLegs,
): CallFlowCommand[] {
  const isOver = reason === 'busy' || reason === 'no_answer';
  const leg = isOver ? null : (transfers.get(transferId)?.providerCallId ?? null);
  const attempt = [...transfers.keys()].indexOf(transferId) + 2;
  return [
    { do: 'find_destination', leadId, callId, attempt },
    ...hangUp(leg),
    { do: 'release_slot', leadId, destinationId, transferId, used: false },
  ];
}

/** The other leg of a bridge ends with it; where nobody knows who is left, both are ended. */
function afterEnd(
  { leadId, transferId, hungUpBy }: DataOf<'CallEnded'>,
  { consumer, transfers }: CallLegs,
): CallFlowCommand[] {
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

function hangUp(providerCallId: string | null): CallFlowCommand[] {
  return providerCallId === null ? [] : [{ do: 'hang_up', providerCallId }];
}

async function run(parts: CallFlowParts, command: CallFlowCommand, order: Order): Promise<void> {
  const { desk, transfers, slots, telephony } = parts;
  const context = contextOf(order);
  switch (command.do) {
    case 'find_destination':
      return transfers.next(command, context);
    case 'say_nobody_is_there':
      return sayNobodyIsThere(parts, command);
    case 'release_slot': {
      const { leadId, destinationId, transferId, used } = command;
      const slot = { destinationId, transferId, used, at: desk.now() };
      return slots.release(slot, desk.contextFor(order.tenantId, leadId, context));
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
