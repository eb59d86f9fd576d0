import { ListChecks } from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import { DNC_DIAL_VALID_MS, type EligibilityLookups, intakePolicyOf } from '#libs/leads';

/**
 * Asks intake’s own look-ups, so that a list means the same at receipt and right before a dial;
 * there a do-not-call answer is relied on for {@link DNC_DIAL_VALID_MS} at most.
 */
export class LeadListChecks extends ListChecks {
  constructor(private readonly lookups: Pick<EligibilityLookups, 'checks' | 'suppressedSellers'>) {
    super();
  }

  override async check(
    tenantId: TenantId,
    lead: Parameters<ListChecks['check']>[1],
    known: Parameters<ListChecks['check']>[2],
    at: string,
  ): ReturnType<ListChecks['check']> {
    // Only the lists are asked, and they do not depend on the rest of a policy.
    const policy = intakePolicyOf(tenantId, 'live');
    const asked = this.lookups.checks(policy, lead, at, known, DNC_DIAL_VALID_MS);
    const { suppressionEntryId, suppressionScope, dnc, dncRules } = await asked;
    return { suppressionEntryId, suppressionScope, dnc, dncRules };
  }

  override suppressedSellers(
    ...asked: Parameters<ListChecks['suppressedSellers']>
  ): ReturnType<ListChecks['suppressedSellers']> {
    return this.lookups.suppressedSellers(...asked);
  }
}
