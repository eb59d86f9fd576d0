import {
  type Hit,
  type LiveToken,
  PromptMatching,
  type Receipt,
  type ReceivedPostback,
  ReceivePostbackCommand,
  type RevenueCaller,
  RevenueClock,
  splitHits,
  type StandingPostback,
} from '#libs/revenue';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyRequest } from 'fastify';
import { v5 as uuidv5 } from 'uuid';
import { type SentReport } from '../http/exchange.js';
import { postbackTokenInvalid } from './postback.errors.js';

/** Reports of one request that are written at a time. */
const WRITTEN_AT_ONCE = 50;

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
    const { postbackToken: token, sent } = request.exchange;
    if (token === null || sent === null) throw postbackTokenInvalid();
    const hits = splitHits(hitOf(request, sent));
    const receivedAt = this.clock.now().toISOString();
    const received: ReceivedPostback[] = [];
    for (let first = 0; first < hits.length; first += WRITTEN_AT_ONCE) {
      const some = hits.slice(first, first + WRITTEN_AT_ONCE);
      const taken = some.map((hit, index) =>
        this.#receive(request, token, hit, { receivedAt, sequence: first + index }),
      );
      received.push(...(await Promise.all(taken)));
    }
    return Promise.all(
      received.map(async (each) => ({
        received: each,
        standing: await this.prompt.match(each, callerOf(request, token)),
      })),
    );
  }

  #receive(
    request: FastifyRequest,
    token: LiveToken,
    hit: Hit,
    receipt: Receipt,
  ): Promise<ReceivedPostback> {
    const headers = request.exchange.sent?.headers ?? {};
    const origin = { ip: request.ip, headers };
    const caller = callerOf(request, token);
    const postbackId = postbackIdOf(request, receipt.sequence);
    return this.commands.execute(
      new ReceivePostbackCommand(token, postbackId, hit, origin, receipt, caller),
    );
  }
}

function hitOf({ method }: FastifyRequest, { query, body, headers }: SentReport): Hit {
  const contentType = headers['content-type'] ?? null;
  return { method: method === 'POST' ? 'POST' : 'GET', contentType, query, body };
}

/** A request’s first report bears its id, so that both are found by either. */
function postbackIdOf({ id }: FastifyRequest, index: number): string {
  return index === 0 ? id : uuidv5(`report ${index}`, id);
}

function callerOf({ id }: FastifyRequest, { tokenId }: LiveToken): RevenueCaller {
  return { actor: { kind: 'api_key', id: tokenId }, commandId: id, causationId: id };
}
