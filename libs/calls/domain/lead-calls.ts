import { type DncAnswer, type LeadEvent, type LeadMode } from '#events/leads';
import { type AnsweredBy, type CallDisposition } from './call.events.js';
import { type CallEvent } from './lead-stream.events.js';
import { type Payout } from './destination.events.js';
import { type TransferFailure } from './transfer.events.js';

/** What a lead's stream says that matters for calling: facts of intake and of the telephone. */
export type LeadStreamEvent = LeadEvent | CallEvent;

/** What prequalification has come to. */
export type Prequalification =
  | 'running'
  | 'qualified'
  | 'disqualified'
  | 'callback'
  | 'opted_out'
  | 'no_input'
  | 'hung_up'
  | 'agent_failed';

/** One attempt to hand the consumer over. */
export interface Transfer {
  readonly transferId: string;
  readonly destinationId: string;
  readonly destinationVersion: number;
  readonly destinationName: string;
  readonly destinationAddress: string;
  readonly presentedCallerId: string | null;
  readonly payout: Payout;
  readonly requestedAt: string;
  readonly providerCallId: string | null;
  readonly answeredAt: string | null;
  readonly answeredBy: AnsweredBy | null;
  readonly whisperedAt: string | null;
  readonly bridgedAt: string | null;
  readonly failure: TransferFailure | null;
}

/** How often a question was put, and what came of it. */
export interface Answer {
  readonly questionId: string;
  readonly value: string | null;
  readonly tries: number;
}

/** A call to the consumer that is not over. */
export interface OpenCall {
  readonly callId: string;
  readonly attempt: number;
  readonly scriptId: string;
  readonly scriptVersion: number;
  readonly callingNumber: string;
  readonly attemptedAt: string;
  readonly providerCallId: string | null;
  readonly rangAt: string | null;
  readonly answeredAt: string | null;
  readonly answeredBy: AnsweredBy | null;
  /** `null` before the script began. */
  readonly prequalification: Prequalification | null;
  /** The last answer to each question that was put, in the order of the script. */
  readonly answers: readonly Answer[];
  readonly transfers: readonly Transfer[];
  /** No destination is left. */
  readonly routedOut: boolean;
}

/** A call that is over. */
export interface PastCall {
  readonly callId: string;
  readonly providerCallId: string | null;
  readonly attemptedAt: string;
  readonly endedAt: string;
  readonly disposition: CallDisposition;
  readonly talkSeconds: number;
  /** Whether the provider measured the consumer’s leg, or we had only our clock. */
  readonly isTalkMeasured: boolean;
}

/** Whether and why nobody dials the lead any more. */
export type Closure = 'opted_out' | 'disqualified' | 'transferred' | 'exhausted';

/** Why a lead waits, and until when. */
export interface Deferral {
  readonly obstacles: readonly string[];
  readonly nextAllowedAt: string | null;
}

/** A lead, as the telephone sees it. */
export interface CallableLead {
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
  readonly country: string | null;
  readonly areaCode: string | null;
  readonly receivedAt: string;
  readonly eligible: boolean;
  readonly sandbox: boolean;
  /** What the do-not-call provider last said; `null` if the lead was never judged. */
  readonly dnc: DncAnswer | null;
  readonly past: readonly PastCall[];
  readonly current: OpenCall | null;
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
      const { dnc, tenantMode } = event.data.checks;
      const eligible = event.type === 'LeadFoundEligible';
      return { ...lead, eligible, sandbox: tenantMode === 'sandbox', dnc };
    }
    case 'LeadDeduplicated':
    case 'ConsentRecorded':
      return lead;
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
      return withCall({ ...lead, closure: 'opted_out' }, { prequalification: 'opted_out' });
    case 'CallPlaced':
    case 'CallRang':
    case 'CallAnswered':
    case 'AnswererRecognised':
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
      return lead.current === null ? lead : { ...lead, current: onCall(lead.current, event) };
  }
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
    receivedAt,
    eligible: verdict?.eligible === true,
    sandbox: verdict?.checks.tenantMode === 'sandbox',
    dnc: verdict?.checks.dnc ?? null,
    ...{ past: [], current: null, callbackAt: null, deferral: null, closure: null },
  };
}

function attempted(lead: CallableLead, data: DataOf<'CallAttempted'>): CallableLead {
  const { callId, attempt, record, attemptedAt } = data;
  const { scriptId, scriptVersion, callingNumber } = record;
  return {
    ...lead,
    deferral: null,
    callbackAt: null,
    current: {
      ...{ callId, attempt, scriptId, scriptVersion, callingNumber, attemptedAt },
      ...{ providerCallId: null, rangAt: null, answeredAt: null, answeredBy: null },
      ...{ prequalification: null, answers: [], transfers: [], routedOut: false },
    },
  };
}

