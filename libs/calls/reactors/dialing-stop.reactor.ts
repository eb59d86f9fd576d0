import { type Clock, type TenantId } from '#libs/kernel';
import { defineReactor, type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { type CallDesk } from '../application/call-desk.js';
import { type TakeBack } from '../application/take-back.js';
import { type DialQueue, type QueueShown } from '../dialer/dial-queue.js';
import { type DialingEvent, dialingEvents } from '../domain/dialing.events.js';

/** What the reactor wants done. */
export interface GiveUpRinging {
  readonly do: 'give_up_ringing';
  readonly tenantId: TenantId;
  readonly leadId: string;
}

/** What `dialing_stop` is put together from. */
export interface DialingStopParts {
  readonly desk: CallDesk;
  readonly queue: Pick<DialQueue, 'onCall'>;
  readonly shown: Pick<QueueShown, 'reaches'>;
  readonly telephony: Telephony;
  readonly takeBack: TakeBack;
  readonly clock: Clock;
}

/**
 * How long it is waited that the queue shows who was called before a stop, and until the next try.
 */
const QUEUE_WITHIN_MS = 1_000;
const QUEUE_WAIT_MS = 100;

/**
 * An emergency stop reaches phones that ring: every call that nobody has answered is given up, and
 * every consumer is taken back from a destination that is not connected yet (DI-7). Who talks, or
 * waits, is not cut off: they hear that nobody is there.
 *
 * It looks once the queue shows the log up to the stop, so that it misses no call that was decided
 * before; whoever decides later reads the stop before the order.
 */
export function dialingStopReactor(parts: DialingStopParts): Reactor {
  const { desk, queue, shown, telephony, takeBack, clock } = parts;
  return defineReactor<DialingEvent, GiveUpRinging>({
    name: 'dialing_stop',
    startAt: 'now',
    events: dialingEvents,
    on: {
      DialingStopped: async ({ position, metadata: { tenantId } }) => {
        if (!(await shown.reaches(position, QUEUE_WITHIN_MS))) {
          return { again: { at: new Date(clock.now().getTime() + QUEUE_WAIT_MS) } };
        }
        const leadIds = await queue.onCall(tenantId);
        return leadIds.map((leadId) => ({ do: 'give_up_ringing', tenantId, leadId }));
      },
    },
    run: async ({ leadId }, { commandId, actor, causationId }) => {
      const call = (await desk.look(leadId))?.lead.current ?? null;
      if (call === null) return;
      if (call.answeredAt !== null) {
        await takeBack.of(leadId, 'stopped', { commandId, actor, causationId });
        return;
      }
      // One without a name is being ordered: whoever orders it looks for the stop afterwards.
      if (call.providerCallId !== null) await telephony.endCall(call.providerCallId);
    },
  });
}
