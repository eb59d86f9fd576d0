import { v5 as uuidv5 } from 'uuid';
import { matchByName, type MatchOutcome } from '../domain/matching.js';
import { type KnownPostback } from '../domain/postback.js';
import {
  type AssignPostback,
  type FollowFirst,
  type LeaveUnmatched,
} from '../domain/postback.commands.js';
import { senderOf } from '../domain/report-sender.js';
import { type TransferFacts } from '../domain/transfer-facts.js';
import { type Caller } from './caller.js';

/** What is decided on a report for which this was found, as it had been read so many times. */
export function concluding(
  outcome: MatchOutcome,
  timesReadAnew: number,
  at: string,
): AssignPostback | LeaveUnmatched {
  if (outcome.kind === 'unmatched') {
    const { reason, nearestMs } = outcome;
    return { type: 'LeaveUnmatched', reason, nearestMs, timesReadAnew, at };
  }
  const { match, transfer } = outcome;
  const { leadId, transferId } = transfer;
  const found = { leadId, transferId, match, timesReadAnew };
  return { type: 'AssignPostback', ...found, reason: null, at };
}

/** Has a report follow the first one of its call to where that counts. */
export function followFirst(
  { postbackId: first }: KnownPostback,
  { reading, receivedAt, destinationId, assignment, ...sent }: KnownPostback,
  transfer: TransferFacts,
  at: string,
): FollowFirst {
  const sender = senderOf({ ...sent, destinationId });
  const call = { reading, sender, receivedAt, tokenDestinationId: destinationId };
  const { leadId, transferId } = transfer;
  const from = assignment?.transferId ?? '';
  const match = matchByName(call, transfer);
  return { type: 'FollowFirst', first, from, leadId, transferId, match, at };
}

/**
 * The caller, to whom another decision is another command: what was decided before the refusal
 * would be found by the same one, and taken for the answer.
 */
export function afterRefusal({ assignment }: KnownPostback, caller: Caller): Caller {
  const refused = `refused ${assignment?.number ?? 0}`;
  return { ...caller, commandId: uuidv5(refused, caller.commandId) };
}

/**
 * The same, after what was decided on a report was out of date; to whom another decision is another
 * command, too.
 */
export function afterReading({ timesReadAnew }: KnownPostback, caller: Caller): Caller {
  return { ...caller, commandId: uuidv5(`read anew ${timesReadAnew}`, caller.commandId) };
}
