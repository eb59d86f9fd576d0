/** A text the called party hears. */
export interface SayStep {
  readonly say: string;
  /** BCP 47, e.g. `en-US`. */
  readonly language: string;
}

/** A question; what was pressed or said is posted to `actionUrl`, silence too. */
export interface GatherStep {
  readonly gather: {
    /** Said before the question; keys and speech are heard meanwhile already. */
    readonly opening: readonly string[];
    /** What is asked; empty: nothing is said. */
    readonly prompt: string;
    /** BCP 47, of the question and of the answer. */
    readonly language: string;
    readonly actionUrl: string;
    /** How many keys are an answer. Every key counts, `#` as well. */
    readonly digits: number;
    /** Whether an answer may be spoken. */
    readonly speech: boolean;
    /** Words that are likely to be said. */
    readonly hints: readonly string[];
    /** How much silence after the question is an answer. */
    readonly timeoutSeconds: number;
  };
}

/** Silence, in seconds. */
export interface PauseStep {
  readonly pause: number;
}

/** Goes on with the instructions behind an address. */
export interface RedirectStep {
  readonly redirect: string;
}

/** The end of the call. */
export interface HangUpStep {
  readonly hangUp: true;
}

/** The consumer's side of a transfer: hold music until the destination joins. */
export interface WaitStep {
  readonly wait: {
    /** Name of the room both meet in. */
    readonly conference: string;
    /**
     * Asked for further instructions when the conversation is over and the consumer still there.
     */
    readonly actionUrl: string;
    /** Told whenever somebody comes into the room or leaves it. */
    readonly eventsUrl: string;
  };
}

/** The destination's side of a transfer: joining starts the conversation. */
export interface JoinStep {
  readonly join: WaitStep['wait'];
}

/** Sound in both directions over a WebSocket, for an agent that listens and speaks. */
export interface StreamStep {
  readonly stream: {
    readonly url: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
}

/** One instruction to a call, in no provider's language. */
export type VoiceStep =
  SayStep | GatherStep | PauseStep | RedirectStep | HangUpStep | WaitStep | JoinStep | StreamStep;
