import { randomUUID } from 'node:crypto';
import { type ReportFate, reportFate } from './faults.js';
import { type NetworkParts } from './network-parts.js';
import { callFields } from './call-fields.js';
import { type SimulatedCall } from './simulated-call.js';
import { type ConferenceInstruction } from '../voice/instruction.js';
import { toRfc2822 } from './simulated-clock.js';
import { type Fields } from './webhook-client.js';

/** Between a report that was not taken and the second and last attempt, in simulated seconds. */
const RETRY_SECONDS = 1;

/**
 * Tells the application how far a call is: one report after another, without holding up the call.
 * The faults asked for happen here.
 */
export class StatusReports {
  readonly #parts: NetworkParts;
  readonly #call: SimulatedCall;
  #sequence = 0;
  #seen = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: NetworkParts, call: SimulatedCall) {
    this.#parts = parts;
    this.#call = call;
  }

  /** Tells the status the call has now, if the order asked to be told of `event`. */
  report(event: string): void {
    const { statusUrl, statusEvents, to } = this.#call.order;
    if (statusUrl === null || !statusEvents.has(event)) return;
    const sequence = this.#sequence;
    this.#sequence += 1;
    const { faults, seed } = this.#parts;
    const fate = reportFate(faults(), seed, 'report', to, this.#call.ordinal, sequence);
    const fields = this.#fields(sequence);
    const told = this.#tell(statusUrl, fields, fate, fate.overtaken ? null : this.#last);
    if (!fate.overtaken) this.#last = told;
    this.#parts.track(told);
  }

  /**
   * Tells that the call comes into a room, or leaves it; apart from its own reports, in any order.
   */
  reportRoom({ name, events, eventsUrl }: ConferenceInstruction, event: 'join' | 'leave'): void {
    if (eventsUrl === null || !events.includes(event)) return;
    const { faults, seed, accountSid, clock } = this.#parts;
    const { sid, ordinal, order } = this.#call;
    this.#seen += 1;
    const fate = reportFate(faults(), seed, 'room', order.to, ordinal, this.#seen);
    const fields = {
      ...{ AccountSid: accountSid, CallSid: sid, FriendlyName: name },
      ...{ StatusCallbackEvent: `participant-${event}`, SequenceNumber: String(this.#seen) },
      Timestamp: toRfc2822(clock.now()),
    };
    this.#parts.track(this.#tell(eventsUrl, fields, fate, null));
  }

  /** Tells who answered, found out while the call went on; apart from its other reports, too. */
  reportAnswerer(url: string): void {
    const { faults, seed, accountSid, clock } = this.#parts;
    const { sid, answeredAt, answeredBy, ordinal, order } = this.#call;
    const fate = reportFate(faults(), seed, 'answerer', order.to, ordinal, 0);
    const took = clock.now().getTime() - (answeredAt ?? clock.now()).getTime();
    const fields = {
      ...{ AccountSid: accountSid, CallSid: sid, AnsweredBy: answeredBy ?? 'unknown' },
      MachineDetectionDuration: String(took),
    };
    this.#parts.track(this.#tell(url, fields, fate, null));
  }

  #fields(sequence: number): Fields {
    const call = this.#call;
    const seconds = call.durationSeconds;
    return {
      ...callFields(call, this.#parts.accountSid),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      Timestamp: toRfc2822(this.#parts.clock.now()),
      ...(call.isOver
        ? { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) }
        : {}),
    };
  }

  async #tell(url: string, fields: Fields, fate: ReportFate, before: Promise<void> | null) {
    await before;
    const what = fields['CallStatus'] ?? fields['StatusCallbackEvent'] ?? 'who answered';
    const named = `report ${fields['SequenceNumber'] ?? ''} (${what})`;
    if (fate.lost) {
      this.#note(`${named} is lost`);
      return;
    }
    const { clock, stop } = this.#parts;
    const token = randomUUID();
    try {
      if (fate.delaySeconds > 0) await clock.wait(fate.delaySeconds, stop);
      await this.#deliver(url, fields, token, named);
      if (fate.repeated) await this.#deliver(url, fields, token, `${named} again`);
    } catch {
      // The network is closed; nobody waits for reports any longer.
    }
  }

  async #deliver(url: string, fields: Fields, token: string, named: string): Promise<void> {
    if (await this.#post(url, fields, token, named)) return;
    await this.#parts.clock.wait(RETRY_SECONDS, this.#parts.stop);
    await this.#post(url, fields, token, `${named}, second attempt,`);
  }

  async #post(url: string, fields: Fields, token: string, named: string): Promise<boolean> {
    try {
      await this.#parts.webhooks.post(url, fields, token);
      this.#note(`${named} was taken`);
      return true;
    } catch (error) {
      this.#parts.stop.throwIfAborted();
      const trouble = `${named} ${error instanceof Error ? error.message : ''}`;
      this.#note(trouble);
      this.#parts.onTrouble(this.#call.sid, trouble);
      return false;
    }
  }

  #note(what: string): void {
    this.#call.note(this.#parts.clock.now(), what);
  }
}
