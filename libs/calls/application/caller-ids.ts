import { CommandRunner } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import { type CallerIdClaim } from '../domain/caller-id.js';
import { callerIdDecider } from '../domain/caller-id.decider.js';
import { type CallerIdMode } from '../domain/caller-id.events.js';
import { dialingDecider } from '../domain/dialing.decider.js';
import { type DialingCaller } from './dialing-caller.js';
import { callerIdStream, dialingStream } from './dialing-streams.js';

/** Numbers that a tenant is about to call from. */
export interface CallerIdWish {
  readonly tenantId: TenantId;
  readonly mode: CallerIdMode;
  /** E.164, each once. */
  readonly numbers: readonly string[];
  /** ISO-8601 UTC. */
  readonly at: string;
}

/**
 * Sees to it that tenants who share the provider’s account show only numbers of their own.
 *
 * A number is taken on its own stream before the settings that use it are decided, so that of two
 * tenants who want it at once one is refused. Nobody gives a number back: what no settings use may
 * be taken by others an hour later. Destinations may be shared, for a buyer may buy from many.
 */
@Injectable()
export class CallerIds {
  constructor(private readonly runner: CommandRunner) {}

  /** Rejects with `caller_id_taken`. Numbers of the tenant’s own are left as they are. */
  async take(wish: CallerIdWish, caller: DialingCaller): Promise<void> {
    await Promise.all(wish.numbers.map((number) => this.#take(number, wish, caller)));
  }

  async #take(
    number: string,
    { tenantId, mode, at }: CallerIdWish,
    { actor, commandId, causationId }: DialingCaller,
  ): Promise<void> {
    const stream = callerIdStream(number);
    const unused = await this.#unusedClaim(number, mode, tenantId);
    // Judged anew each time: what a request was given before may have gone to somebody else since.
    const own = {
      commandId: uuidv5(`${number}|${at}`, commandId),
      correlationId: dialingStream(tenantId),
    };
    await this.runner.run({
      ...{ stream, decider: callerIdDecider },
      command: { type: 'TakeCallerId', number, mode, tenantId, unused, at },
      context: { ...own, tenantId, actor, causationId, occurredAt: at },
    });
  }

  /** Another tenant’s claim whose settings do not name the number, if there is one. */
  async #unusedClaim(
    number: string,
    mode: CallerIdMode,
    tenantId: TenantId,
  ): Promise<CallerIdClaim | null> {
    const { state } = await this.runner.standing(callerIdStream(number), callerIdDecider);
    const { [mode]: claim } = state;
    if (claim === null || claim.tenantId === tenantId) return null;
    return (await this.#uses(claim.tenantId, number)) ? null : claim;
  }

  async #uses(tenantId: TenantId, number: string): Promise<boolean> {
    const { state } = await this.runner.standing(dialingStream(tenantId), dialingDecider);
    return state.settings?.callingNumbers.includes(number) === true;
  }
}
