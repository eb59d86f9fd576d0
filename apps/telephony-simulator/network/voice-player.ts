import { drawBetween } from '../people/draw.js';
import { type Person, type Reply } from '../people/person.js';
import {
  type ConferenceInstruction,
  type GatherInstruction,
  type Instruction,
} from '../voice/instruction.js';
import { readVoice } from '../voice/read-voice.js';
import { callFields } from './call-fields.js';
import { HungUp } from './interruptions.js';
import { type NetworkParts } from './network-parts.js';
import { type SimulatedCall, type Source } from './simulated-call.js';
import { type Seat } from './conference-rooms.js';
import { type StatusReports } from './status-reports.js';
import { type Fields } from './webhook-client.js';

/** How fast texts are read out, and people speak. */
const CHARACTERS_PER_SECOND = 15;
/** Between a question and the answer. */
const REACTION_SECONDS = 1;

/** What comes after an instruction: the one behind it, other instructions, or the end. */
type Outcome = Source | 'next' | 'end';

/** Follows instructions, and lets the person on the phone react to them. */
export class VoicePlayer {
  readonly #parts: NetworkParts;
  readonly #call: SimulatedCall;
  readonly #person: Person;
  readonly #reports: Pick<StatusReports, 'reportRoom'>;
  #questions = 0;

  constructor(
    parts: NetworkParts,
    call: SimulatedCall,
    person: Person,
    reports: Pick<StatusReports, 'reportRoom'>,
  ) {
    this.#reports = reports;
    this.#parts = parts;
    this.#call = call;
    this.#person = person;
  }

  /**
   * Follows the instructions of one document. Resolves with where to go on, or `null` at the end of
   * the call. Throws the signal's reason when it is interrupted.
   */
  async play(source: Source, signal: AbortSignal): Promise<Source | null> {
    const instructions = await this.#read(source, signal);
    const address = 'url' in source ? source.url : null;
    for (const instruction of instructions) {
      const outcome = await this.#follow(instruction, address, signal);
      signal.throwIfAborted();
      if (outcome !== 'next') return outcome === 'end' ? null : outcome;
    }
    return null;
  }

  /** Instructions that cannot be had, or read, end the call. */
  async #read(source: Source, signal: AbortSignal): Promise<readonly Instruction[]> {
    try {
      return readVoice('url' in source ? await this.#fetch(source, signal) : source.twiml);
    } catch (error) {
      signal.throwIfAborted();
      const sentence = error instanceof Error ? error.message : 'unknown';
      const trouble = `the request for instructions ${sentence}`;
      this.#note(trouble);
      this.#parts.onTrouble(this.#call.sid, trouble);
      return [];
    }
  }

