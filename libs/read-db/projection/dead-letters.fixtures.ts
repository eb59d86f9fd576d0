import { once } from 'node:events';
import { until } from '#libs/testing';
import {
  type DeadLetter,
  listDeadLetters,
  readProjectionRequest,
  requestProjectionAction,
  showDeadLetter,
} from '../index.js';
import { type RereadEvents } from './dead-letter-retry.js';
import { type EngineHarness, type RunningEngine } from './engine.fixtures.js';
import { turnoverProjection } from './ledger.fixtures.js';
import { type LogItem } from './messages.js';
import { asItems, type Poison, spoiledAccounts, toMessage } from './poison.fixtures.js';
import { type ProjectedEvent } from './projection.js';
import { type RunProjectionsOptions } from './engine-options.js';

/** What is asked of the worker; of the account projection unless told. */
export interface Order {
  readonly action: 'retry' | 'skip';
  readonly name?: string;
  readonly build?: number;
  readonly details?: { readonly key?: string; readonly reason?: string };
}

/** Engines that work on histories with poison in them, for specs of dead letters. */
export class PoisonHarness {
  readonly #engines: EngineHarness;

  constructor(engines: EngineHarness) {
    this.#engines = engines;
  }

  /** An engine with defects that show at the poison. */
  start(
    events: readonly ProjectedEvent[],
    poison: Poison = new Map(),
    options: Partial<RunProjectionsOptions> = {},
  ): RunningEngine {
    const items = asItems(events, poison);
    return this.#engines.start({
      log: logOfItems(items),
      projections: [spoiledAccounts(poison), turnoverProjection],
      reread: rereadFrom(items),
      ...options,
    });
  }

  /** As {@link PoisonHarness.start}, until everything was considered. */
  async runThrough(
    events: readonly ProjectedEvent[],
    poison: Poison = new Map(),
    options: Partial<RunProjectionsOptions> = {},
  ): Promise<RunningEngine> {
    const engine = this.start(events, poison, options);
    await this.#engines.reached(events);
    await engine.stop();
    return engine;
  }

  /** What becomes of a request, made to an engine with what defects are left. */
  async ask(
    order: Order,
    events: readonly ProjectedEvent[],
    poison: Poison = new Map(),
    options: Partial<RunProjectionsOptions> = {},
  ): Promise<string> {
    const id = await this.request(order);
    const engine = this.start(events, poison, options);
    const outcome = await this.outcomeOf(id);
    await engine.stop();
    return outcome;
  }

  request({ name = 'account', details = {}, ...order }: Order): Promise<string> {
    return requestProjectionAction(this.#engines.owner, {
      ...order,
      name,
      details: { ...details },
      requestedBy: 'spec',
    });
  }

  outcomeOf(id: string): Promise<string> {
    return until('the request to be handled', async () => {
      return (await readProjectionRequest(this.#engines.owner, id))?.outcome;
    });
  }

  /** Everything that is parked, each event under each of its keys. */
  async letters(name = 'account'): Promise<DeadLetter[]> {
    const { owner } = this.#engines;
    const { items } = await listDeadLetters(owner, { name, limit: 200 });
    const ofKeys = items.map(({ build, key }) => showDeadLetter(owner, { name, build, key }));
    return (await Promise.all(ofKeys)).flat().filter(({ state }) => state === 'parked');
  }

  /** The read model is the fold of everything but what is parked. */
  async expectAllButLetters(events: readonly ProjectedEvent[]): Promise<void> {
    for (const projection of [spoiledAccounts(new Map()), turnoverProjection]) {
      const left = new Set((await this.letters(projection.name)).map(({ position }) => position));
      await this.#engines.expectReadModel(projection, events, left);
    }
  }
}

function logOfItems(items: readonly LogItem[]): RunProjectionsOptions['log'] {
  return async function* (after, signal) {
    for (const item of items) {
      if (signal.aborted) return;
      if (after === null || item.position > after) yield toMessage(item);
    }
    yield { kind: 'caught_up' };
    if (!signal.aborted) await once(signal, 'abort');
  };
}

function rereadFrom(items: readonly LogItem[]): RereadEvents {
  const byPosition = new Map(items.map((item) => [item.position, item]));
  return (places) =>
    Promise.resolve(places.map(({ position }) => byPosition.get(position) ?? null));
}
