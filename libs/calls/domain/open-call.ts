import { type AnsweredBy } from './call.events.js';
import { type Payout } from './destination.events.js';
import { type CallEvent } from './lead-stream.events.js';
import { type MachineDetectionSetting } from './machine-detection.js';
import { type TransferFailure } from './transfer.events.js';

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
  readonly given: 'key' | 'speech' | 'nothing';
  readonly tries: number;
}

/** A call to the consumer that is not over. */
export interface OpenCall {
  readonly callId: string;
  readonly attempt: number;
  readonly scriptId: string;
  readonly scriptVersion: number;
  readonly callingNumber: string;
  readonly machineDetection: MachineDetectionSetting;
  readonly attemptedAt: string;
  readonly providerCallId: string | null;
  /** The provider took no call of the account on at all. */
  readonly isAccountRefused: boolean;
  readonly rangAt: string | null;
  readonly answeredAt: string | null;
  readonly answeredBy: AnsweredBy | null;
  /** `null` before the script began. */
  readonly prequalification: Prequalification | null;
  /** When the consumer began to wait for a destination; `null` before. */
  readonly qualifiedAt: string | null;
  /** The last answer to each question that was put, in the order of the script. */
  readonly answers: readonly Answer[];
  readonly transfers: readonly Transfer[];
  /** No destination is left. */
  readonly routedOut: boolean;
}

type DataOf<Type extends CallEvent['type']> = Extract<CallEvent, { type: Type }>['data'];

type NotOnCall =
  | 'DialDeferred'
  | 'CallAttempted'
  | 'LeadExhausted'
  | 'CallEnded'
  | 'TalkMeasured'
  | 'CallbackRequested'
  | 'ConsumerOptedOut';

/** What happens on a call, as long as it is not over. */
export type OnCall = Exclude<CallEvent, { type: NotOnCall }>;

/** Follows what happens on a call. */
export function onCall(call: OpenCall, event: OnCall): OpenCall {
  switch (event.type) {
    case 'CallPlaced':
      return { ...call, providerCallId: event.data.providerCallId };
    case 'CallRefused':
      return { ...call, isAccountRefused: event.data.concerns === 'account' };
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
      return qualified(call, event.data);
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

/**
 * An agent of the tenant’s own tells its answers with what it came to; a script’s are known by
 * then.
 */
function qualified(call: OpenCall, data: DataOf<'LeadQualified'>): OpenCall {
  const known = answersOf(call);
  const told = Object.entries(data.answers)
    .filter(([questionId, value]) => known[questionId] !== value)
    .map(([questionId, value]): Answer => ({ questionId, value, given: 'speech', tries: 1 }));
  const ids = new Set(told.map(({ questionId }) => questionId));
  const answers = [...call.answers.filter(({ questionId }) => !ids.has(questionId)), ...told];
  return { ...call, prequalification: 'qualified', qualifiedAt: data.qualifiedAt, answers };
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
  const { questionId, value, given, tries } = data;
  const others = answers.filter((answer) => answer.questionId !== questionId);
  return [...others, { questionId, value, given, tries }];
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
