import { type CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { dncRulesDecider } from '../domain/dnc-rules.decider.js';
import { type DncRules } from '../domain/dnc-rules.events.js';
import { ELIGIBILITY_POLICY_VERSION } from '../domain/eligibility.js';
import { type DncAnswer, type EligibilityChecks } from '../domain/lead.events.js';
import { type IntakePolicy } from './intake-policy.js';
import { dncRulesStream } from './lead-streams.js';
import { DNC_ANSWER_VALID_MS, type DncProvider } from './ports.js';
import { type LookedUpPhone, type SuppressionList } from './suppression-list.js';

/** Who is looked up: a number, and the brands whose lead it is. */
export interface LookedUpLead extends LookedUpPhone {
  readonly brands: readonly string[];
}

/** Everything that has to be asked before a lead's eligibility can be decided. */
export class EligibilityLookups {
  constructor(
    private readonly suppressions: SuppressionList,
    private readonly dnc: DncProvider,
    private readonly runner: CommandRunner,
  ) {}

  /**
   * The answers, as the decision and its event carry them. `at` is ISO-8601. The do-not-call
   * provider is not asked again as long as what it `answered` before may be relied on, which is for
   * `validMs`.
   */
  async checks(
    policy: IntakePolicy,
    lead: LookedUpLead,
    at: string,
    answered: DncAnswer | null = null,
    validMs = DNC_ANSWER_VALID_MS,
  ): Promise<EligibilityChecks> {
    const [suppressing, dnc] = await Promise.all([
      this.suppressions.suppressing(policy.tenantId, lead, lead.brands, at),
      isValid(answered, at, validMs) ? answered : this.dnc.check(lead.e164, validMs),
    ]);
    return {
      policyVersion: ELIGIBILITY_POLICY_VERSION,
      tenantMode: policy.tenantMode,
      countries: [...policy.countries],
      consentMaxAgeDays: policy.consentMaxAgeDays,
      suppressionEntryId: suppressing?.entryId ?? null,
      suppressionScope: suppressing?.scope ?? null,
      dnc,
      dncRules: dnc.checkedAt === null ? null : await this.#rules(policy.tenantId),
    };
  }

  /** Only where somebody answered: without a provider nothing is read. */
  async #rules(tenantId: TenantId): Promise<DncRules> {
    return (await this.runner.standing(dncRulesStream(tenantId), dncRulesDecider)).state;
  }

  /** Which of the sellers may not be given the number at `at` (ISO-8601). */
  suppressedSellers(
    tenantId: TenantId,
    phone: LookedUpPhone,
    sellers: readonly string[],
    at: string,
  ): Promise<readonly string[]> {
    return this.suppressions.suppressedSellers(tenantId, phone, sellers, at);
  }
}

function isValid(answer: DncAnswer | null, at: string, validMs: number): answer is DncAnswer {
  if (answer === null || answer.checkedAt === null) return false;
  return Date.parse(at) - Date.parse(answer.checkedAt) < validMs;
}
