import { type CallResult } from './call-result.js';

/** What a macro may stand for; `null`: not known, which is written as nothing. */
export type MacroValue = string | number | boolean | null;

/** Names of macros, with what each stands for, in the order in which they are told to people. */
export const MACRO_MEANINGS = {
  caller_id: 'The consumer’s number, E.164.',
  duration: 'Seconds consumer and destination talked.',
  buyer: 'Name of the destination.',
  payout: 'What the target is paid by its terms, e.g. 42.50; empty without.',
  payout_cents: 'The same in cents.',
  currency: 'Of the payout, ISO 4217; empty without.',
  status: 'billable or not_billable; before the end incoming, connected or failed.',
  billable: 'true or false; empty before the end.',
  reason: 'Why it was not connected; empty otherwise.',
  call_id: 'The call to the consumer.',
  transfer_id: 'The transfer.',
  lead_id: 'The lead.',
  destination_id: 'The destination.',
  source: 'Where the lead came from.',
  call_time: 'When both were connected, ISO-8601 UTC.',
  end_time: 'When the call was over, ISO-8601 UTC.',
} as const;

/** A name that may stand in a template. */
export type MacroName = keyof typeof MACRO_MEANINGS;
/** What each macro stands for in one postback. */
export type MacroValues = Readonly<Record<MacroName, MacroValue>>;

/** All names, in order. */
export const MACRO_NAMES = Object.keys(MACRO_MEANINGS) as readonly MacroName[];

/** What macros stand for of a call. `callerId` is E.164, `null` once erased; personal. */
export function macroValues(result: CallResult, callerId: string | null): MacroValues {
  const { amountMinor, stage, reason } = result;
  const billable = stage === 'over' ? result.billable : null;
  return {
    ...{ caller_id: callerId, duration: result.connectedSeconds, buyer: result.buyer },
    payout: amountMinor === null ? null : decimal(amountMinor),
    ...{ payout_cents: amountMinor, currency: result.currency, billable, reason },
    status: statusOf(result),
    ...{ call_id: result.callId, transfer_id: result.transferId, lead_id: result.leadId },
    ...{ destination_id: result.destinationId, source: result.source },
    ...{ call_time: result.bridgedAt, end_time: result.endedAt },
  };
}

function statusOf({ stage, billable }: CallResult): string {
  if (stage !== 'over') return stage;
  return billable ? 'billable' : 'not_billable';
}

/** Hundredths as a decimal number, exactly. */
function decimal(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
