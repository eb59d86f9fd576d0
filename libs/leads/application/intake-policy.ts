import { type Actor, type DomainError, type TenantId } from '#libs/kernel';
import { type EligibilityChecks } from '../domain/lead.events.js';

/** What a tenant has decided about its intake. */
export interface IntakePolicy {
  readonly tenantId: TenantId;
  /** In a sandbox fictitious numbers may be dialed, for every call is simulated there. */
  readonly tenantMode: EligibilityChecks['tenantMode'];
  /** ISO 3166 codes of the countries leads may come from. */
  readonly countries: readonly string[];
  readonly consentMaxAgeDays: number;
  /** Whether a duplicate that brings consent completes a lead without (DD-3). */
  readonly mergeConsentOnDuplicate: boolean;
}

/** What a tenant starts with. */
export const DEFAULT_POLICY = {
  countries: ['US'],
  consentMaxAgeDays: 90,
  mergeConsentOnDuplicate: false,
} as const;

/** A hundred years. */
const ANY_AGE_DAYS = 36_500;

/**
 * The policy of a tenant. In a sandbox nobody is called, so consent may be of any age there: the
 * example of the documentation works on any day.
 */
export function intakePolicyOf(
  tenantId: TenantId,
  tenantMode: IntakePolicy['tenantMode'],
): IntakePolicy {
  const policy = { ...DEFAULT_POLICY, tenantId, tenantMode };
  return tenantMode === 'sandbox' ? { ...policy, consentMaxAgeDays: ANY_AGE_DAYS } : policy;
}

/** Who sends a command, from where, and how it is recognised when it comes again. */
export interface Caller {
  readonly actor: Actor;
  readonly apiKeyId: string | null;
  /** UUID; derived from the idempotency key or the import row where there is one. */
  readonly commandId: string;
  /** The request or import that led to the command. */
  readonly causationId: string;
  readonly ip?: string;
  readonly userAgent?: string;
  /** There where the command may have been run before: the log is asked first. */
  readonly earlierRun?: EarlierRun;
}

/** What is to happen to a command that may have been run before if the log does not know it. */
export interface EarlierRun {
  /** Thrown, since somebody else may be running the command now; `null`: it is run. */
  readonly refusal: DomainError | null;
}

/** Where a request came from; sealed into the event's metadata. */
export interface Origin {
  readonly ip?: string;
  readonly userAgent?: string;
}
