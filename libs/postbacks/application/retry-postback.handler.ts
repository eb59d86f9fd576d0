import { type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type KnownDelivery } from '../domain/postback-delivery.js';
import { postbackDeliveryDecider } from '../domain/postback-delivery.decider.js';
import { type PostbackDeliveryEvent } from '../domain/postback-delivery.events.js';
import { postbackDeliveryNotFound } from '../domain/postbacks.errors.js';
import { type Caller, contextOf } from './caller.js';
import { postbackDeliveryStream } from './postback-streams.js';
import { PostbacksClock } from './postbacks-clock.js';
import { PostbacksRunner } from './postbacks-runner.js';
import { TargetBook } from './target-book.js';

/** A delivery as it stands after it was to be tried again. */
export interface RetriedPostback {
  readonly deliveryId: string;
  readonly status: KnownDelivery['status'];
  readonly attempts: number;
  /** `null` when it was not given up, and nothing changed. */
  readonly position: Position | null;
  readonly replayed: boolean;
}

/** Has a delivery tried again that was given up, at once and then by the schedule. */
export class RetryPostbackCommand extends Command<RetriedPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly deliveryId: string,
  ) {
    super();
  }
}

/** What is due anyway stays due as it is, and what was delivered stays delivered. */
@CommandHandler(RetryPostbackCommand)
export class RetryPostbackHandler implements ICommandHandler<RetryPostbackCommand> {
  constructor(
    private readonly runner: PostbacksRunner,
    private readonly book: TargetBook,
    private readonly clock: PostbacksClock,
  ) {}

  async execute({ tenantId, caller, deliveryId }: RetryPostbackCommand): Promise<RetriedPostback> {
    const stream = postbackDeliveryStream(deliveryId);
    const [first] = await this.runner.history<PostbackDeliveryEvent>(stream);
    if (first?.metadata.tenantId !== tenantId) throw postbackDeliveryNotFound();
    await this.book.findLive(tenantId, first.data.targetId);
    const at = this.clock.now().toISOString();
    const { state, position, replayed } = await this.runner.run({
      ...{ stream, decider: postbackDeliveryDecider },
      command: { type: 'ReschedulePostback', at },
      context: contextOf(caller, tenantId, deliveryId, at),
    });
    if (state.status === 'absent') throw postbackDeliveryNotFound();
    return { deliveryId, status: state.status, attempts: state.attempts, position, replayed };
  }
}
