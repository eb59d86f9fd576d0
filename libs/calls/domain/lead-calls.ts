import {
  type ConsentHeld,
  type DncAnswer,
  isPlaceUnread,
  type LeadEvent,
  type LeadMode,
  withConsent,
} from '#events/leads';
import { isYetToBeRecognised } from './answerer.js';
import { type CallDisposition, isMachine } from './call.events.js';
import { type CallEvent } from './lead-stream.events.js';
import { type OnCall, onCall, type OpenCall } from './open-call.js';

export {
  type Answer,
  answersOf,
  type OpenCall,
  openTransfer,
  type Prequalification,
  type Transfer,
} from './open-call.js';

/** What a lead's stream says that matters for calling: facts of intake and of the telephone. */
export type LeadStreamEvent = LeadEvent | CallEvent;

/** A call that is over. */
export interface PastCall {
  readonly callId: string;
  readonly scriptId: string;
  readonly scriptVersion: number;
  readonly providerCallId: string | null;
  readonly attemptedAt: string;
  readonly endedAt: string;
  readonly disposition: CallDisposition;
  /** Whether it counts as an attempt: not where it is certain that the consumer was never tried. */
  readonly counts: boolean;
  readonly talkSeconds: number;
  /** Whether the provider measured the consumer’s leg, or we had only our clock. */
  readonly isTalkMeasured: boolean;
  /** Whether it may have been a machine, as nobody had found out when it was over. */
  readonly isUnrecognised: boolean;
  readonly isOptedOut: boolean;
}

/** Whether and why nobody dials the lead any more. */
export type Closure = 'opted_out' | 'disqualified' | 'transferred' | 'exhausted';

/** Why a lead waits, and until when. */
export interface Deferral {
  readonly obstacles: readonly string[];
  readonly nextAllowedAt: string | null;
}

/** A lead, as the telephone sees it. */
export interface CallableLead extends ConsentHeld {
  readonly status: 'received';
  readonly leadId: string;
  readonly ordinal: number;
  readonly mode: LeadMode;
  readonly phoneHash: string;
  readonly keyId: string;
  /** Sealed, as in `LeadReceived`. */
  readonly personal: string;
  readonly source: string | null;
  readonly campaign: Readonly<Record<string, string>>;
  readonly state: string | null;
  /** ISO 3166 code of the phone’s country. */
  readonly country: string | null;
  /** ISO 3166 code of the country as given. */
  readonly statedCountry: string | null;
  /** Whether a state or country was given that nobody could read. */
  readonly isPlaceUnread: boolean;
  readonly areaCode: string | null;
  readonly receivedAt: string;
  readonly eligible: boolean;
  readonly sandbox: boolean;
  /** What the do-not-call provider last said; `null` if the lead was never judged. */
  readonly dnc: DncAnswer | null;
  /** How old it may be; `null` if the lead was never judged. */
  readonly consentMaxAgeDays: number | null;
  readonly past: readonly PastCall[];
  readonly current: OpenCall | null;
  /** When the consumer asked to be called, until their phone rang for it. */
  readonly callbackAt: string | null;
  readonly deferral: Deferral | null;
  readonly closure: Closure | null;
}

/** A lead's history, folded for calling. */
export type LeadCalls = { readonly status: 'absent' } | CallableLead;

