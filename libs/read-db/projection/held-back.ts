import { type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';

/** What makes a burst of events that may wait, and how much of it may. */
export interface BurstRule {
  /** What comes at so many a second is none; after a rest, as many at once. */
  readonly perSecond: number;
  /** None waits once it is so old. */
  readonly untilMs: number;
  /** Messages that wait at a time. */
  readonly messagesMax: number;
  /** Characters of text in events that wait at a time. */
  readonly charactersMax: number;
}

/** The pace and age of matching (ADR 0024). Ten thousand events are some 50 MB, large ones 130. */
export const burstRule: BurstRule = {
  ...{ perSecond: 100, untilMs: 10_000, messagesMax: 10_000, charactersMax: 64 * 1024 * 1024 },
};

/** Messages that were taken together. */
interface Held {
  readonly messages: readonly ProjectionMessage[];
  /** When the first of them was recorded, in ms of the epoch. */
  readonly sinceMs: number;
  readonly characters: number;
}

/**
 * The part of the log that unhurried projections have not been shown yet.
 *
 * Events that they declare to be unhurried wait while they stream in faster than the everyday, so
 * that a burst is taken in with all of the machine. It ends with the burst; at an age, and where too
 * many wait, it ends for the oldest; and at once with an event that is not unhurried: somebody
 * looks at what it changed.
 */
export class HeldBack {
  readonly #rule: BurstRule;
  readonly #nowMs: () => number;
  readonly #unhurried: ReadonlySet<string>;
  readonly #hurried: ReadonlySet<string>;
  readonly #held: Held[] = [];
  #messages = 0;
  #characters = 0;
  /** How many of those held have to be shown whatever else comes. */
  #hurriedTo = 0;
  /** Room for unhurried events; below 0 in a burst. */
  #room: number;
  #countedAtMs: number;

  /** `nowMs`: the time of the machine if left out, by which events are recorded. */
  constructor(
    projections: readonly Projection[],
    rule: BurstRule = burstRule,
    nowMs: () => number = Date.now,
  ) {
    const declared = projections.filter(isUnhurried);
    this.#unhurried = new Set(declared.flatMap(({ unhurried = [] }) => unhurried));
    const handled = new Set(declared.flatMap(({ on }) => Object.keys(on)));
    this.#hurried = new Set([...handled].filter((type) => !this.#unhurried.has(type)));
    this.#rule = rule;
    this.#nowMs = nowMs;
    this.#room = rule.perSecond;
    this.#countedAtMs = nowMs();
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** Whether something waits that need not any more. */
  get isDue(): boolean {
    return this.#dueCount() > 0;
  }

  /** Takes what comes next in the log. */
  put(messages: readonly ProjectionMessage[]): void {
    if (messages.length === 0) return;
    const types = messages.map(typeOf);
    this.#count(types.filter((type) => this.#unhurried.has(type)).length);
    const characters = messages.reduce((sum, message) => sum + charactersOf(message), 0);
    this.#held.push({ messages, sinceMs: this.#sinceMs(messages), characters });
    this.#messages += messages.length;
    this.#characters += characters;
    if (types.some((type) => this.#hurried.has(type))) this.#hurriedTo = this.#held.length;
  }

  /**
   * What is to be shown now, in the order of the log: no more than `messagesMax`, but for those
   * that were put in together.
   */
  take(messagesMax: number): readonly ProjectionMessage[] {
    const due = this.#held.slice(0, this.#dueCount());
    let count = 0;
    let messages = 0;
    for (const each of due) {
      if (count > 0 && messages + each.messages.length > messagesMax) break;
      count += 1;
      messages += each.messages.length;
      this.#characters -= each.characters;
    }
    this.#messages -= messages;
    this.#hurriedTo = Math.max(0, this.#hurriedTo - count);
    const [first, ...others] = this.#held.splice(0, count);
    if (first === undefined) return [];
    return others.length === 0 ? first.messages : [first, ...others].flatMap((one) => one.messages);
  }

  /** A store whose clock is ahead makes nothing wait longer. */
  #sinceMs(messages: readonly ProjectionMessage[]): number {
    return Math.min(recordedMs(messages), this.#nowMs());
  }

  /** How many of those held need not wait, of the oldest on. */
  #dueCount(): number {
    this.#count(0);
    if (this.#room >= 0) return this.#held.length;
    const { untilMs, messagesMax, charactersMax } = this.#rule;
    const beforeMs = this.#nowMs() - untilMs;
    let { messages, characters } = { messages: this.#messages, characters: this.#characters };
    const first = this.#held.findIndex((each) => {
      const waits = each.sinceMs > beforeMs;
      if (waits && messages <= messagesMax && characters <= charactersMax) return true;
      messages -= each.messages.length;
      characters -= each.characters;
      return false;
    });
    return Math.max(this.#hurriedTo, first === -1 ? this.#held.length : first);
  }

  /** That so many unhurried events came. */
  #count(events: number): void {
    const { perSecond } = this.#rule;
    const nowMs = this.#nowMs();
    const since = Math.max(0, nowMs - this.#countedAtMs);
    this.#countedAtMs = nowMs;
    const room = Math.min(perSecond, this.#room + (since * perSecond) / 1_000);
    this.#room = Math.max(-perSecond, room - events);
  }
}

/** Whether a projection lets others go first in a burst. */
export function isUnhurried({ unhurried = [] }: Projection): boolean {
  return unhurried.length > 0;
}

function typeOf(message: ProjectionMessage): string {
  if (message.kind === 'event') return message.event.type;
  return message.kind === 'undecodable' ? message.type : '';
}

/** When the first of them was recorded; never, if there is no event among them. */
function recordedMs(messages: readonly ProjectionMessage[]): number {
  const first = messages.find(({ kind }) => kind === 'event');
  return first?.kind === 'event' ? first.event.recordedAt.getTime() : Infinity;
}

/** Of its texts; what is deeper in it is small. */
function charactersOf(message: ProjectionMessage): number {
  if (message.kind !== 'event') return 0;
  const values: readonly unknown[] = Object.values(message.event.data as object);
  return values.reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
}
