import { CommandRunner, type Position } from '#libs/event-store';
import { type DataKeyId, DomainError } from '#libs/kernel';
import { DataKeys, isErased, open, seal, type Sealed, TenantSecrets } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type LeadStatus } from '../domain/lead-status.js';
import { leadDecider } from '../domain/lead.decider.js';
import { leadNotFound } from '../domain/lead.errors.js';
import { brandsOfLead } from '../domain/suppression-scope.js';
import { readConsent } from '../intake/consent.js';
import { consentPersonal, type PersonalData } from '../intake/interpret-submission.js';
import { type ConsentSubmission } from '../intake/lead-submission.js';
import { EligibilityLookups } from './eligibility-lookups.js';
import { EvidenceHashes } from './evidence-hashes.js';
import { type Caller, type IntakePolicy } from './intake-policy.js';
import { LeadReader } from './lead-reader.js';
import { leadStream } from './lead-streams.js';
import { OccurrenceClock, originOf } from './occurrence.js';

/** How a lead stands after consent was added to it. */
export interface RecordConsentResult {
  readonly leadId: string;
  readonly status: LeadStatus;
  readonly ineligibleReasons: readonly string[];
  /** Where the events are in the log; `null` when there was nothing to record. */
  readonly position: Position | null;
}

/** Adds consent evidence to a lead and judges it anew (CO-1). */
export class RecordConsentCommand extends Command<RecordConsentResult> {
  constructor(
    readonly policy: IntakePolicy,
    readonly caller: Caller,
    readonly leadId: string,
    readonly consent: ConsentSubmission,
  ) {
    super();
  }
}

/** Looks up what the new judgement needs, seals the evidence, and lets the lead decide. */
@CommandHandler(RecordConsentCommand)
export class RecordConsentHandler implements ICommandHandler<RecordConsentCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reader: LeadReader,
    private readonly keys: DataKeys,
    private readonly secrets: TenantSecrets,
    private readonly lookups: EligibilityLookups,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute({
    policy,
    caller,
    leadId: asked,
    consent,
  }: RecordConsentCommand): Promise<RecordConsentResult> {
    const { tenantId } = policy;
    const history = await this.reader.events(tenantId, asked);
    const [received] = history;
    if (received?.type !== 'LeadReceived') throw leadNotFound();
    const { leadId, personal, phoneHash } = received.data;
    const keyId = received.data.keyId as DataKeyId;
    const key = (await this.keys.find(tenantId, [keyId])).get(keyId);
    const known = open(key, policy, personal as Sealed<PersonalData>);
    if (key === undefined || isErased(known)) throw personErased();
    const evidence = readConsent(consent);
    if (evidence === null) throw leadNotFound();
    const recordedAt = this.clock.now().toISOString();
    const looked = { e164: known.phone, phoneHash, brands: brandsOfLead(received.data) };
    const hashes = new EvidenceHashes(await this.secrets.identity(tenantId), leadId);
    const [checks, hashesBefore] = await Promise.all([
      this.lookups.checks(policy, looked, recordedAt),
      hashes.ofUnhashed(this.keys, tenantId, history),
    ]);
    const proof = consentPersonal(consent);
    const origin = originOf(caller);
    const { state, position } = await this.runner.run({
      stream: leadStream(leadId),
      decider: leadDecider,
      command: {
        type: 'RecordConsent',
        consent: { ...evidence, hash: hashes.of(evidence, proof) },
        hashesBefore,
        personal: seal(key, policy, proof),
        apiKeyId: caller.apiKeyId,
        recordedAt,
        checks,
      },
      context: {
        commandId: caller.commandId,
        tenantId,
        actor: caller.actor,
        occurredAt: recordedAt,
        correlationId: leadId,
        causationId: caller.causationId,
        ...(origin === null ? {} : { origin: seal(key, policy, origin) }),
      },
    });
    if (state.status === 'absent') throw leadNotFound();
    const { status, ineligibleReasons } = state;
    return { leadId, status, ineligibleReasons, position };
  }
}

function personErased(): DomainError {
  return new DomainError(
    'illegal_state',
    'person_erased',
    'This person’s data was erased on request; nothing can be added to the lead.',
  );
}
