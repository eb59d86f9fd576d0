import { fixedClock } from '#libs/kernel';
import { type VoiceReport, type VoiceStep } from '#libs/telephony';
import { afterAll, beforeAll } from '@jest/globals';
import { callIdOf, transferIdOf } from './application/call-desk.js';
import { type TransferRef } from './application/destination-line.js';
import { type CallRef } from './application/live-calls.js';
import { aReport, CallingHouse, MONDAY } from './calling-house.fixtures.js';
import { historyOf, requestTransfer, startCall } from './domain/calls.fixtures.js';
import { type DestinationSettings } from './domain/destination.events.js';

/** What ends a call. */
export const HANG_UP = [{ hangUp: true }];
/** A person answered. */
export const HUMAN = aReport({ answeredBy: 'human' });
/** Somebody answered, and nobody has found out who. */
export const UNKNOWN = aReport({ answeredBy: null });

/** Calls that were placed, and what the provider asks and is told about them. */
export class LineScene {
  house: CallingHouse;
  readonly #clock = fixedClock(MONDAY);

  /** Sets the scene of a file. */
  static ofFile(): LineScene {
    const scene = new LineScene();
    beforeAll(async () => {
      scene.house = await CallingHouse.open(scene.#clock);
      await scene.house.setUp();
    });
    afterAll(() => scene.house.close());
    return scene;
  }

  get consumer() {
    return this.house.voice.consumers;
  }

  get destination() {
    return this.house.voice.destinations;
  }

  /** A call that was placed and rings. */
  async aCall(machineDetection: 'async' | 'off' = 'async'): Promise<CallRef> {
    const leadId = await this.house.receive();
    const callId = callIdOf(leadId, 1);
    const record = { ...startCall().record, scriptId: this.house.scriptId, scriptVersion: 1 };
    const history = await this.house.history(leadId);
    const at = this.#clock.now().toISOString();
    const until = new Date(this.#clock.now().getTime() + 3_600_000).toISOString();
    const command = { ...startCall({ callId, record, machineDetection, at }), until };
    await this.house.append(leadId, ...historyOf(history, command).slice(1));
    return { leadId, callId };
  }

  /** What the consumer presses, or not, after what they heard. */
  press(ref: CallRef, steps: readonly VoiceStep[], digits: string | null) {
    return this.consumer.replied(ref, ...questionOf(steps), aReport({ digits }));
  }

  /** What the consumer says after what they heard. */
  say(ref: CallRef, steps: readonly VoiceStep[], speech: string) {
    return this.consumer.replied(ref, ...questionOf(steps), aReport({ speech }));
  }

  /** A consumer who said yes to everything and waits. */
  async aQualified(): Promise<CallRef> {
    const ref = await this.aCall();
    let steps = await this.consumer.answered(ref, HUMAN);
    for (let asked = 0; asked < 3; asked += 1) steps = await this.press(ref, steps, '1');
    return ref;
  }

  /** One whom a destination is dialed for. */
  async aTransfer(settings: Partial<DestinationSettings> = {}): Promise<TransferRef> {
    const ref = await this.aQualified();
    const destinationId = await this.house.addDestination(settings);
    const transferId = transferIdOf(ref.callId, 1);
    const wish = requestTransfer(1, { callId: ref.callId, transferId });
    const chosen = { ...wish.destination, destinationId };
    const command = { ...wish, destination: chosen, at: this.#clock.now().toISOString() };
    const decided = historyOf(await this.house.history(ref.leadId), command);
    await this.house.append(ref.leadId, ...decided.slice(-1));
    return { ...ref, transferId };
  }
}

/** A report about the leg of a destination. */
export const aLeg = (report: Partial<VoiceReport> = {}): VoiceReport =>
  aReport({ providerCallId: 'CA2', answeredBy: 'human', ...report });

/** Whether words are among what is said. */
export const says = (steps: readonly VoiceStep[], words: string): boolean =>
  JSON.stringify(steps).includes(words);

/** Which question is put last, and for which time. */
export function questionOf(steps: readonly VoiceStep[]): readonly [string, number] {
  const last = steps.at(-1);
  const url = last !== undefined && 'gather' in last ? last.gather.actionUrl : '';
  const [, id = '', tries = ''] = /questions\/(\w+)\/(\d+)$/.exec(url) ?? [];
  return [id, Number(tries)];
}
