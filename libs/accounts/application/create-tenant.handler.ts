import { CommandRunner, type Position } from '#libs/event-store';
import { isTenantId, type TenantId } from '#libs/kernel';
import { TenantSecrets } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CreateTenant, tenantDecider } from '../domain/tenant.decider.js';
import { initialState } from '../domain/tenant.js';
import type { TenantMode } from '../domain/tenant.events.js';
import { tenantStream } from './account-streams.js';
import { AccountsClock } from './accounts-clock.js';
import { type Caller, contextOf } from './caller.js';

/** What became of a wish for a tenant. */
export interface CreateTenantResult {
  /** `false`: there was just such a tenant before. */
  readonly created: boolean;
  /** Where the event is in the log; `null` if none was written now. */
  readonly position: Position | null;
}

/** Makes a tenant, or finds it made: safe to send at every start. */
export class CreateTenantCommand extends Command<CreateTenantResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly name: string,
    readonly mode: TenantMode,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Gives the tenant its identity key first: a tenant that exists can always take leads in. */
@CommandHandler(CreateTenantCommand)
export class CreateTenantHandler implements ICommandHandler<CreateTenantCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly secrets: TenantSecrets,
    private readonly clock: AccountsClock,
  ) {}

  async execute({
    tenantId,
    name,
    mode,
    caller,
  }: CreateTenantCommand): Promise<CreateTenantResult> {
    const createdAt = this.clock.now().toISOString();
    const command: CreateTenant = {
      type: 'CreateTenant',
      tenant: { tenantId, name, mode, createdAt },
    };
    // An id that is none must be refused before it names a row or a stream.
    if (!isTenantId(tenantId)) tenantDecider.decide(command, initialState());
    await this.secrets.create(tenantId);
    const result = await this.runner.run({
      stream: tenantStream(tenantId),
      decider: tenantDecider,
      command,
      context: contextOf(caller, tenantId, createdAt),
    });
    return { created: result.events.length > 0, position: result.position };
  }
}
