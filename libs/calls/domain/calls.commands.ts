import { type DncAnswer, type DncRules } from '#events/leads';
import { type Facts } from '#libs/filters';
import { type AnsweredBy } from './call.events.js';
import { type Heard } from './conversation.js';
import { type Payout } from './destination.events.js';
import { type Places } from './hours/candidate-zones.js';
import { type CallRecord } from './dial-facts.js';
import { type DialingSettings } from './dialing.events.js';
import { type MachineDetectionSetting } from './machine-detection.js';
import { type Openable } from './openings.js';
import { type ScriptContent } from './script.events.js';
import { type RoutingDecision } from './transfer.events.js';

/** Where a leg of a call stands, as the telephony provider reports it. */
export type LegStatus =
  'placed' | 'ringing' | 'in_progress' | 'completed' | 'busy' | 'no_answer' | 'failed' | 'canceled';

/** Dial a lead now, if that is allowed, with everything that was looked up for it. */
export interface StartCall {
  readonly type: 'StartCall';
  readonly callId: string;
  readonly settings: DialingSettings;
  readonly settingsVersion: number;
  readonly places: Places;
  /** What rules of the cadence may ask about: `lead.*`. */
  readonly facts: Facts;
  /** Calls of the consumer’s earlier lead, ISO-8601; those of this lead are on its stream. */
  readonly earlierAttempts: readonly string[];
  readonly suppressionEntryId: string | null;
  readonly suppressionScope: 'tenant' | 'brand' | null;
  /**
   * Whether the consumer may be handed to nobody who takes calls, each being suppressed by name.
   */
  readonly isSuppressedForAllSellers: boolean;
  readonly dnc: DncAnswer;
  /** What lists mean for the tenant; `null` where nobody answered. */
  readonly dncRules: DncRules | null;
  readonly record: CallRecord;
  /** Whether machines are told from people on this call, and when. */
  readonly machineDetection: MachineDetectionSetting;
  /** End of the lead’s window; nobody dials it from then on. */
  readonly until: string;
  /** Those to whom the consumer may be handed. */
  readonly destinations: readonly Openable[];
  readonly at: string;
}

/** Dial a lead no more, whose person was erased. */
export interface GiveUpErased {
  readonly type: 'GiveUpErased';
  readonly at: string;
}

/** The provider took the call on. */
export interface RecordPlacement {
  readonly type: 'RecordPlacement';
  readonly callId: string;
  readonly provider: string;
  readonly providerCallId: string;
  readonly at: string;
}

/** The provider refused the order, so that nobody is called. */
export interface RecordRefusal {
  readonly type: 'RecordRefusal';
  readonly callId: string;
  readonly provider: string;
  /** Its own code, where it gave one. */
  readonly providerCode: number | null;
  /** This order, or any order of the account. */
  readonly concerns: 'request' | 'account';
  readonly at: string;
}

/**
 * The provider reported where the consumer’s leg stands; again, late or out of order as it may be.
 */
export interface ReportConsumerLeg {
  readonly type: 'ReportConsumerLeg';
  readonly callId: string;
  readonly provider: string;
  /** `null`: it was refused before it had a name. */
  readonly providerCallId: string | null;
  readonly status: LegStatus;
  readonly answeredBy: AnsweredBy | null;
  /** From answer to end, if the provider said so. */
  readonly durationSeconds: number | null;
  /** Of one that is over: whether the phone rang, though that may not have been told; else no. */
  readonly hasRung?: boolean;
  readonly at: string;
}

/** The provider found out who answered the consumer’s phone, while the call went on. */
export interface RecogniseAnswerer {
  readonly type: 'RecogniseAnswerer';
  readonly callId: string;
  readonly providerCallId: string;
  readonly answeredBy: AnsweredBy;
  readonly at: string;
}

/** The consumer’s leg was answered, and the provider asks what to say. */
export interface BeginConversation {
  readonly type: 'BeginConversation';
  readonly callId: string;
  readonly provider: string;
  readonly providerCallId: string;
  readonly answeredBy: AnsweredBy | null;
  readonly agent: 'script' | 'webhook' | 'websocket';
  readonly disclosures: readonly string[];
  readonly at: string;
}

/**
 * The consumer’s leg was answered while the tenant’s stop is pulled: it is hung up on, with nothing
 * said.
 */
export interface TurnAway {
  readonly type: 'TurnAway';
  readonly callId: string;
  readonly provider: string;
  readonly providerCallId: string;
  readonly answeredBy: AnsweredBy | null;
  readonly at: string;
}

/** The consumer answered a question, or did not. */
export interface HearConsumer {
  readonly type: 'HearConsumer';
  readonly callId: string;
  readonly questionId: string;
  /** Which putting of the question was answered, from 1. */
  readonly tries: number;
  readonly heard: Heard;
  readonly script: ScriptContent;
  /** What rules may ask about beside the answers: `lead.*`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Sealed {verbatim}, where something was said. */
  readonly personal: string | null;
  /** Of a call that is over: who spoke, where the provider was asked only then. */
  readonly answeredBy?: AnsweredBy | null;
  readonly at: string;
}