  /** A call that is interrupted does not wait for the answer. */
  async #fetch(source: Extract<Source, { url: string }>, signal: AbortSignal): Promise<string> {
    const { webhooks, accountSid } = this.#parts;
    const fields = { ...callFields(this.#call, accountSid), ...source.fields };
    const interrupted = Promise.withResolvers<never>();
    const stop = () => {
      interrupted.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([webhooks.ask(source.url, fields), interrupted.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #follow(step: Instruction, address: string | null, signal: AbortSignal): Promise<Outcome> {
    const { clock } = this.#parts;
    switch (step.verb) {
      case 'say':
        if (await this.#speak(step.text, signal)) this.#talkToNobody();
        return 'next';
      case 'pause':
        await clock.wait(step.seconds, signal);
        return 'next';
      case 'redirect':
        return sourceAt(step.url, address, {});
      case 'hang_up':
        return 'end';
      case 'gather':
        return this.#ask(step, address, signal);
      case 'conference':
        return this.#confer(step, address, signal);
      case 'stream':
        this.#note('a stream was asked for; nobody speaks');
        return this.#loseHeart(signal);
      case 'unknown':
        this.#note(`${step.name} is not simulated and was left out`);
        return 'next';
    }
  }

  /** Resolves to whether the person cuts in while something is said; it is then said on. */
  async #speak(text: string, signal: AbortSignal): Promise<boolean> {
    const seconds = text.length / CHARACTERS_PER_SECOND;
    const cutsIn = this.#cutsInWithin(seconds);
    await this.#parts.clock.wait(seconds, signal);
    return cutsIn;
  }

  #cutsInWithin(seconds: number): boolean {
    const { kind, cutsInAfterSeconds } = this.#person;
    // A greeting is said once, and only where the call begins.
    if (kind === 'fax' || (kind === 'machine' && this.#questions > 0)) return false;
    return cutsInAfterSeconds !== null && cutsInAfterSeconds < seconds;
  }

  /** What is pressed or said while nothing is asked is lost. */
  #talkToNobody(): void {
    this.#nextReply();
    this.#note('a reply was given while nobody listened');
  }

  /** What is asked ends at once when the person cuts in. */
  async #putQuestion(prompt: string, signal: AbortSignal): Promise<void> {
    const seconds = prompt.length / CHARACTERS_PER_SECOND;
    const cutsIn = this.#cutsInWithin(seconds) ? this.#person.cutsInAfterSeconds : null;
    await this.#parts.clock.wait(cutsIn ?? seconds, signal);
  }

  async #ask(
    question: GatherInstruction,
    address: string | null,
    signal: AbortSignal,
  ): Promise<Outcome> {
    await this.#putQuestion(question.prompt, signal);
    const reply = this.#nextReply();
    const answer = await this.#answer(question, reply, signal);
    if (answer === null) return 'next';
    const action = question.action ?? address;
    if (action === null) return 'next';
    const next = sourceAt(action, address, answer);
    if (!hangsUpAfter(reply)) return next;
    this.#parts.track(this.#tellNobody(next, signal));
    throw new HungUp('person');
  }

  /** What was said last is told, and nobody is there any more to follow the instructions. */
  async #tellNobody(source: Extract<Source, { url: string }>, signal: AbortSignal): Promise<void> {
    await this.#fetch(source, signal).catch(() => undefined);
    this.#note('instructions came, and nobody was there');
  }

  /** Machines say their greeting, and press no keys. */
  #nextReply(): Reply {
    const { kind, replies } = this.#person;
    const reply = replies[Math.min(this.#questions, replies.length - 1)] ?? 'silence';
    this.#questions += 1;
    if (kind === 'human') return reply;
    return kind === 'machine' && typeof reply === 'object' && 'speech' in reply ? reply : 'silence';
  }

  /** `null`: silence nobody asked to be told of. An answer that is not possible is silence. */
  async #answer(
    { keys, speech, digitsMax, finishOnKey, timeoutSeconds, tellsSilence }: GatherInstruction,
    reply: Reply,
    signal: AbortSignal,
  ): Promise<Fields | null> {
    const { clock } = this.#parts;
    if (reply === 'hang_up') {
      await clock.wait(REACTION_SECONDS, signal);
      throw new HungUp('person');
    }
    if (reply !== 'silence' && 'digits' in reply && keys) {
      await clock.wait(REACTION_SECONDS, signal);
      this.#note(`${reply.digits} was pressed`);
      const digits = digitsBefore(finishOnKey, reply.digits).slice(0, digitsMax ?? undefined);
      return digits === '' && !tellsSilence ? null : { Digits: digits };
    }
    if (reply !== 'silence' && 'speech' in reply && speech) {
      await clock.wait(REACTION_SECONDS + reply.speech.length / CHARACTERS_PER_SECOND, signal);
      this.#note('something was said');
      return { SpeechResult: reply.speech, Confidence: this.#confidence() };
    }
    await clock.wait(timeoutSeconds, signal);
    this.#note('nothing was answered');
    return tellsSilence ? { Digits: '' } : null;
  }

  #confidence(): string {
    const { seed } = this.#parts;
    const { order, ordinal } = this.#call;
    return drawBetween([0.8, 1], seed, 'confidence', order.to, ordinal).toFixed(4);
  }

  async #confer(
    step: ConferenceInstruction,
    address: string | null,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { rooms, clock } = this.#parts;
    const seat = rooms.enter(step.name, step);
    const entered = clock.now().getTime();
    this.#reports.reportRoom(step, 'join');
    this.#note(`waits in the conference ${step.name}`);
    try {
      await this.#stay(seat, signal);
    } finally {
      seat.leave();
      this.#reports.reportRoom(step, 'leave');
    }
    this.#note(`the conference ${step.name} is over`);
    if (step.action === null) return 'next';
    const seconds = Math.round((clock.now().getTime() - entered) / 1_000);
    const fields = { DialCallStatus: 'answered', DialCallDuration: String(seconds) };
    return sourceAt(step.action, address, fields);
  }

  /** Resolves when the conference is over; throws when the person hangs up first. */
  async #stay(seat: Seat, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const within = AbortSignal.any([signal, over.signal]);
    const isOver = seat.ended.then(() => 'over' as const);
    try {
      const talks = seat.talking.then(() => 'talks' as const);
      const first = await Promise.race([isOver, talks, this.#loseHeart(within)]);
      if (first === 'over') return;
      this.#note('talks in the conference');
      await Promise.race([isOver, this.#talkItOut(within)]);
    } finally {
      over.abort();
    }
  }

  /** Nothing is heard but music, or nothing at all, until patience ends. */
  async #loseHeart(signal: AbortSignal): Promise<never> {
    await this.#parts.clock.wait(this.#person.patienceSeconds, signal);
    throw new HungUp('person');
  }

  async #talkItOut(signal: AbortSignal): Promise<never> {
    const { seed, clock } = this.#parts;
    const { order, ordinal } = this.#call;
    const seconds = drawBetween(this.#person.talkSeconds, seed, 'talk', order.to, ordinal);
    await clock.wait(seconds, signal);
    throw new HungUp('person');
  }

  #note(what: string): void {
    this.#call.note(this.#parts.clock.now(), what);
  }
}

function hangsUpAfter(reply: Reply): boolean {
  return typeof reply === 'object' && 'thenHangsUp' in reply && reply.thenHangsUp;
}

/** The key that ends an answer is kept by the network, and so is whatever follows it. */
function digitsBefore(finishOnKey: string, digits: string): string {
  return finishOnKey === '' ? digits : (digits.split(finishOnKey)[0] ?? '');
}

/** Addresses in instructions may be relative to where they came from. */
function sourceAt(
  url: string,
  address: string | null,
  fields: Fields,
): Extract<Source, { url: string }> {
  return { url: address === null ? url : new URL(url, address).href, fields };
}
