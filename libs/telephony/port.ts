import { type AnsweredBy, type CallStatus } from './call-status.js';

/** A call that is to be placed. */
export interface CallOrder {
  /** An E.164 number or a `sip:` address. */
  readonly to: string;
  /** The E.164 number that is shown to the called party. */
  readonly from: string;
  /** Asked by POST for the first instructions once somebody or something answered. */
  readonly answerUrl: string;
  /** Told by POST of every step of the call. */
  readonly statusUrl: string;
  /** How long it may ring before nobody counts as there. */
  readonly ringSeconds: number;
  readonly machines: MachineDetection;
  /** Keys to press once connected, e.g. an extension; `w` waits half a second. `null`: none. */
  readonly sendDigits: string | null;
}

/**
 * Whether the provider is to tell people from machines: not at all, before it asks for
 * instructions, or while they are followed. Then it tells by POST what it found; people hear
 * somebody at once.
 */
export type MachineDetection =
  | { readonly detection: 'off' }
  | { readonly detection: 'wait' }
  | { readonly detection: 'async'; readonly resultUrl: string };

/** A call as the provider knows it. Instants are ISO-8601, to the second. */
export interface ProviderCall {
  readonly providerCallId: string;
  readonly to: string;
  readonly from: string;
  readonly status: CallStatus;
  /** `null` before it was dialed. */
  readonly startedAt: string | null;
  /** `null` before it is over. */
  readonly endedAt: string | null;
  /** `null` before it is over. */
  readonly durationSeconds: number | null;
  /** `null` where nobody tried to tell. */
  readonly answeredBy: AnsweredBy | null;
}

/** Which calls are looked for. */
export interface CallSearch {
  readonly to: string;
  readonly from: string;
  /** ISO-8601; calls that were placed before are left out. Compared by whole seconds. */
  readonly since: string;
}

/**
 * The telephone, whoever connects it. Nothing is ever tried again here: a call that is placed twice
 * rings twice.
 *
 * Every method rejects with `call_refused` if the provider says no, and with
 * `telephony_unavailable` if it does not answer within {@link PROVIDER_PATIENCE_MS} or is out of
 * order; then it is unknown whether it acted.
 */
export abstract class Telephony {
  /** Which provider, e.g. `twilio`; stored with every call. */
  abstract readonly name: string;

  /** Whether nobody real is called: only then may the leads of a sandbox be dialed. */
  abstract readonly isSimulated: boolean;

  /** Asks for a call and resolves with the provider's name for it as soon as it took it on. */
  abstract placeCall(order: CallOrder): Promise<{ readonly providerCallId: string }>;

  /** `null` if the provider knows no such call. */
  abstract lookUpCall(providerCallId: string): Promise<ProviderCall | null>;

  /** Finds out what became of an order whose answer was lost; latest first, at most 1,000. */
  abstract findCalls(search: CallSearch): Promise<ProviderCall[]>;

  /** Hangs up, or gives up ringing. A call that is over, or that nobody knows, is left as it is. */
  abstract endCall(providerCallId: string): Promise<void>;

  /** Interrupts whatever goes on in a call; it goes on with the instructions behind `url`. */
  abstract redirectCall(providerCallId: string, url: string): Promise<void>;
}

/** How long the provider may take to answer. */
export const PROVIDER_PATIENCE_MS = 5_000;
