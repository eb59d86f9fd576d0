import { fixedClock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { TwilioTelephony, type VoiceReport } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { AGENT, type Simulator, startSimulator } from '../../apps/telephony-simulator/server.js';
import { callIdOf, transferIdOf } from './application/call-desk.js';
import { type CallRef } from './application/live-calls.js';
import { Calling } from './calling.js';
import { ACCOUNT, aReport, CallingHouse, MONDAY } from './calling-house.fixtures.js';
import { ToldQueue } from './dialer/told-queue.fixtures.js';
import { beginConversation, hearConsumer, historyOf, startCall } from './domain/calls.fixtures.js';
import { type DestinationSettings } from './domain/destination.events.js';

/** Numbers of destinations that ring for as long as a test takes. */
export const [FIRST, SECOND] = ['+18005550001', '+18005550002'] as const;

/** Qualified consumers, the reactor that finds them destinations, and a real network to dial. */
export class TransferScene {
  readonly clock = fixedClock(MONDAY);
  simulator: Simulator;
  telephony: TwilioTelephony;
  house: CallingHouse;
  calling: Calling;
  /** Whether the api is there to talk to whoever answers. */
  isSpoken: boolean;
  /** Whether the queue shows everything there is in the log. */
  isQueueShown: boolean;
  /** Nobody waits to be dialed; somebody may be on a call. */
  queue: ToldQueue;

  /** Sets the scene of a file: one network, and everything else new for every test. */
  static ofFile(): TransferScene {
    const scene = new TransferScene();
    beforeAll(() => scene.#open());
    afterAll(() => scene.simulator.close());
    beforeEach(() => scene.#begin());
    afterEach(() => scene.#end());
    return scene;
  }

  async #open(): Promise<void> {
    const patient = { ...AGENT, ringSeconds: 10_000 };
    const people = { [FIRST]: patient, [SECOND]: patient };
    this.simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 20, seed: 7, people });
    this.telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: this.simulator.url });
  }

  async #begin(): Promise<void> {
    this.clock.set(MONDAY);
    this.house = await CallingHouse.open(this.clock);
    await this.house.setUp();
    [this.isSpoken, this.isQueueShown, this.queue] = [true, true, new ToldQueue()];
    const { keys, lists, log } = this.house;
    const { telephony, clock, queue } = this;
    this.calling = new Calling({
      ...{ store: log.store, keys, lists, telephony, clock, queue, watchMs: 60_000 },
      ...{ callsPerSecond: null, publicBaseUrl: 'http://127.0.0.1:9' },
      shown: { position: null, reaches: () => Promise.resolve(this.isQueueShown) },
      voice: { mayDial: () => this.isSpoken },
      report: () => undefined,
    });
  }

  async #end(): Promise<void> {
    await this.calling.stop();
    await this.house.close();
  }

  /** Adds a destination at a number. */
  at(value: string, more: Partial<DestinationSettings> = {}): Promise<string> {
    const address = { kind: 'phone', value, sendDigits: null } as const;
    return this.house.addDestination({ address, ...more });
  }

  /** A consumer on the phone who is qualified; destinations are known by then. */
  async qualified(): Promise<CallRef> {
    await this.calling.start();
    const leadId = await this.house.receive();
    const callId = callIdOf(leadId, 1);
    const record = { ...startCall().record, scriptId: this.house.scriptId };
    const before = await this.house.history(leadId);
    const after = historyOf(
      before,
      startCall({ callId, record, until: '2026-12-24T00:00:00.000Z', at: MONDAY }),
      beginConversation({ callId, at: MONDAY }),
      hearConsumer('yes', { callId, at: this.house.desk.now() }),
    );
    await this.house.append(leadId, ...after.slice(before.length));
    return { leadId, callId };
  }

  /**
   * Shows `call_flow` and `call_tidy` what happened, from the beginning on, until nothing follows
   * from it.
   */
  async settle({ leadId }: CallRef): Promise<void> {
    const reactors = this.calling.reactors.slice(0, 2);
    for (let next = 0; ; next += 1) {
      const event = (await this.house.history(leadId))[next];
      if (event === undefined) return;
      const occasion = { turn: 0, memo: null };
      for (const [place, reactor] of reactors.entries()) {
        const answer = await reactor.on[event.type]?.(event as unknown as SeenEvent, occasion);
        for (const [index, command] of ((answer ?? []) as unknown[]).entries()) {
          // As the host of reactors does: the same for the same event, however often it is shown.
          const commandId = `${event.id.slice(0, -2)}${place}${index}`;
          await reactor.run(command, { ...this.house.context(), commandId });
        }
      }
    }
  }

  /** The consumer qualifies, and a destination is found if there is one. */
  async offered(): Promise<CallRef> {
    const ref = await this.qualified();
    await this.settle(ref);
    return ref;
  }

  async transfersOf({ leadId }: CallRef) {
    return (await this.house.history(leadId)).flatMap((event) =>
      event.type === 'TransferRequested' ? [event.data] : [],
    );
  }

  async addressesOf(ref: CallRef): Promise<string[]> {
    return (await this.transfersOf(ref)).map(({ destinationAddress }) => destinationAddress);
  }

  /** What the network knows of the leg of an attempt. */
  async legOf({ leadId, callId }: CallRef, attempt = 1) {
    const transferId = transferIdOf(callId, attempt);
    const sids = (await this.house.history(leadId)).flatMap(({ type, data }) =>
      type === 'DestinationDialed' && data.transferId === transferId ? [data.providerCallId] : [],
    );
    return this.simulator.calls().find(({ sid }) => sids.includes(sid)) ?? null;
  }

  /** A request of the provider about the leg of an attempt. */
  async told(ref: CallRef, attempt: number, report: Partial<VoiceReport>) {
    const providerCallId = (await this.legOf(ref, attempt))?.sid ?? 'CA2';
    const transfer = { ...ref, transferId: transferIdOf(ref.callId, attempt) };
    return [transfer, aReport({ providerCallId, answeredBy: 'human', ...report })] as const;
  }

  /** The provider reports about the leg of an attempt, and what follows is done. */
  async reported(ref: CallRef, attempt: number, report: Partial<VoiceReport>): Promise<void> {
    await this.house.voice.destinations.reported(...(await this.told(ref, attempt, report)));
    await this.settle(ref);
  }

  /** The destination answers, hears the whisper, and is sent to the consumer. */
  async sent(ref: CallRef, report: Partial<VoiceReport> = {}): Promise<VoiceReport> {
    const told = await this.told(ref, 1, report);
    await this.house.voice.destinations.answered(...told);
    await this.house.voice.destinations.ready(...told);
    return told[1];
  }

  /**
   * The destination answers, hears the whisper, presses what it is told to, and is seen to join.
   */
  async answers(ref: CallRef, report: Partial<VoiceReport> = {}): Promise<void> {
    const { providerCallId } = await this.sent(ref, report);
    const seen = { event: 'joined', providerCallId, at: null } as const;
    await this.house.voice.destinations.seen(ref, seen);
  }

  /** Waits until the leg of an attempt is over at the provider. */
  legIsOver(ref: CallRef, attempt = 1): Promise<string> {
    return until('the leg to be over', async () => (await this.legOf(ref, attempt))?.endedAt);
  }
}
