import { FIXED_PEOPLE, AGENT, type Person } from '../people/person.js';
import { overriding, type People, personOf } from '../people/population.js';
import { CallLine } from './call-line.js';
import { CallRegister } from './call-register.js';
import { ConferenceRooms } from './conference-rooms.js';
import { type Faults } from './faults.js';
import { NetworkClosed } from './interruptions.js';
import { type NetworkParts } from './network-parts.js';
import { OrderQueue } from './order-queue.js';
import { SimulatedCall, type SimulatedOrder, type Source } from './simulated-call.js';
import { SimulatedClock } from './simulated-clock.js';
import { WebhookClient } from './webhook-client.js';

/** How many calls that are over are remembered. */
const ENDED_CALLS_MAX = 50_000;

/** What a network is made from. */
export interface NetworkOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly speed: number;
  readonly aheadMs?: number;
  /** How many are dialed in a second, the others wait; `null`: all are dialed at once. */
  readonly callsPerSecond: number | null;
  readonly seed: number;
  readonly people: People;
  readonly faults: Faults;
  readonly onStep: (call: SimulatedCall) => void;
  readonly onTrouble: (sid: string, trouble: string) => void;
  readonly endedCallsMax?: number;
}

/** All phones, and the calls between them and the application. */
export class TelephoneNetwork {
  /** What goes wrong from now on. */
  faults: Faults;
  readonly calls: CallRegister;
  readonly #options: NetworkOptions;
  readonly #parts: NetworkParts;
  readonly #stop = new AbortController();
  readonly #lines = new Map<string, CallLine>();
  readonly #unfinished = new Set<Promise<void>>();

  constructor(options: NetworkOptions) {
    const { accountSid, authToken, seed, speed, aheadMs, onStep, onTrouble } = options;
    const clock = new SimulatedClock(speed, aheadMs);
    this.#options = options;
    this.faults = options.faults;
    this.calls = new CallRegister(options.endedCallsMax ?? ENDED_CALLS_MAX);
    this.#parts = {
      ...{ accountSid, seed, onStep, onTrouble, stop: this.#stop.signal },
      clock,
      orders: new OrderQueue(clock, options.callsPerSecond, this.#stop.signal),
      webhooks: new WebhookClient(authToken, this.#stop.signal),
      rooms: new ConferenceRooms(),
      faults: () => this.faults,
      track: (work) => {
        this.#track(work);
      },
    };
  }

  /** The present instant of the simulated world. */
  now(): Date {
    return this.#parts.clock.now();
  }

  /** Takes a call on; it goes on by itself. */
  place(order: SimulatedOrder): SimulatedCall {
    const person = this.#personBehind(order);
    const ordinal = this.calls.countTo(order.to);
    const call = new SimulatedCall(order, ordinal, this.#parts.clock.now());
    this.calls.add(call);
    this.#parts.onStep(call);
    const line = new CallLine(this.#parts, call, person);
    this.#lines.set(call.sid, line);
    this.#track(this.#follow(line));
    return call;
  }

  /** False if the call is over already. */
  hangUp(sid: string, by: 'person' | 'application'): boolean {
    const line = this.#lines.get(sid);
    line?.hangUp(by);
    return line !== undefined;
  }

  /** False unless somebody answered and the call goes on. */
  redirect(sid: string, target: Source): boolean {
    const line = this.#lines.get(sid);
    if (line?.call.status !== 'in-progress') return false;
    line.redirect(target);
    return true;
  }

  /** Resolves when no call goes on and every report was told or given up. */
  async idle(): Promise<void> {
    while (this.#unfinished.size > 0) await Promise.all(this.#unfinished);
  }

  /** Ends everything where it stands; nobody is told. */
  async close(): Promise<void> {
    this.#stop.abort(new NetworkClosed());
    await this.idle();
  }

  async #follow(line: CallLine): Promise<void> {
    await line.run();
    this.#lines.delete(line.call.sid);
    this.calls.ended(line.call);
  }

  #track(work: Promise<void>): void {
    const done = work.finally(() => this.#unfinished.delete(done));
    this.#unfinished.add(done);
  }

  /** A call that shows a consumer who is on the phone as its caller is one to a destination. */
  #personBehind({ to, from }: SimulatedOrder): Person {
    const { people, seed } = this.#options;
    const consumer = overriding(people, from) ?? personOf(from, seed);
    const isTransfer = this.calls.to(from).some((call) => !call.isOver);
    const agent = isTransfer && !FIXED_PEOPLE.has(to) ? AGENT : null;
    const person = overriding(people, to) ?? agent ?? personOf(to, seed);
    const isFirst = consumer.firstDestinationBusy && isTransfer && !this.#wasShown(from);
    return isFirst ? { ...person, line: 'busy' } : person;
  }

  /** Whether a number was shown as the caller since it was itself called last. */
  #wasShown(number: string): boolean {
    for (const { order } of this.calls.all()) {
      if (order.from === number) return true;
      if (order.to === number) return false;
    }
    return false;
  }
}
