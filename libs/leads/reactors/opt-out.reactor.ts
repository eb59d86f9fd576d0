import { type PrequalificationEvent, prequalificationEvents } from '#events/calls';
import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { type Clock } from '#libs/kernel';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { defineReactor, type Order, type Reactor, type SeenEvent } from '#libs/reactors';
import { type Caller, intakePolicyOf } from '../application/intake-policy.js';
import { LeadReader } from '../application/lead-reader.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { RevokeConsentCommand, RevokeConsentHandler } from '../application/opt-out.handlers.js';
import {
  SuppressNumberCommand,
  SuppressNumberHandler,
} from '../application/suppression.handlers.js';
import { SuppressionList } from '../application/suppression-list.js';
import { leadEvents } from '../domain/lead.events.js';
import { suppressionEvents } from '../domain/suppression.events.js';

/** What the reactor wants done. */
export type OptOutCommandWish =
  | { readonly do: 'suppress_number'; readonly phoneHash: string }
  | {
      readonly do: 'revoke_consent';
      readonly leadId: string;
      readonly callId: string;
      readonly words: string;
      readonly revokedAt: string;
    };

/** What `opt-out` is put together from. */
export interface OptOutParts {
  readonly store: EventStore;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
  /** The machine's clock if left out. */
  readonly clock?: Clock;
}

type OptedOut = Extract<PrequalificationEvent, { type: 'ConsumerOptedOut' }>;

/**
 * Does what a consumer asked for on the phone: suppresses the number first, which holds for every
 * lead it has and will have, and takes back the consent of the lead that was called (CO-4, CO-8).
 */
export class OptOut {
  /** Starts at the beginning: late is better than never, and twice does nothing. */
  readonly reactor: Reactor;
  readonly #revocations: RevokeConsentHandler;
  readonly #suppressions: SuppressNumberHandler;

  constructor({ store, keys, secrets, clock: time }: OptOutParts) {
    const catalog = new EventCatalog([...leadEvents, ...suppressionEvents]);
    const runner = new CommandRunner(store, catalog);
    const clock = new OccurrenceClock(time);
    // Nobody is looked up here, so the list need not be read: others learn of the entry from the
    // log.
    const list = new SuppressionList(store, catalog, runner);
    this.#revocations = new RevokeConsentHandler(runner, new LeadReader(runner), keys, clock);
    this.#suppressions = new SuppressNumberHandler(runner, keys, secrets, list, clock);
    this.reactor = defineReactor<PrequalificationEvent, OptOutCommandWish>({
      name: 'opt-out',
      startAt: 'beginning',
      events: prequalificationEvents,
      on: { ConsumerOptedOut: wishesOf },
      run: (command, order) => this.#run(command, order),
    });
  }

  async #run(command: OptOutCommandWish, order: Order): Promise<void> {
    const { tenantId } = order;
    const caller = callerOf(order);
    if (command.do === 'suppress_number') {
      const target = { kind: 'hash', phoneHash: command.phoneHash } as const;
      const policy = intakePolicyOf(tenantId, 'live');
      await this.#suppressions.execute(
        new SuppressNumberCommand(policy, caller, target, 'opted_out', 'call', null),
      );
    } else {
      const { leadId, words, callId, revokedAt } = command;
      const revocation = { channel: 'call', words, callId } as const;
      await this.#revocations.execute(
        new RevokeConsentCommand(tenantId, caller, leadId, revocation, revokedAt),
      );
    }
  }
}

function wishesOf({ data }: SeenEvent<OptedOut>): OptOutCommandWish[] {
  const { leadId, callId, phoneHash, words, optedOutAt: revokedAt } = data;
  return [
    { do: 'suppress_number', phoneHash },
    { do: 'revoke_consent', leadId, callId, words, revokedAt },
  ];
}

function callerOf({ actor, commandId, causationId }: Order): Caller {
  return { actor, apiKeyId: null, commandId, causationId };
}
