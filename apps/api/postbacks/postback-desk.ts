import {
  PromptMatching,
  type ReceivedPostback,
  ReceivePostbackCommand,
  RevenueClock,
  type StandingPostback,
} from '#libs/revenue';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyRequest } from 'fastify';
import { sentHits, someAtATime } from './sent-hits.js';

/** A report that is in the log, and how it stands; `null`: it is not matched yet. */
export interface TakenPostback {
  readonly received: ReceivedPostback;
  readonly standing: StandingPostback | null;
}

/** Takes in whatever a request reports: first all of it into the log, then it is matched. */
@Injectable()
export class PostbackDesk {
  constructor(
    private readonly commands: CommandBus,
    private readonly prompt: PromptMatching,
    private readonly clock: RevenueClock,
  ) {}

  /** One for each report of the request, in their order. */
  async take(request: FastifyRequest): Promise<TakenPostback[]> {
    const hits = sentHits(request, this.clock.now().toISOString());
    const received = await someAtATime(hits, async (each) => {
      const { token, id, hit, origin, receipt, caller } = each;
      const command = new ReceivePostbackCommand(token, id, hit, origin, receipt, caller);
      return { received: await this.commands.execute(command), caller };
    });
    return Promise.all(
      received.map(async ({ received: each, caller }) => ({
        received: each,
        standing: await this.prompt.match(each, caller),
      })),
    );
  }
}
