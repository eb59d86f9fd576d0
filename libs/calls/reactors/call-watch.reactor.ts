import { type Clock } from '#libs/kernel';
import { defineReactor, type Reactor } from '#libs/reactors';
import { type CallDesk } from '../application/call-desk.js';
import { type Consumers } from '../application/consumers.js';
import { type CallWatch } from '../application/watch-call.js';
import { type CallEvent, callEvents } from '../domain/lead-stream.events.js';

/** What `call_watch` is put together from. */
export interface CallWatchParts {
  readonly desk: CallDesk;
  readonly watch: CallWatch;
  readonly consumers: Consumers;
  readonly clock: Clock;
  /** Between looks at a call, in ms; the first is after half of it. */
  readonly everyMs: number;
}

/** Looks after every call until it is over, whatever happens to its reports or to the worker. */
export function callWatchReactor({
  desk,
  watch,
  consumers,
  clock,
  everyMs,
}: CallWatchParts): Reactor {
  const later = (ms: number) => ({ at: new Date(clock.now().getTime() + ms) });
  return defineReactor<CallEvent, never>({
    name: 'call_watch',
    startAt: 'now',
    events: callEvents,
    on: {
      CallAttempted: async ({ data: { leadId, callId }, id }, { turn }) => {
        if (turn === 0) return { again: later(everyMs / 2) };
        const found = await desk.look(leadId);
        const call = found?.lead.current ?? null;
        if (found === null || call?.callId !== callId) return null;
        const consumer = await consumers.open(found.tenantId, found.lead);
        const watched = { leadId, callId, to: consumer?.phone ?? null };
        const actor = { kind: 'system', id: 'call_watch' } as const;
        const over = await watch.check(watched, { commandId: lookId(), actor, causationId: id });
        return over ? null : { again: later(everyMs) };
      },
    },
    run: () => Promise.resolve(),
  });
}

/** A look is no decision to be recognised: whatever it finds is decided by the call’s stream. */
function lookId(): string {
  return crypto.randomUUID();
}
