import { type Event } from '@event-driven-io/emmett';
import { type LeadEvent } from '#libs/leads';

/** What a lead list shows that is no part of the fact itself. */
interface Recorded {
  readonly tenantId: string;
  /** ISO-8601. */
  readonly recordedAt: string;
}

type Data<Type extends LeadEvent['type']> = Extract<LeadEvent, { type: Type }>['data'];

/** The ledger's lead events, in the form of Emmett's. */
export type CopiedLeadEvent = {
  [Type in LeadEvent['type']]: Event<Type, Data<Type> & Recorded & Record<string, unknown>>;
}[LeadEvent['type']];

/** Every type a lead list is made of. */
export const leadEventTypes: CopiedLeadEvent['type'][] = [
  'LeadReceived',
  'LeadFoundEligible',
  'LeadFoundIneligible',
  'LeadDeduplicated',
  'ConsentRecorded',
  'ConsentRevoked',
];
