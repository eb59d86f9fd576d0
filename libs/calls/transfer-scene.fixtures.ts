import { type Clock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { type Telephony, type VoiceReport } from '#libs/telephony';
import { until } from '#libs/testing';
import { callIdOf, transferIdOf } from './application/call-desk.js';
import { type CallRef } from './application/live-calls.js';
import { Calling } from './calling.js';
import { aReport, CallingHouse, MONDAY } from './calling-house.fixtures.js';
import { ToldQueue } from './dialer/told-queue.fixtures.js';
import { beginConversation, hearConsumer, historyOf, startCall } from './domain/calls.fixtures.js';
import { type DestinationSettings } from './domain/destination.events.js';

/** What a spec sees of the telephone network it runs on. */
export interface Network {
  calls(): readonly {
    readonly sid: string;
    readonly to: string;
    readonly from: string;
    readonly endedAt: string | null;
  }[];
}

/** Qualified consumers, the reactor that finds them destinations, and a real network to dial. */
export class TransferScene {
  readonly calling: Calling;
  /** Whether the api is there to talk to whoever answers. */
  isSpoken = true;
  /** Nobody waits to be dialed; somebody may be on a call. */
  readonly queue = new ToldQueue();

  private constructor(
    readonly house: CallingHouse,
    readonly network: Network,
    telephony: Telephony,
    clock: Clock,
  ) {
    const { keys, lists, log } = house;
    this.calling = new Calling({
      ...{ store: log.store, keys, lists, telephony, clock, watchMs: 60_000, callsPerSecond: null },
      ...{
        queue: this.queue,
        shown: { position: null, reaches: () => Promise.resolve(false) },
        voice: { mayDial: () => this.isSpoken },
        publicBaseUrl: 'http://127.0.0.1:9',
      },
      report: () => undefined,
    });
  }

  static async open(network: Network, telephony: Telephony, clock: Clock): Promise<TransferScene> {
    const house = await CallingHouse.open(clock);
    await house.setUp();
    return new TransferScene(house, network, telephony, clock);
  }

  async close(): Promise<void> {
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
    return this.network.calls().find(({ sid }) => sids.includes(sid)) ?? null;
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

  /** The destination answers, hears the whisper, presses what it is told to, and is seen to join. */
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
