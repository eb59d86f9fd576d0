import { CommandRunner, type Position } from '#libs/event-store';
import { type ApiKeyId, DomainError, type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomBytes } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { type KnownApiKey } from '../domain/api-key.js';
import { apiKeyDecider, type RevokeApiKey, type RotateApiKey } from '../domain/api-key.decider.js';
import { apiKeyNotFound } from '../domain/api-key.errors.js';
import { apiKeyIdFrom } from './api-key-text.js';
import { invalidFields } from '../domain/validation.errors.js';
import { apiKeyStream } from './account-streams.js';
import { AccountsClock } from './accounts-clock.js';
import { ApiKeyIssuer, type IssuedApiKey } from './api-key-issuer.js';
import { type Caller, contextOf } from './caller.js';

/** How long a rotated key goes on working unless told: time to bring its successor out. */
export const ROTATION_OVERLAP_SECONDS_DEFAULT = 24 * 60 * 60;
const ROTATION_OVERLAP_SECONDS_MAX = 30 * ROTATION_OVERLAP_SECONDS_DEFAULT;

/** The successor of a rotated key, and how long the old one still works. */
export interface RotatedApiKey extends IssuedApiKey {
  /** ISO-8601 UTC. */
  readonly predecessorValidUntil: string;
}

/** Replaces a key by a new one on the same terms. The old one works for `overlapSeconds` more. */
export class RotateApiKeyCommand extends Command<RotatedApiKey> {
  constructor(
    readonly tenantId: TenantId,
    readonly keyId: ApiKeyId,
    readonly caller: Caller,
    /** 0 to 30 days. */
    readonly overlapSeconds: number = ROTATION_OVERLAP_SECONDS_DEFAULT,
  ) {
    super();
  }
}

/**
 * Makes the successor first and retires the old key second, so that a crash between the two leaves
 * a key nobody knows rather than a customer without one. Whoever loses a race of two rotations has
 * the successor it made revoked again.
 */
@CommandHandler(RotateApiKeyCommand)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKeyCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly issuer: ApiKeyIssuer,
    private readonly clock: AccountsClock,
  ) {}

  async execute(command: RotateApiKeyCommand): Promise<RotatedApiKey> {
    const now = this.clock.now();
    const rotation = rotationOf(command, now);
    const old = await this.issuer.load(command.keyId);
    apiKeyDecider.decide(rotation, old);
    if (old.status === 'absent') throw apiKeyNotFound();
    const successor = await this.issuer.issue(
      command.tenantId,
      rotation.successorKeyId,
      { ...old.key, expiresAt: renewedEnd(old, now) },
      command.caller,
      rotation.rotatedAt,
    );
    const position = await this.#retire(rotation, command);
    return { ...successor, position, predecessorValidUntil: rotation.validUntil };
  }

  async #retire(rotation: Rotation, command: RotateApiKeyCommand): Promise<Position | null> {
    try {
      const { position } = await this.#run(command.keyId, rotation, command);
      return position;
    } catch (error) {
      // Unavailable leaves the outcome unknown: the old key may be rotated to this very successor.
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      const { tenantId, successorKeyId: keyId, rotatedAt: revokedAt } = rotation;
      const reason = 'Its predecessor was changed by somebody else during the rotation.';
      await this.#run(keyId, { type: 'RevokeApiKey', tenantId, keyId, reason, revokedAt }, command);
      throw error;
    }
  }

  /** Command ids depend on the successor: two runs of one rotation are two attempts. */
  #run(keyId: ApiKeyId, decision: Rotation | RevokeApiKey, command: RotateApiKeyCommand) {
    const { caller, tenantId } = command;
    const about = decision.type === 'RotateApiKey' ? decision.successorKeyId : keyId;
    const attempt = { ...caller, commandId: uuidv5(about, caller.commandId) };
    const occurredAt = decision.type === 'RotateApiKey' ? decision.rotatedAt : decision.revokedAt;
    return this.runner.run({
      stream: apiKeyStream(keyId),
      decider: apiKeyDecider,
      command: decision,
      context: contextOf(attempt, tenantId, occurredAt),
    });
  }
}

type Rotation = RotateApiKey & { readonly successorKeyId: ApiKeyId };

function rotationOf({ tenantId, keyId, overlapSeconds }: RotateApiKeyCommand, now: Date): Rotation {
  assertOverlap(overlapSeconds);
  return {
    type: 'RotateApiKey',
    tenantId,
    keyId,
    successorKeyId: apiKeyIdFrom(randomBytes(16)),
    rotatedAt: now.toISOString(),
    validUntil: new Date(now.getTime() + overlapSeconds * 1_000).toISOString(),
  };
}

function assertOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= ROTATION_OVERLAP_SECONDS_MAX) return;
  const message = `Give a whole number of seconds from 0 to ${ROTATION_OVERLAP_SECONDS_MAX}.`;
  throw invalidFields([{ field: 'overlapSeconds', code: 'out_of_range', message }]);
}

/** The successor of a key with an end lives as long as the key was made to. */
function renewedEnd({ key }: KnownApiKey, now: Date): string | null {
  if (key.expiresAt === null) return null;
  const lifetimeMs = Date.parse(key.expiresAt) - Date.parse(key.createdAt);
  return new Date(now.getTime() + lifetimeMs).toISOString();
}
