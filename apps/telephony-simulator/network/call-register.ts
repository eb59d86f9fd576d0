import { type SimulatedCall } from './simulated-call.js';

/** All open calls, and those that ended last. */
export class CallRegister {
  readonly #endedMax: number;
  /** In the order they were placed. */
  readonly #calls = new Map<string, SimulatedCall>();
  readonly #byCalled = new Map<string, Set<SimulatedCall>>();
  readonly #ended = new Set<SimulatedCall>();

  constructor(endedMax: number) {
    this.#endedMax = endedMax;
  }

  add(call: SimulatedCall): void {
    this.#calls.set(call.sid, call);
    const { to } = call.order;
    this.#byCalled.set(to, (this.#byCalled.get(to) ?? new Set()).add(call));
  }

  get(sid: string): SimulatedCall | undefined {
    return this.#calls.get(sid);
  }

  /** Forgets the call that ended first where there are too many. */
  ended(call: SimulatedCall): void {
    this.#ended.add(call);
    const [oldest] = this.#ended;
    if (oldest !== undefined && this.#ended.size > this.#endedMax) this.#forget(oldest);
  }

  /** How many calls to a number are known. */
  countTo(number: string): number {
    return this.#byCalled.get(number)?.size ?? 0;
  }

  /** Calls to a number, latest first. */
  to(number: string): SimulatedCall[] {
    return [...(this.#byCalled.get(number) ?? [])].reverse();
  }

  /** Every call that is known, latest first. */
  all(): SimulatedCall[] {
    return [...this.#calls.values()].reverse();
  }

  #forget(call: SimulatedCall): void {
    this.#ended.delete(call);
    this.#calls.delete(call.sid);
    const others = this.#byCalled.get(call.order.to);
    others?.delete(call);
    if (others?.size === 0) this.#byCalled.delete(call.order.to);
  }
}