/** Before anything happened. */
export function initialState(): LeadCalls {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(lead: LeadCalls, event: LeadStreamEvent): LeadCalls {
  if (event.type === 'LeadReceived') return received(event.data);
  if (lead.status === 'absent') return lead;
  switch (event.type) {
    case 'LeadFoundEligible':
    case 'LeadFoundIneligible': {
      const { dnc, tenantMode, consentMaxAgeDays } = event.data.checks;
      const eligible = event.type === 'LeadFoundEligible';
      return { ...lead, eligible, sandbox: tenantMode === 'sandbox', dnc, consentMaxAgeDays };
    }
    case 'LeadDeduplicated':
      return lead;
    case 'ConsentRecorded':
      return { ...lead, ...withConsent(lead, event.data) };
    case 'ConsentRevoked':
      return { ...lead, eligible: false };
    case 'DialDeferred': {
      const { obstacles, nextAllowedAt } = event.data;
      return { ...lead, deferral: { obstacles, nextAllowedAt } };
    }
    case 'CallAttempted':
      return attempted(lead, event.data);
    case 'LeadExhausted':
      return { ...lead, closure: 'exhausted', deferral: null };
    case 'CallEnded':
      return ended(lead, event.data);
    case 'TalkMeasured':
      return { ...lead, past: lead.past.map((call) => measured(call, event.data)) };
    case 'CallbackRequested':
      return withCall(
        { ...lead, callbackAt: event.data.callbackAt },
        { prequalification: 'callback' },
      );
    case 'ConsumerOptedOut':
      return optedOut(lead, event.data);
    case 'CallRang':
    case 'CallAnswered':
      return { ...followed(lead, event), callbackAt: null };
    case 'AnswererRecognised':
      return recognised(lead, event);
    case 'CallPlaced':
    case 'CallRefused':
    case 'PrequalificationStarted':
    case 'QuestionAnswered':
    case 'LeadQualified':
    case 'LeadDisqualified':
    case 'PrequalificationAbandoned':
    case 'NoDestinationFound':
    case 'TransferRequested':
    case 'DestinationDialed':
    case 'DestinationAnswered':
    case 'WhisperPlayed':
    case 'CallBridged':
    case 'TransferFailed':
      return followed(lead, event);
  }
}

function followed(lead: CallableLead, event: OnCall): CallableLead {
  return lead.current === null ? lead : { ...lead, current: onCall(lead.current, event) };
}

/** A machine has asked for nothing, whatever its greeting sounded like. */
function recognised(
  lead: CallableLead,
  event: Extract<OnCall, { type: 'AnswererRecognised' }>,
): CallableLead {
  const { transferId, answeredBy } = event.data;
  const after = followed(lead, event);
  return transferId === null && isMachine(answeredBy) ? { ...after, callbackAt: null } : after;
}

type DataOf<Type extends LeadStreamEvent['type']> = Extract<
  LeadStreamEvent,
  { type: Type }
>['data'];

function received(data: DataOf<'LeadReceived'>): CallableLead {
  const { leadId, ordinal, mode, phoneHash, keyId, personal, source, receivedAt, verdict } = data;
  return {
    ...{ status: 'received', leadId, ordinal, mode, phoneHash, keyId, personal, source },
    campaign: data.campaign,
    ...{ state: data.state, country: data.phone.country, areaCode: data.phone.areaCode },
    ...{ statedCountry: data.country, isPlaceUnread: isPlaceUnread(data) },
    receivedAt,
    eligible: verdict?.eligible === true,
    sandbox: verdict?.checks.tenantMode === 'sandbox',
    dnc: verdict?.checks.dnc ?? null,
    consent: data.consent,
    consentArrivedAt: data.consent && receivedAt,
    consentMaxAgeDays: verdict?.checks.consentMaxAgeDays ?? null,
    ...{ past: [], current: null, callbackAt: null, deferral: null, closure: null },
  };
}

function attempted(lead: CallableLead, data: DataOf<'CallAttempted'>): CallableLead {
  const { callId, attempt, record, machineDetection, attemptedAt } = data;
  const { scriptId, scriptVersion, callingNumber } = record;
  return {
    ...lead,
    deferral: null,
    current: {
      ...{ callId, attempt, scriptId, scriptVersion, callingNumber },
      ...{ machineDetection, attemptedAt },
      ...{
        providerCallId: null,
        isAccountRefused: false,
        rangAt: null,
        answeredAt: null,
        answeredBy: null,
      },
      ...{
        prequalification: null,
        qualifiedAt: null,
        answers: [],
        transfers: [],
        routedOut: false,
      },
    },
  };
}

function ended(lead: CallableLead, data: DataOf<'CallEnded'>): CallableLead {
  const { callId, disposition, talkSeconds, endedAt } = data;
  // A report of the destination’s leg says nothing of the consumer’s.
  const isTalkMeasured = data.measuredBy === 'provider' && data.hungUpBy !== 'destination';
  const talk = { talkSeconds, isTalkMeasured };
  const { current } = lead;
  const { scriptId = '', scriptVersion = 0, prequalification = null } = current ?? {};
  const {
    attemptedAt = endedAt,
    providerCallId = null,
    isAccountRefused = false,
    rangAt = null,
  } = current ?? {};
  // Given up before the provider was asked, or before it had the phone ring.
  const isGivenUp = rangAt === null && disposition === 'canceled';
  const call = { callId, scriptId, scriptVersion, providerCallId, attemptedAt, endedAt };
  const known = {
    isUnrecognised: current !== null && isYetToBeRecognised(current),
    isOptedOut: prequalification === 'opted_out',
  };
  const counts = !isAccountRefused && !isGivenUp;
  return {
    ...lead,
    past: [...lead.past, { ...call, disposition, ...talk, ...known, counts }],
    current: null,
    // It rang, though that was never reported.
    callbackAt: disposition === 'no_answer' ? null : lead.callbackAt,
    closure: lead.closure ?? CLOSURES[disposition] ?? null,
  };
}

function measured(call: PastCall, { callId, talkSeconds }: DataOf<'TalkMeasured'>): PastCall {
  return call.callId === callId ? { ...call, talkSeconds, isTalkMeasured: true } : call;
}

/** On whichever call it was said, it holds for all. */
function optedOut(lead: CallableLead, { callId }: DataOf<'ConsumerOptedOut'>): CallableLead {
  const past = lead.past.map((call) =>
    call.callId === callId ? { ...call, isOptedOut: true } : call,
  );
  const after: CallableLead = { ...lead, past, closure: 'opted_out' };
  return lead.current?.callId === callId
    ? withCall(after, { prequalification: 'opted_out' })
    : after;
}

const CLOSURES: Partial<Record<CallDisposition, Closure>> = {
  disqualified: 'disqualified',
  transferred: 'transferred',
  opted_out: 'opted_out',
};

function withCall(lead: CallableLead, change: Partial<OpenCall>): CallableLead {
  return lead.current === null ? lead : { ...lead, current: { ...lead.current, ...change } };
}

/**
 * Whether the consumer may be spoken to and handed over: no check speaks against it, and they have
 * not opted out, whether or not their consent has been taken back by now (CO-8).
 */
export function mayBeCalled({ eligible, closure }: Pick<CallableLead, 'eligible' | 'closure'>) {
  return eligible && closure !== 'opted_out';
}

/** The calls that count: towards limits, pauses and the end of patience. In order of time. */
export function countedCalls({ past }: Pick<CallableLead, 'past'>): readonly PastCall[] {
  return past.filter(({ counts }) => counts);
}
