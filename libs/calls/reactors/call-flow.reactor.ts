import { defineReactor, type Order, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { type CallContext } from '../application/call-desk.js';
import { type LegRegister } from '../application/leg-register.js';
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
  | ({ readonly do: 'say_nobody_is_there' } & CallRef);

/** What `call_flow` is put together from. */
export interface CallFlowParts {
  readonly transfers: Pick<TransferDesk, 'next'>;
  readonly telephony: Telephony;
  readonly urls: VoiceUrls;
  readonly legs: LegRegister;
}

/** How far apart the attempts of a step are that a consumer on the line waits for. */
const HELD_RETRY_MS_MAX = 2_000;

/**
 * Moves calls on from step to step: a qualified consumer to a destination, a failed attempt to the
 * next one, and where there is none to the words that say so. Every step is decided by a stream, so
 * that a step taken twice is taken once. The consumer holds the line meanwhile: what fails is tried
 * again every other second.
 */
export function callFlowReactor(parts: CallFlowParts): Reactor {
  const { legs } = parts;
  return defineReactor<CallEvent, CallFlowCommand>({
    name: 'call_flow',
    startAt: 'now',
    retryMsMax: HELD_RETRY_MS_MAX,
    events: callEvents,
    on: {
      LeadQualified: ({ data: { leadId, callId } }) => [
        { do: 'find_destination', leadId, callId, attempt: 1 },
      ],
      TransferFailed: async ({ data: { leadId, callId, transferId } }) => {
        const { transfers } = await legs.legsOf(leadId, callId);
        const attempt = [...transfers.keys()].indexOf(transferId) + 2;
        return [{ do: 'find_destination', leadId, callId, attempt }];
      },
      NoDestinationFound: ({ data: { leadId, callId } }) => [
        { do: 'say_nobody_is_there', leadId, callId },
      ],
    },
    run: (command, order) => run(parts, command, order),
  });
}

function run(parts: CallFlowParts, command: CallFlowCommand, order: Order): Promise<void> {
  switch (command.do) {
    case 'find_destination':
      return parts.transfers.next(command, contextOf(order));
    case 'say_nobody_is_there':
      return sayNobodyIsThere(parts, command);
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