function ended(lead: CallableLead, data: DataOf<'CallEnded'>): CallableLead {
  const { callId, disposition, talkSeconds, endedAt } = data;
  // A report of the destination’s leg says nothing of the consumer’s.
  const isTalkMeasured = data.measuredBy === 'provider' && data.hungUpBy !== 'destination';
  const talk = { talkSeconds, isTalkMeasured };
  const { attemptedAt = endedAt, providerCallId = null } = lead.current ?? {};
  return {
    ...lead,
    past: [...lead.past, { callId, providerCallId, attemptedAt, endedAt, disposition, ...talk }],
    current: null,
    closure: lead.closure ?? CLOSURES[disposition] ?? null,
  };
}

function measured(call: PastCall, { callId, talkSeconds }: DataOf<'TalkMeasured'>): PastCall {
  return call.callId === callId ? { ...call, talkSeconds, isTalkMeasured: true } : call;
}

const CLOSURES: Partial<Record<CallDisposition, Closure>> = {
  disqualified: 'disqualified',
  transferred: 'transferred',
  opted_out: 'opted_out',
};

function withCall(lead: CallableLead, change: Partial<OpenCall>): CallableLead {
  return lead.current === null ? lead : { ...lead, current: { ...lead.current, ...change } };
}

type NotOnCall =
  | 'DialDeferred'
  | 'CallAttempted'
  | 'LeadExhausted'
  | 'CallEnded'
  | 'TalkMeasured'
  | 'CallbackRequested'
  | 'ConsumerOptedOut';

type OnCall = Exclude<CallEvent, { type: NotOnCall }>;

function onCall(call: OpenCall, event: OnCall): OpenCall {
  switch (event.type) {
    case 'CallPlaced':
      return { ...call, providerCallId: event.data.providerCallId };
    case 'CallRang':
      return { ...call, rangAt: event.data.rangAt };
    case 'CallAnswered': {
      const { answeredAt, answeredBy } = event.data;
      return { ...call, answeredAt, answeredBy };
    }
    case 'AnswererRecognised':
      return recognised(call, event.data);
    case 'PrequalificationStarted':
      return { ...call, prequalification: 'running' };
    case 'QuestionAnswered':
      return { ...call, answers: answered(call.answers, event.data) };
    case 'LeadQualified':
      return { ...call, prequalification: 'qualified' };
    case 'LeadDisqualified':
      return { ...call, prequalification: 'disqualified' };
    case 'PrequalificationAbandoned':
      return { ...call, prequalification: event.data.reason };
    case 'NoDestinationFound':
      return { ...call, routedOut: true };
    case 'TransferRequested':
      return { ...call, transfers: [...call.transfers, requested(event.data)] };
    case 'DestinationDialed':
      return withTransfer(call, event.data, { providerCallId: event.data.providerCallId });
    case 'DestinationAnswered': {
      const { answeredAt, answeredBy } = event.data;
      return withTransfer(call, event.data, { answeredAt, answeredBy });
    }
    case 'WhisperPlayed':
      return withTransfer(call, event.data, { whisperedAt: event.data.playedAt });
    case 'CallBridged':
      return withTransfer(call, event.data, { bridgedAt: event.data.bridgedAt });
    case 'TransferFailed':
      return withTransfer(call, event.data, { failure: event.data.reason });
  }
}

function recognised(
  call: OpenCall,
  { transferId, answeredBy }: DataOf<'AnswererRecognised'>,
): OpenCall {
  return transferId === null
    ? { ...call, answeredBy }
    : withTransfer(call, { transferId }, { answeredBy });
}

function answered(answers: readonly Answer[], data: DataOf<'QuestionAnswered'>): Answer[] {
  const { questionId, value, tries } = data;
  const others = answers.filter((answer) => answer.questionId !== questionId);
  return [...others, { questionId, value, tries }];
}

function requested(data: DataOf<'TransferRequested'>): Transfer {
  const { transferId, destinationId, destinationVersion, destinationName } = data;
  const { destinationAddress, presentedCallerId, payout, requestedAt } = data;
  return {
    ...{ transferId, destinationId, destinationVersion, destinationName, destinationAddress },
    ...{ presentedCallerId, payout, requestedAt, providerCallId: null },
    ...{ answeredAt: null, answeredBy: null, whisperedAt: null, bridgedAt: null, failure: null },
  };
}

function withTransfer(
  call: OpenCall,
  { transferId }: { readonly transferId: string },
  change: Partial<Transfer>,
): OpenCall {
  const transfers = call.transfers.map((transfer) =>
    transfer.transferId === transferId ? { ...transfer, ...change } : transfer,
  );
  return { ...call, transfers };
}

/** The transfer that is under way or bridged; `null` if there is none. */
export function openTransfer({ transfers }: OpenCall): Transfer | null {
  const last = transfers.at(-1);
  return last === undefined || last.failure !== null ? null : last;
}

/** The answers that were understood, as rules and filters see them. */
export function answersOf({ answers }: OpenCall): Readonly<Record<string, string>> {
  const given = answers.flatMap(({ questionId, value }) =>
    value === null ? [] : [[questionId, value] as const],
  );
  return Object.fromEntries(given);
}
