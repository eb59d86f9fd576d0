import { CommandRunner, type Position } from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';
import { DataKeys, seal, TenantSecrets } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { suppressionDecider } from '../domain/suppression.decider.js';
import { type SuppressionData } from '../domain/suppression.events.js';
import { nameKey, type SuppressionBinding, WHOLE_TENANT } from '../domain/suppression-scope.js';
import { readPhone } from '../intake/phone.js';
import { validationFailed } from '../intake/read-submission.js';
import { type Caller, type IntakePolicy } from './intake-policy.js';
import { suppressionStream } from './lead-streams.js';
import { OccurrenceClock } from './occurrence.js';
import { readEntryId, suppressionEntryId } from './suppression-entry-id.js';
import { SuppressionList } from './suppression-list.js';

/** What is to be suppressed: a number, a number known only by its keyed hash, or a prefix. */
export type SuppressionTarget =
  | { readonly kind: 'phone'; readonly phone: string }
  | { readonly kind: 'hash'; readonly phoneHash: string }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** An entry as it stands, and where its event is in the log; `null` when nothing changed. */
export interface SuppressionResult {
  readonly entry: SuppressionData;
  readonly position: Position | null;
}

/**
 * Puts an entry on the tenant's suppression list (CO-4). Repeating it changes nothing; one in force
 * is never weakened, and the result is the entry as it stands.
 */
export class SuppressNumberCommand extends Command<SuppressionResult> {
  constructor(
    readonly policy: IntakePolicy,
    readonly caller: Caller,
    readonly target: SuppressionTarget,
    readonly reason: string,
    readonly source: string | null,
    readonly expiresAt: string | null,
    readonly binding: SuppressionBinding = WHOLE_TENANT,
  ) {
    super();
  }
}

/** Takes an entry off the list. Repeating it changes nothing. */
export class LiftSuppressionCommand extends Command<undefined> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly entryId: string,
    readonly reason: string,
  ) {
    super();
  }
}

const PREFIX = /^\+[1-9]\d{0,13}$/;
const HASH = /^[\w-]{43}$/;

type Identity = Pick<SuppressionData, 'entryId' | 'kind' | 'phoneHash' | 'prefix' | 'personal'>;

/** Derives the entry's id from its target and whom it binds, so that the two have one entry. */
@CommandHandler(SuppressNumberCommand)
export class SuppressNumberHandler implements ICommandHandler<SuppressNumberCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
    private readonly secrets: TenantSecrets,
    private readonly list: SuppressionList,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute(command: SuppressNumberCommand): Promise<SuppressionResult> {
    const { policy, caller, reason, source, expiresAt, binding } = command;
    if (binding.scope !== 'tenant' && nameKey(binding.scopeName ?? '') === '') {
      throw wrongTarget('scope_name', 'must name the brand or the seller');
    }
    const suppressedAt = this.clock.now().toISOString();
    const entry: SuppressionData = {
      ...(await this.#identify(policy, command.target, binding)),
      ...{ reason, source, expiresAt, suppressedAt, ...binding },
    };
    const { state, position } = await this.runner.run({
      stream: suppressionStream(policy.tenantId, entry.entryId),
      decider: suppressionDecider,
      command: { type: 'SuppressNumber', entry },
      context: contextOf(policy.tenantId, caller, entry.entryId, suppressedAt),
    });
    this.list.note(policy.tenantId, entry);
    return { entry: state.status === 'active' ? state.entry : entry, position };
  }

  async #identify(
    policy: IntakePolicy,
    target: SuppressionTarget,
    binding: SuppressionBinding,
  ): Promise<Identity> {
    switch (target.kind) {
      case 'prefix': {
        const { prefix } = target;
        if (!PREFIX.test(prefix)) throw wrongTarget('prefix', 'must be E.164 digits, e.g. +1900');
        const entryId = suppressionEntryId({ kind: 'prefix', prefix }, binding);
        return { entryId, kind: 'prefix', phoneHash: null, prefix, personal: null };
      }
      case 'hash': {
        const { phoneHash } = target;
        if (!HASH.test(phoneHash)) throw wrongTarget('phone_hash', 'is not a phone hash of ours');
        return numberEntry(phoneHash, binding, null);
      }
      case 'phone':
        return this.#number(policy, target.phone, binding);
    }
  }

  async #number(policy: IntakePolicy, raw: string, binding: SuppressionBinding): Promise<Identity> {
    const phone = readPhone(raw, policy.countries);
    if (!phone.ok) throw wrongTarget('phone', 'is not a phone number: send 10 digits or E.164');
    const identity = await this.secrets.identity(policy.tenantId);
    const phoneHash = identity.phoneHash(phone.e164);
    const key = await this.keys.take(policy.tenantId);
    return numberEntry(phoneHash, binding, seal(key, policy, { phone: phone.e164 }));
  }
}

function numberEntry(
  phoneHash: string,
  binding: SuppressionBinding,
  personal: string | null,
): Identity {
  const entryId = suppressionEntryId({ kind: 'number', phoneHash }, binding);
  return { entryId, kind: 'number', phoneHash, prefix: null, personal };
}

/** Ends an entry; its history stays. */
@CommandHandler(LiftSuppressionCommand)
export class LiftSuppressionHandler implements ICommandHandler<LiftSuppressionCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute({ tenantId, caller, entryId, reason }: LiftSuppressionCommand): Promise<undefined> {
    if (readEntryId(entryId) === null) throw notAnEntryId();
    const liftedAt = this.clock.now().toISOString();
    await this.runner.run({
      stream: suppressionStream(tenantId, entryId),
      decider: suppressionDecider,
      command: { type: 'LiftSuppression', entryId, reason, liftedAt },
      context: contextOf(tenantId, caller, entryId, liftedAt),
    });
  }
}

function contextOf(tenantId: TenantId, caller: Caller, correlationId: string, occurredAt: string) {
  const { commandId, actor, causationId } = caller;
  return { commandId, tenantId, actor, occurredAt, correlationId, causationId };
}

function wrongTarget(field: string, message: string): DomainError {
  return validationFailed([{ field, code: 'invalid', message }]);
}

function notAnEntryId(): DomainError {
  return new DomainError(
    'not_found',
    'suppression_not_found',
    'There is no such entry on the suppression list. List the entries to find its id.',
  );
}
