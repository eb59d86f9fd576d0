import { CommandRunner, type Position, recall, type RunResult } from '#libs/event-store';
import { DataKeys, leadIdOf, seal, type Sealed, TenantSecrets } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Lead } from '../domain/lead.js';
import { type LeadStatus } from '../domain/lead-status.js';
import { leadDecider, type ReceiveLead } from '../domain/lead.decider.js';
import { type LeadChannel, type LeadMode } from '../domain/lead.events.js';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { brandsOfLead } from '../domain/suppression-scope.js';
import { interpretSubmission, consentPersonal } from '../intake/interpret-submission.js';
import { type LeadSubmission } from '../intake/lead-submission.js';
import { type SubmissionWarning } from '../intake/read-submission.js';
import { type Caller, type IntakePolicy } from './intake-policy.js';
import { EligibilityLookups } from './eligibility-lookups.js';
import { leadStream } from './lead-streams.js';
import { originOf, OccurrenceClock } from './occurrence.js';
import { OrdinalHint } from './ports.js';

/** What became of a submission. */
export interface ReceiveLeadResult {
  readonly outcome: 'created' | 'duplicate';
  readonly leadId: string;
  readonly status: LeadStatus;
  readonly ineligibleReasons: readonly string[];
  readonly warnings: readonly SubmissionWarning[];
  /** Where the last event is in the log. */
  readonly position: Position | null;
  /** The command had been run before; this is what came of it then. */
  readonly replayed: boolean;
}

/** Takes a lead in. Every door (api, CSV, webhooks) sends this command and no other (IN-1). */
export class ReceiveLeadCommand extends Command<ReceiveLeadResult> {
  constructor(
    readonly policy: IntakePolicy,
    readonly mode: LeadMode,
    readonly channel: LeadChannel,
    readonly caller: Caller,
    readonly submission: LeadSubmission,
  ) {
    super();
  }
}

/**
 * Finds the one stream a submission belongs to. A phone's leads are numbered, and each number has
 * its stream: the first that is free makes a new lead, the first whose lead is younger than 30 days
 * takes the submission as its duplicate. Two posts of one phone race for the same stream, and the
 * event store decides (DD-2, ADR 0004).
 */
@CommandHandler(ReceiveLeadCommand)
export class ReceiveLeadHandler implements ICommandHandler<ReceiveLeadCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
    private readonly secrets: TenantSecrets,
    private readonly lookups: EligibilityLookups,
    private readonly hint: OrdinalHint,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute(command: ReceiveLeadCommand): Promise<ReceiveLeadResult> {
    const { policy, mode, caller, submission } = command;
    const understood = interpretSubmission(submission, policy.countries);
    const phoneHash = await this.secrets.phoneHash(policy.tenantId, understood.e164);
    const before = await this.#recalled(command, phoneHash);
    if (before !== null) return toResult(before);
    const receivedAt = this.clock.now().toISOString();
    const { e164 } = understood;
    const brands = brandsOfLead(understood);
    const [key, checks] = await Promise.all([
      this.keys.take(policy.tenantId),
      this.lookups.checks(policy, { e164, phoneHash, brands }, receivedAt),
    ]);
    const box = <T>(value: T): Sealed<T> => seal(key, policy, value);
    const origin = originOf(caller);
    const { personal, consent, phone, source, state, country, campaign } = understood;
    const decision = (leadId: string, ordinal: number): ReceiveLead => ({
      type: 'ReceiveLead',
      lead: {
        ...{ leadId, ordinal, mode, phoneHash, phone, source, state, country, consent },
        ...{ channel: command.channel, apiKeyId: caller.apiKeyId, receivedAt, keyId: key.id },
        campaign: { ...campaign },
        warnings: [...understood.warnings],
        personal: box(personal),
      },
      checks,
      consentToMerge: policy.mergeConsentOnDuplicate
        ? box(consentPersonal(submission.consent))
        : null,
    });
    const result = await this.#place(command, phoneHash, decision, {
      occurredAt: receivedAt,
      ...(origin === null ? {} : { origin: box(origin) }),
    });
    return toResult(result);
  }

  /**
   * What an earlier run of the command came to. Asks all of the phone's leads in turn: which of
   * them takes a submission changes with time.
   */
  async #recalled(
    { mode, caller }: ReceiveLeadCommand,
    phoneHash: string,
  ): Promise<RunResult<Lead, LeadStreamEvent> | null> {
    if (caller.earlierRun === undefined) return null;
    for (let ordinal = 0; ; ordinal += 1) {
      const stream = leadStream(leadIdOf(phoneHash, mode, ordinal));
      const history = await this.runner.history<LeadStreamEvent>(stream);
      const before = recall(leadDecider, history, caller.commandId);
      if (before !== null) return before;
      if (history.length === 0) break;
    }
    if (caller.earlierRun.refusal !== null) throw caller.earlierRun.refusal;
    return null;
  }

  async #place(
    { policy, mode, caller }: ReceiveLeadCommand,
    phoneHash: string,
    decision: (leadId: string, ordinal: number) => ReceiveLead,
    occurrence: { occurredAt: string; origin?: string },
  ): Promise<RunResult<Lead, LeadStreamEvent>> {
    for (let ordinal = 0; ;) {
      const leadId = leadIdOf(phoneHash, mode, ordinal);
      const result = await this.runner.run({
        stream: leadStream(leadId),
        decider: leadDecider,
        command: decision(leadId, ordinal),
        expectNew: true,
        context: {
          commandId: caller.commandId,
          tenantId: policy.tenantId,
          actor: caller.actor,
          correlationId: leadId,
          causationId: caller.causationId,
          ...occurrence,
        },
      });
      if (result.events.length > 0) return result;
      const known = await this.hint.latestOrdinal(policy.tenantId, mode, phoneHash);
      ordinal = Math.max(ordinal + 1, known ?? 0);
    }
  }
}

function toResult({
  events,
  state,
  position,
  replayed,
}: RunResult<Lead, LeadStreamEvent>): ReceiveLeadResult {
  if (state.status === 'absent') throw new Error('A received lead has no state.');
  const received = events.find((event) => event.type === 'LeadReceived');
  return {
    outcome: received === undefined ? 'duplicate' : 'created',
    leadId: state.leadId,
    status: state.status,
    ineligibleReasons: state.ineligibleReasons,
    warnings: received?.data.warnings ?? [],
    position,
    replayed,
  };
}
