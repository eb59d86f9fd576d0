import { performance } from 'node:perf_hooks';
import { type CallStep } from '../../apps/telephony-simulator/server.js';

/** When the first call to a phone was ordered and began to ring, in ms of this process’ clock. */
export interface FirstCall {
  readonly orderedAtMs: number;
  readonly rangAtMs: number | null;
}

/** Notes when phones begin to ring for the first time, as the telephone network sees it. */
export class PhoneWatch {
  readonly #calls = new Map<string, FirstCall>();

  note({ to, status }: CallStep): void {
    const known = this.#calls.get(to);
    if (status === 'queued' && known === undefined) {
      this.#calls.set(to, { orderedAtMs: performance.now(), rangAtMs: null });
    }
    if (status === 'ringing' && known?.rangAtMs === null) {
      this.#calls.set(to, { ...known, rangAtMs: performance.now() });
    }
  }

  /** Undefined until it was called. */
  of(phone: string): FirstCall | undefined {
    return this.#calls.get(phone);
  }
}