/** An agent of the tenant’s own has come to a result. */
export interface ConcludeConversation {
  readonly type: 'ConcludeConversation';
  readonly callId: string;
  readonly answers: Readonly<Record<string, string>>;
  readonly result:
    | { readonly kind: 'qualified' }
    | { readonly kind: 'disqualified'; readonly reason: string }
    | { readonly kind: 'callback'; readonly callbackAt: string }
    | { readonly kind: 'opt_out'; readonly words: string }
    | { readonly kind: 'no_input' }
    | { readonly kind: 'failed' };
  /** Sealed {verbatim}, where something was said. */
  readonly personal: string | null;
  readonly at: string;
}

/** A destination was chosen and has a slot. */
export interface RequestTransfer {
  readonly type: 'RequestTransfer';
  readonly callId: string;
  readonly transferId: string;
  readonly attempt: number;
  readonly destination: {
    readonly destinationId: string;
    readonly destinationVersion: number;
    readonly destinationName: string;
    readonly destinationAddress: string;
    readonly presentedCallerId: string | null;
    readonly payout: Payout;
  };
  readonly routing: RoutingDecision;
  readonly at: string;
}

/** No destination is left for the consumer. */
export interface GiveUpRouting {
  readonly type: 'GiveUpRouting';
  readonly callId: string;
  readonly routing: RoutingDecision;
  readonly at: string;
}

/** The provider reported where a destination’s leg stands. */
export interface ReportDestinationLeg {
  readonly type: 'ReportDestinationLeg';
  readonly callId: string;
  readonly transferId: string;
  /** `null`: it was refused before it had a name. */
  readonly providerCallId: string | null;
  readonly status: LegStatus;
  readonly answeredBy: AnsweredBy | null;
  readonly durationSeconds: number | null;
  readonly at: string;
}

/**
 * Whether the consumer was still on the line when the provider was asked, right before a bridge.
 */
export type ConsumerPresence =
  | { readonly kind: 'there' }
  /**
   * Their leg is over; `durationSeconds` is from its answer to its end, `endedAt` that end by the
   * provider’s clock, ISO-8601, if the provider said so.
   */
  | {
      readonly kind: 'gone';
      readonly durationSeconds: number | null;
      readonly endedAt: string | null;
    }
  /** Nobody could say, or nobody asked. */
  | { readonly kind: 'unknown' };

/** The destination heard the whisper and is to be connected, or declined. */
export interface ConnectDestination {
  readonly type: 'ConnectDestination';
  readonly callId: string;
  readonly transferId: string;
  /** Whether the key to accept was pressed; `null` if none is asked. */
  readonly accepted: boolean | null;
  readonly consumer: ConsumerPresence;
  readonly at: string;
}

/** The provider saw a leg in the room where the consumer waits for the destination. */
export interface ReportMeeting {
  readonly type: 'ReportMeeting';
  readonly callId: string;
  /** The provider’s name for the leg that was seen. */
  readonly providerCallId: string;
  /** When it came in, ISO-8601, by the provider’s clock; `null`: not told. */
  readonly since: string | null;
  /** Where the consumer is now. */
  readonly consumer: ConsumerPresence;
  readonly at: string;
}

/** The destination’s leg goes on at this instant, as the provider says who was asked. */
export interface PresumeMeeting {
  readonly type: 'PresumeMeeting';
  readonly callId: string;
  readonly transferId: string;
  /** Where the consumer is now. */
  readonly consumer: ConsumerPresence;
  readonly at: string;
}

/** The consumer is not to be connected with a destination any more that was dialed for them. */
export interface WithdrawTransfer {
  readonly type: 'WithdrawTransfer';
  readonly callId: string;
  readonly transferId: string;
  readonly reason: 'stopped' | 'suppressed';
  readonly at: string;
}

/** Nothing is heard of a call any more. */
export interface CloseLostCall {
  readonly type: 'CloseLostCall';
  readonly callId: string;
  readonly at: string;
}

/** Nothing is heard of a transfer that is not bridged. */
export interface CloseLostTransfer {
  readonly type: 'CloseLostTransfer';
  readonly callId: string;
  readonly transferId: string;
  readonly at: string;
}

/** What can be wished of a lead on the telephone. */
export type CallCommand =
  | StartCall
  | GiveUpErased
  | RecordPlacement
  | RecordRefusal
  | ReportConsumerLeg
  | RecogniseAnswerer
  | BeginConversation
  | TurnAway
  | HearConsumer
  | ConcludeConversation
  | RequestTransfer
  | GiveUpRouting
  | ReportDestinationLeg
  | ConnectDestination
  | ReportMeeting
  | PresumeMeeting
  | WithdrawTransfer
  | CloseLostCall
  | CloseLostTransfer;
