import { type Actor } from '#libs/kernel';

/** Who decides about dialing, and how the command is recognised when it comes again. */
export interface DialingCaller {
  readonly actor: Actor;
  /** UUID. */
  readonly commandId: string;
  /** The request or console command that led to it. */
  readonly causationId: string;
}
