import { ELIGIBILITY_POLICY_VERSION } from '../domain/eligibility.js';
import { type EligibilityChecks } from '../domain/lead.events.js';
import { type IntakePolicy } from './intake-policy.js';
import { type DncProvider } from './ports.js';
import { type SuppressionList } from './suppression-list.js';

/** Everything that has to be asked before a lead's eligibility can be decided. */
export class EligibilityLookups {
  constructor(
    private readonly suppressions: SuppressionList,
    private readonly dnc: DncProvider,
  ) {}

  /** The answers, as the decision and its event carry them. `at` is ISO-8601. */
  async checks(
    policy: IntakePolicy,
    phone: { readonly e164: string; readonly phoneHash: string },
    at: string,
  ): Promise<EligibilityChecks> {
    const [suppressionEntryId, dnc] = await Promise.all([
      this.suppressions.entryFor(policy.tenantId, phone, at),
      this.dnc.check(phone.e164),
    ]);
    return {
      policyVersion: ELIGIBILITY_POLICY_VERSION,
      tenantMode: policy.tenantMode,
      countries: [...policy.countries],
      consentMaxAgeDays: policy.consentMaxAgeDays,
      suppressionEntryId,
      dnc,
    };
  }
}
