import { type CommandContext, type EventDefinition, type StoredEvent } from '#libs/event-store';
import { type DomainEvent } from '#libs/kernel';

/** An event as a reactor is shown it: its place in the log is known. */
export type SeenEvent<Event extends DomainEvent = DomainEvent> = StoredEvent<Event> & {
  readonly position: bigint;
};

/**
 * What a reactor wants to remember until it is shown the same event again. Small, never personal.
 */
export type Memo = Readonly<Record<string, string | number | boolean | null>>;

/** Which showing of an event this is. */
export interface Occasion {
  /** 0 when the event is new; then how often it came again because the reactor asked for it. */
  readonly turn: number;
  /** What the turn before left; `null` on turn 0. */
  readonly memo: Memo | null;
}

/** A wish to be shown the same event again, kept in the database until then. */
export interface Again {
  /** Not before this instant. */
  readonly at: Date;
  readonly memo?: Memo;
}

/** What an event leads to: commands, in this order, and perhaps another look at it later. */
export interface Reaction<Command> {
  readonly commands?: readonly Command[];
  readonly again?: Again | null;
}

/** What a handler answers; `null`: nothing follows from the event. */
export type Answer<Command> = readonly Command[] | Reaction<Command> | null;

/**
 * Everything of a command's context but the time: who runs it, for whom, and why. The id is the
 * same whenever the same turn of the same event is reacted to, so that a second run is recognised.
 */
export type Order = Omit<CommandContext, 'occurredAt' | 'origin'>;

/** One function per event type that the reactor acts on. */
export type Handlers<Event extends DomainEvent, Command> = {
  readonly [Type in Event['type']]?: (
    event: SeenEvent<Extract<Event, { type: Type }>>,
    occasion: Occasion,
  ) => Answer<Command> | Promise<Answer<Command>>;
};

/** Events that need not be acted upon as fast as they come. Those of one stream stay in order. */
export interface Unhurried {
  readonly types: readonly string[];
  /**
   * Acted upon at once while they come at this rate or a lower one; after a rest, as many together.
   */
  readonly perSecond: number;
  /** The others are acted upon when they have reached this age, as fast as can be then. */
  readonly untilMs: number;
}

/**
 * A subscriber that acts on what happens. It is never replayed: a rebuild of read models does not
 * know that it exists.
 */
export interface Reactor {
  /** Permanent: it names the checkpoint, and is part of every command's id. */
  readonly name: string;
  /**
   * Where it begins when it is new. `now`: at the end of the log, so that history is never acted
   * upon. `beginning`: only if acting on an old event twice, or late, is as good as not at all.
   */
  readonly startAt: 'now' | 'beginning';
  /**
   * How far apart the attempts at a failed event are at most, in ms: less than the usual ten
   * minutes where somebody waits for it.
   */
  readonly retryMsMax?: number;
  /**
   * Which events may wait where there are many, so that others get the machine; none if left out.
   */
  readonly unhurried?: Unhurried;
  /** The events it may be shown, for decoding. */
  readonly events: readonly EventDefinition[];
  /** It is shown these types of events, whatever streams they are on, and no other. */
  readonly on: Readonly<
    Record<
      string,
      (event: SeenEvent, occasion: Occasion) => Answer<unknown> | Promise<Answer<unknown>>
    >
  >;
  /** Runs one command. Must be harmless when it is run again with the same order. */
  readonly run: (command: unknown, order: Order) => Promise<unknown>;
}

/**
 * Declares a reactor of `Event`. Shown the same turn of the same event, a handler answers the same
 * commands in the same order; what must not be decided twice is decided by the command's stream.
 */
export function defineReactor<Event extends DomainEvent, Command>(
  reactor: Omit<Reactor, 'on' | 'run'> & {
    readonly on: Handlers<Event, Command>;
    readonly run: (command: Command, order: Order) => Promise<unknown>;
  },
): Reactor {
  // Handlers are looked up by the event's type, so each is given only what it declared, and `run`
  // only what a handler answered.
  return reactor as unknown as Reactor;
}
