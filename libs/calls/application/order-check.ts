import { type TenantId } from '#libs/kernel';
import { type DialingState } from '../domain/dialing.js';
import { callingHoursAt } from '../domain/hours/calling-hours.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { dncFindingFor, listObstacles } from '../domain/list-finding.js';
import { type CallDesk } from './call-desk.js';
import { type ConsumerData } from './consumers.js';
import { askedLead, placesOf } from './lead-facts.js';
import { type ListAnswers, type ListChecks } from './ports.js';
import { type StopCheck } from './stop-check.js';

/** Who is to be called, and how their tenant dials. */
export interface Candidate {
  readonly tenantId: TenantId;
  readonly lead: CallableLead;
  readonly person: ConsumerData;
  readonly state: DialingState;
  readonly stop: StopCheck;
}

/** What an {@link OrderCheck} asks. */
export interface OrderCheckParts {
  readonly desk: Pick<CallDesk, 'look' | 'now'>;
  readonly lists: Pick<ListChecks, 'check'>;
}

/**
 * Whether a call that was decided on may be ordered. The order rings: stop, hours and, where it had
 * to wait for its turn, wishes and lists may have changed since (CO-4).
 */
export class OrderCheck {
  constructor(private readonly parts: OrderCheckParts) {}

  /** `listed`: what the decision rested on; `null`: the order did not wait. */
  async mayPlace(
    candidate: Candidate,
    callId: string,
    listed: ListAnswers | null,
  ): Promise<boolean> {
    const { desk } = this.parts;
    const { lead, person, stop } = candidate;
    if (!(await stop.mayPlace(lead.source))) return false;
    if (!callingHoursAt(placesOf(lead, person), desk.now()).allowed) return false;
    if (listed === null) return true;
    const [found, isListed] = await Promise.all([
      desk.look(lead.leadId),
      this.#isListed(candidate, listed),
    ]);
    return found !== null && goesOn(found.lead, callId) && !isListed;
  }

  /** The do-not-call provider has just answered, and is not asked again. */
  async #isListed(
    { tenantId, lead, person, state }: Candidate,
    { dnc }: ListAnswers,
  ): Promise<boolean> {
    const { desk, lists } = this.parts;
    const asked = askedLead(lead, person, state.settings);
    const listed = await lists.check(tenantId, asked, dnc, desk.now());
    return listObstacles(listed, dncFindingFor(listed, lead)).length > 0;
  }
}

/** Whether the call is open, and the consumer may still be called (CO-8). */
export function goesOn({ eligible, current }: CallableLead, callId: string): boolean {
  return eligible && current?.callId === callId;
}
