import { type LeadEvent, leadEvents } from '#events/leads';
import { defineReactor, type Reactor } from '#libs/reactors';
import { type TakeBack } from '../application/take-back.js';

/** What the reactor wants done. */
export interface TakeConsumerBack {
  readonly do: 'take_back';
  readonly leadId: string;
}

/** What speaks for the consumer that they want no call, rather than against the lead. */
const WISHES: ReadonlySet<string> = new Set([
  'suppressed',
  'suppressed_for_brand',
  'consent_revoked',
]);

/**
 * A consumer whose number is suppressed, or who takes consent back, is rung no more, and while a
 * destination rings for them is connected with nobody (CO-4, CO-8). The next destination is refused by the look at the lists that
 * precedes it, so the consumer hears that nobody is there.
 */
export function transferTakeBackReactor(takeBack: TakeBack): Reactor {
  return defineReactor<LeadEvent, TakeConsumerBack>({
    name: 'transfer_take_back',
    startAt: 'now',
    events: leadEvents,
    on: {
      ConsentRevoked: ({ data: { leadId } }) => [{ do: 'take_back', leadId }],
      LeadFoundIneligible: ({ data: { leadId, reasons } }) =>
        reasons.some((reason) => WISHES.has(reason)) ? [{ do: 'take_back', leadId }] : [],
    },
    run: ({ leadId }, { commandId, actor, causationId }) =>
      takeBack.of(leadId, 'suppressed', { commandId, actor, causationId }),
  });
}
