import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { type Clock, systemClock } from '#libs/kernel';
import { type DataKeys } from '#libs/privacy';
import { type Reactor } from '#libs/reactors';
import { type Telephony } from '#libs/telephony';
import { leadEvents } from '#events/leads';
import { CallDesk } from './application/call-desk.js';
import { Consumers } from './application/consumers.js';
import { DestinationDialler } from './application/destination-dialler.js';
import { DestinationDirectory } from './application/destination-directory.js';
import { DestinationReader } from './application/destination-reader.js';
import { DestinationSlots } from './application/destination-slots.js';
import { Dialler } from './application/dialler.js';
import { DialingDirectory } from './application/dialing-directory.js';
import { leadsOfNumber } from './application/leads-of-number.js';
import { LegRegister } from './application/leg-register.js';
import { type ListChecks, type VoiceWatch } from './application/ports.js';
import { OrderPace } from './application/order-pace.js';
import { ScriptLibrary } from './application/script-library.js';
import { SellerTakeBack } from './application/seller-take-back.js';
import { SpareSlots } from './application/spare-slots.js';
import { TakeBack } from './application/take-back.js';
import { TransferDesk } from './application/transfer-desk.js';
import { VoiceUrls } from './application/voice-urls.js';
import { CallWatch, type WatchLimits } from './application/watch-call.js';
import { type DialQueue, type QueueShown } from './dialer/dial-queue.js';
import { DialScheduler } from './dialer/dial-scheduler.js';
import { type DialNotice } from './dialer/tenant-dialer.js';
import { destinationEvents } from './domain/destination.events.js';
import { destinationUsageEvents } from './domain/destination-usage.events.js';
import { dialingEvents } from './domain/dialing.events.js';
import { callEvents } from './domain/lead-stream.events.js';
import { scriptEvents } from './domain/script.events.js';
import { callFlowReactor } from './reactors/call-flow.reactor.js';
import { callTidyReactor } from './reactors/call-tidy.reactor.js';
import { callWatchReactor } from './reactors/call-watch.reactor.js';
import { dialingStopReactor } from './reactors/dialing-stop.reactor.js';
import { transferTakeBackReactor } from './reactors/transfer-take-back.reactor.js';

/** What calling is put together from. */
export interface CallingParts {
  readonly store: EventStore;
  readonly keys: DataKeys;
  readonly telephony: Telephony;
  /** How many orders the provider takes a second, in all; `null`: as many as come. */
  readonly callsPerSecond: number | null;
  readonly lists: ListChecks;
  readonly voice: VoiceWatch;
  readonly queue: DialQueue;
  readonly shown: QueueShown;
  /** Under which the provider reaches the api. */
  readonly publicBaseUrl: string;
  /** Between looks at a call at the provider, in ms. */
  readonly watchMs: number;
  readonly watchLimits?: WatchLimits;
  readonly clock?: Clock;
  readonly report: (notice: DialNotice) => void;
}

/** Every event that calling reads or writes. */
export const callingCatalog = () =>
  new EventCatalog([
    ...leadEvents,
    ...callEvents,
    ...destinationEvents,
    ...destinationUsageEvents,
    ...dialingEvents,
    ...scriptEvents,
  ]);

/**
 * Everything that calls by itself: the scheduler that dials, the reactor that moves calls on, and
 * the one that looks after them. Hosted once in the whole system, by the worker that has the lease.
 */
export class Calling {
  readonly reactors: readonly Reactor[];
  readonly #scheduler: DialScheduler;
  readonly #dialing: DialingDirectory;
  readonly #destinations: DestinationDirectory;

  constructor(parts: CallingParts) {
    const { store, telephony, lists, voice, queue, shown } = parts;
    const { watchMs, report, clock = systemClock } = parts;
    const catalog = callingCatalog();
    const runner = new CommandRunner(store, catalog);
    const desk = new CallDesk(runner, clock);
    const consumers = new Consumers(parts.keys);
    const urls = new VoiceUrls(parts.publicBaseUrl);
    this.#dialing = new DialingDirectory({ store, catalog, runner });
    this.#destinations = new DestinationDirectory({ store, catalog });
    const pace = new OrderPace(parts.callsPerSecond);
    const shared = { desk, lists, voice, consumers, telephony, pace, urls, dialing: this.#dialing };
    const destinations = this.#destinations;
    const dialler = new Dialler({ ...shared, destinations, scripts: new ScriptLibrary(runner) });
    const slots = new DestinationSlots(store, catalog);
    const legs = new LegRegister(runner);
    const transfers = new TransferDesk({
      ...{ ...shared, slots, dialler: new DestinationDialler(shared) },
      choice: { destinations, exact: new DestinationReader(runner), slots, lists },
      spare: new SpareSlots({ desk, destinations, slots, legs }),
    });
    const takeBack = new TakeBack(desk, telephony);
    const sellers = new SellerTakeBack({ desk, queue, consumers, destinations, takeBack });
    const watch = new CallWatch(desk, telephony, parts.watchLimits);
    this.reactors = [
      callFlowReactor({ transfers, telephony, urls, legs }),
      callTidyReactor({ desk, slots, telephony, legs }),
      callWatchReactor({ desk, watch, consumers, clock, everyMs: watchMs }),
      dialingStopReactor({ desk, queue, shown, telephony, takeBack, clock }),
      transferTakeBackReactor({ takeBack, sellers, shown, clock, dialing: this.#dialing }),
    ];
    this.#scheduler = new DialScheduler({
      ...{ store, queue, shown, dialler, voice, pace, clock, report, dialing: this.#dialing },
      leadsOf: (tenantId, phoneHash) => leadsOfNumber(desk, tenantId, phoneHash),
      destinations: this.#destinations,
    });
  }

  /** Reads what tenants have configured, which has to be complete before anybody is called. */
  async start(): Promise<void> {
    this.#dialing.start();
    this.#destinations.start();
    await Promise.all([this.#dialing.ready, this.#destinations.ready]);
  }

  /** Dials whoever is due, until the signal. */
  dial(signal: AbortSignal): Promise<void> {
    return this.#scheduler.run(signal);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#dialing.stop(), this.#destinations.stop()]);
  }
}
