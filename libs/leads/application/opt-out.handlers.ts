import { CommandRunner, type Position } from '#libs/event-store';
import { type DataKeyId, type TenantId } from '#libs/kernel';
import { DataKeys, seal } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type LeadStatus } from '../domain/lead-status.js';
import { leadDecider } from '../domain/lead.decider.js';
import { leadNotFound } from '../domain/lead.errors.js';
import { type LeadEvent, type Revocation } from '../domain/lead.events.js';
import { type Caller, type IntakePolicy } from './intake-policy.js';
import { LeadReader } from './lead-reader.js';
import { leadStream } from './lead-streams.js';
import { OccurrenceClock, originOf } from './occurrence.js';
import { SuppressNumberCommand, SuppressNumberHandler } from './suppression.handlers.js';

/** How a lead stands after its consumer opted out. */
export interface OptOutResult {
  readonly leadId: string;
  readonly status: LeadStatus;
  readonly ineligibleReasons: readonly string[];
  /** Where the last event is in the log; `null` if all of it was known already. */
  readonly position: Position | null;
}

/** Takes back the consent of a lead (CO-8). Repeating it changes nothing. */
export class RevokeConsentCommand extends Command<OptOutResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly leadId: string,
    readonly revocation: Omit<Revocation, 'revokedAt'>,
    /** ISO-8601 UTC; `null`: now. */
    readonly revokedAt: string | null,
  ) {
    super();
  }
}

/** Takes back the consent of a lead and suppresses its number, at once. */
export class OptOutCommand extends Command<OptOutResult> {
  constructor(
    readonly policy: IntakePolicy,
    readonly caller: Caller,
    readonly leadId: string,
    readonly revocation: Omit<Revocation, 'revokedAt'>,
  ) {
    super();
  }
}

type LeadReceived = Extract<LeadEvent, { type: 'LeadReceived' }>['data'];

/** Needs nothing of the person, so that those who were erased can opt out as well. */
@CommandHandler(RevokeConsentCommand)
export class RevokeConsentHandler implements ICommandHandler<RevokeConsentCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reader: LeadReader,
    private readonly keys: DataKeys,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute(command: RevokeConsentCommand): Promise<OptOutResult> {
    const { tenantId, caller, revocation } = command;
    const received = await receiptOf(this.reader, tenantId, command.leadId);
    const { leadId } = received;
    const occurredAt = this.clock.now().toISOString();
    const revokedAt = command.revokedAt ?? occurredAt;
    const { commandId, actor, causationId } = caller;
    const { state, position } = await this.runner.run({
      ...{ stream: leadStream(leadId), decider: leadDecider },
      command: { type: 'RevokeConsent', ...revocation, revokedAt },
      context: {
        ...{ commandId, tenantId, actor, occurredAt, correlationId: leadId, causationId },
        ...(await this.#originOf(tenantId, caller, received.keyId as DataKeyId)),
      },
    });
    if (state.status === 'absent') throw leadNotFound();
    const { status, ineligibleReasons } = state;
    return { leadId, status, ineligibleReasons, position };
  }

  /**
   * Where the caller sits, sealed as everything of the lead; left out once that key is destroyed.
   */
  async #originOf(tenantId: TenantId, caller: Caller, keyId: DataKeyId) {
    const origin = originOf(caller);
    if (origin === null) return {};
    const key = (await this.keys.find(tenantId, [keyId])).get(keyId);
    return key === undefined ? {} : { origin: seal(key, { tenantId }, origin) };
  }
}

/**
 * First the number, which protects the consumer most: whatever fails then is done when it is sent
 * again.
 */
@CommandHandler(OptOutCommand)
export class OptOutHandler implements ICommandHandler<OptOutCommand> {
  constructor(
    private readonly reader: LeadReader,
    private readonly suppressions: SuppressNumberHandler,
    private readonly revocations: RevokeConsentHandler,
  ) {}

  async execute({ policy, caller, leadId, revocation }: OptOutCommand): Promise<OptOutResult> {
    const { tenantId } = policy;
    const { phoneHash } = await receiptOf(this.reader, tenantId, leadId);
    const target = { kind: 'hash', phoneHash } as const;
    const suppressed = await this.suppressions.execute(
      new SuppressNumberCommand(policy, caller, target, 'opted_out', revocation.channel, null),
    );
    const revoked = await this.revocations.execute(
      new RevokeConsentCommand(tenantId, caller, leadId, revocation, null),
    );
    return { ...revoked, position: revoked.position ?? suppressed.position };
  }
}

/** What a lead came in with. Rejects with `lead_not_found`. */
async function receiptOf(
  reader: LeadReader,
  tenantId: TenantId,
  leadId: string,
): Promise<LeadReceived> {
  const [received] = await reader.events(tenantId, leadId);
  if (received?.type !== 'LeadReceived') throw leadNotFound();
  return received.data;
}
