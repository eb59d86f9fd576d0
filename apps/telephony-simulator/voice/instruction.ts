/** What a call is told to do next, as far as the simulator understands it. */
export type Instruction =
  | { readonly verb: 'say'; readonly text: string }
  | GatherInstruction
  | { readonly verb: 'pause'; readonly seconds: number }
  | { readonly verb: 'redirect'; readonly url: string }
  | { readonly verb: 'hang_up' }
  | ConferenceInstruction
  | { readonly verb: 'stream'; readonly url: string }
  | { readonly verb: 'unknown'; readonly name: string };

/** A question. */
export interface GatherInstruction {
  readonly verb: 'gather';
  /** Everything that is said before the answer. */
  readonly prompt: string;
  /** `null`: the address the instructions came from. */
  readonly action: string | null;
  readonly keys: boolean;
  readonly speech: boolean;
  /** `null`: as many as are pressed. */
  readonly digitsMax: number | null;
  /** The key that ends an answer and is no part of it; empty: none. */
  readonly finishOnKey: string;
  readonly timeoutSeconds: number;
  /** Whether silence is told as well. */
  readonly tellsSilence: boolean;
}

/** A room to talk in. */
export interface ConferenceInstruction {
  readonly verb: 'conference';
  readonly name: string;
  /** `null`: what follows in the instructions comes next. */
  readonly action: string | null;
  /** Who is told that somebody comes or leaves; `null`: nobody. */
  readonly eventsUrl: string | null;
  /** What is told: join, leave. */
  readonly events: readonly string[];
  readonly startsOnEnter: boolean;
  readonly endsOnExit: boolean;
}
