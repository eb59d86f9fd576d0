import { type Person } from '../people/person.js';
import { HungUp, NetworkClosed, Redirected } from './interruptions.js';
import { type NetworkParts } from './network-parts.js';
import { type SimulatedCall, type SimulatedStatus, type Source } from './simulated-call.js';
import { StatusReports } from './status-reports.js';
import { VoicePlayer } from './voice-player.js';

/** Times of the network itself, in seconds. */
const QUEUED_SECONDS = 0.2;
const CONNECTING_SECONDS = 1;
/** A person says hello and waits; a machine goes on speaking. */
const DETECTION_SECONDS = { human: 2.5, machine: 4.5, fax: 2 };
const DETECTED_AS = { human: 'human', machine: 'machine_start', fax: 'fax' };

const UNDETECTED = { detection: 'off' } as const;

/** The steps an application can ask to be told of, by status; the end has many. */
const EVENTS: Partial<Record<SimulatedStatus, string>> = {
  initiated: 'initiated',
  ringing: 'ringing',
  'in-progress': 'answered',
};

/** One call as it goes on: it rings, is answered or not, follows its instructions and ends. */
export class CallLine {
  readonly call: SimulatedCall;
  readonly #parts: NetworkParts;
  readonly #person: Person;
  readonly #reports: StatusReports;
  readonly #life = new AbortController();
  #scene = new AbortController();
  /** Where the application told the call to go on, until it does. */
  #detour: Source | null = null;

  constructor(parts: NetworkParts, call: SimulatedCall, person: Person) {
    this.call = call;
    this.#parts = parts;
    this.#person = person;
    this.#reports = new StatusReports(parts, call);
  }

  /** Ends the call, whatever goes on in it. */
  hangUp(by: HungUp['by']): void {
    this.#life.abort(new HungUp(by));
  }

  /** Interrupts whatever goes on in an answered call. */
  redirect(target: Source): void {
    this.#detour = target;
    this.#scene.abort(new Redirected());
  }

  /** Resolves when the call is over; never rejects. */
  async run(): Promise<void> {
    try {
      const status = await this.#live();
      this.#end(status);
    } catch (error) {
      if (error instanceof NetworkClosed) return;
      this.#note(error instanceof Error ? error.message : 'The call broke off.');
      this.#end(this.call.answeredAt === null ? 'canceled' : 'completed');
    }
  }

  get #alive(): AbortSignal {
    return AbortSignal.any([this.#life.signal, this.#parts.stop]);
  }

  async #live(): Promise<SimulatedStatus> {
    const { clock, orders } = this.#parts;
    await orders.turn(this.#alive);
    await clock.wait(QUEUED_SECONDS, this.#alive);
    this.call.startedAt = clock.now();
    this.#become('initiated');
    await clock.wait(CONNECTING_SECONDS, this.#alive);
    if (this.#person.line === 'busy') return 'busy';
    if (this.#person.line === 'unreachable') return 'failed';
    this.#become('ringing');
    if (!(await this.#isPickedUp())) return 'no-answer';
    this.call.answeredAt = clock.now();
    this.#become('in-progress');
    await this.#connect();
    await this.#converse();
    return 'completed';
  }

  async #isPickedUp(): Promise<boolean> {
    const { line, ringSeconds } = this.#person;
    const { ringSecondsMax } = this.call.order;
    const answers = line === 'answers' && ringSeconds <= ringSecondsMax;
    await this.#parts.clock.wait(answers ? ringSeconds : ringSecondsMax, this.#alive);
    return answers;
  }

  /** What happens between the answer and the first instruction. */
  async #connect(): Promise<void> {
    const { sendDigits } = this.call.order;
    // As the real network has it: nobody is told from a machine where keys are sent.
    const machines = sendDigits === '' ? this.call.order.machines : UNDETECTED;
    if (machines.detection === 'wait') await this.#detect();
    if (machines.detection === 'async')
      this.#parts.track(this.#detectMeanwhile(machines.resultUrl));
    if (sendDigits === '') return;
    await this.#parts.clock.wait(sendDigits.length / 2, this.#alive);
    this.#note(`the keys ${sendDigits} were sent`);
  }

  async #detect(): Promise<void> {
    const { kind } = this.#person;
    await this.#parts.clock.wait(DETECTION_SECONDS[kind], this.#alive);
    if (this.call.isOver) return;
    this.call.answeredBy = DETECTED_AS[kind];
    this.#note(`answered by ${this.call.answeredBy}`);
  }

  /** Nobody is told of a call that was over before it was found out. */
  async #detectMeanwhile(resultUrl: string | null): Promise<void> {
    try {
      await this.#detect();
    } catch {
      return;
    }
    if (resultUrl !== null && !this.call.isOver) this.#reports.reportAnswerer(resultUrl);
  }

  async #converse(): Promise<void> {
    const player = new VoicePlayer(this.#parts, this.call, this.#person, this.#reports);
    let next = this.#takeDetour() ?? this.call.order.source;
    for (;;) {
      const after = await this.#playScene(player, next);
      const source = this.#takeDetour() ?? after;
      if (source === null) return;
      next = source;
    }
  }

  async #playScene(player: VoicePlayer, source: Source): Promise<Source | null> {
    this.#scene = new AbortController();
    try {
      return await player.play(source, AbortSignal.any([this.#alive, this.#scene.signal]));
    } catch (error) {
      if (error instanceof Redirected) return null;
      throw error;
    }
  }

  #takeDetour(): Source | null {
    const detour = this.#detour;
    this.#detour = null;
    return detour;
  }

  #become(status: SimulatedStatus): void {
    this.call.status = status;
    this.#parts.onStep(this.call);
    this.#note(status);
    this.#reports.report(EVENTS[status] ?? 'completed');
  }

  #end(status: SimulatedStatus): void {
    this.call.endedAt = this.#parts.clock.now();
    this.#become(status);
  }

  #note(what: string): void {
    this.call.note(this.#parts.clock.now(), what);
  }
}
