import { type Decider } from '#libs/kernel';
import { MATCHING_RULES_VERSION } from './matching.js';
import {
  type AssignPostback,
  type ConfirmMatch,
  type FollowFirst,
  type IgnorePostback,
  type LeaveUnmatched,
  type PostbackCommand,
  type ReadAnew,
  type ReceivePostback,
  type ReleasePostback,
  type SettlePostback,
  type UnlinkPostback,
} from './postback.commands.js';
import { ALIAS_MAP_VERSION } from './reading/alias-map.js';
import { isMovable } from './strayed-reports.js';
import {
  evolve,
  initialState,
  isCounted,
  isOpen,
  type KnownPostback,
  type Postback,
  reportOf,
} from './postback.js';
import {
  postbackMatched,
  postbackMatchedElsewhere,
  postbackNotFound,
  postbackNotMatched,
} from './revenue.errors.js';
import { type PostbackEvent } from './postback.events.js';
import { saysTheSame } from './worth.js';

type DataOf<Type extends PostbackEvent['type']> = Extract<PostbackEvent, { type: Type }>['data'];

function receive({ postback: data }: ReceivePostback): PostbackEvent[] {
  return [{ type: 'PostbackReceived', data }];
}

/**
 * A report that counts is read anew only where that changes what its ledger knows, or whose names
 * it gives: not every other alias has to be told of every report there ever was. What is on its way
 * to a ledger is told first.
 */
function readAnew(command: ReadAnew, state: KnownPostback): PostbackEvent[] {
  const { reading, destinationId, at: readAt } = command;
  if (state.status === 'assigned' || isReadSo(command, state)) return [];
  const { postbackId } = state;
  return [{ type: 'PostbackReadAnew', data: { postbackId, destinationId, reading, readAt } }];
}

function isReadSo({ reading, destinationId }: ReadAnew, state: KnownPostback): boolean {
  if (destinationId !== state.destinationId) return false;
  if (isCounted(state)) return saysTheSame(reportOf({ ...state, reading }), reportOf(state));
  return JSON.stringify(reading) === JSON.stringify(state.reading);
}

/**
 * The one place where a report gets its transfer: whoever comes second, with whatever other
 * transfer in mind, changes nothing, so that no report counts twice. Only a person is told; one who
 * names the transfer where it counts already has found that right.
 */
function assign(command: AssignPostback, state: KnownPostback): PostbackEvent[] {
  const { leadId, transferId, match, reason, at: assignedAt } = command;
  const isManual = match.rule === 'manual';
  if (isCounted(state)) return isManual ? linkAgain(command, state) : [];
  if (!isManual && (!isOpen(state) || wasReadAnew(command, state))) return [];
  const { postbackId } = state;
  const data = { postbackId, leadId, transferId, match, reason, assignedAt };
  return [{ type: 'PostbackAssigned', data }];
}

function linkAgain(
  { transferId, reason, at }: AssignPostback,
  state: KnownPostback,
): PostbackEvent[] {
  const { assignment } = state;
  const current = assignment?.transferId ?? '';
  if (current !== transferId) throw postbackMatchedElsewhere('link', current);
  if (assignment?.match.rule === 'manual') return [];
  return confirm({ type: 'ConfirmMatch', transferId, reason, at }, state);
}

/**
 * Whether a report was read anew since something was found for it, and may be about another call
 * now, or sent for another destination. Whoever found it has to look again.
 */
function wasReadAnew(
  found: AssignPostback | LeaveUnmatched,
  { timesReadAnew }: KnownPostback,
): boolean {
  return found.timesReadAnew !== timesReadAnew;
}

function settle(command: SettlePostback, state: KnownPostback): PostbackEvent[] {
  const { transferId, destinationId, mode, outcome, at: settledAt } = command;
  const warnings = [...command.warnings];
  const { status, assignment, postbackId } = state;
  if (status !== 'assigned' || assignment?.transferId !== transferId) return [];
  const { leadId } = assignment;
  const place = { leadId, transferId, destinationId, mode };
  return [
    { type: 'PostbackSettled', data: { postbackId, ...place, outcome, warnings, settledAt } },
  ];
}

function leaveUnmatched(command: LeaveUnmatched, state: KnownPostback): PostbackEvent[] {
  const { reason: unmatchedReason, nearestMs, at: decidedAt } = command;
  const { unmatched } = state;
  const isSame =
    unmatched?.reason === unmatchedReason &&
    unmatched.nearestMs === nearestMs &&
    unmatched.rulesVersion === MATCHING_RULES_VERSION &&
    unmatched.aliasMapVersion === ALIAS_MAP_VERSION;
  if (!isOpen(state) || isSame || wasReadAnew(command, state)) return [];
  return [leftUnmatched(state, { unmatchedReason, nearestMs, decidedAt })];
}

/** It waits again, and the rules may find another transfer. Only that one assignment is over. */
function release(
  { number, at: decidedAt }: ReleasePostback,
  state: KnownPostback,
): PostbackEvent[] {
  const { status, assignment } = state;
  if (status !== 'assigned' || assignment?.number !== number) return [];
  const unmatchedReason = 'already_matched_conflict';
  return [leftUnmatched(state, { unmatchedReason, nearestMs: null, decidedAt })];
}

/** In one go, so that nothing else is found for it in between. What is certain stays. */
function followFirst(command: FollowFirst, state: KnownPostback): PostbackEvent[] {
  const { first: follows, from, at, leadId, transferId, match } = command;
  const { status, assignment, postbackId } = state;
  if (status !== 'settled' || assignment?.transferId !== from || from === transferId) return [];
  if (!isMovable(assignment)) return [];
  const off = { leadId: assignment.leadId, transferId: from };
  const to = { leadId, transferId, match, reason: null, assignedAt: at };
  return [
    { type: 'PostbackMoved', data: { postbackId, ...off, follows, movedAt: at } },
    { type: 'PostbackAssigned', data: { postbackId, ...to } },
  ];
}

const VERSIONS = {
  rulesVersion: MATCHING_RULES_VERSION,
  aliasMapVersion: ALIAS_MAP_VERSION,
} as const;

function leftUnmatched(
  { postbackId }: KnownPostback,
  found: Omit<DataOf<'PostbackLeftUnmatched'>, 'postbackId' | keyof typeof VERSIONS>,
): PostbackEvent {
  return { type: 'PostbackLeftUnmatched', data: { postbackId, ...found, ...VERSIONS } };
}

/** Nobody takes it off what was not looked at: it may count for another transfer by now. */
function unlink(command: UnlinkPostback, state: KnownPostback): PostbackEvent[] {
  const { transferId: seen, reason, at: unlinkedAt } = command;
  const { status, assignment, postbackId } = state;
  if (status === 'unlinked') return [];
  if (status !== 'settled' || assignment === null) throw postbackNotMatched('unlink');
  const { leadId, transferId } = assignment;
  if (seen !== null && seen !== transferId) throw postbackMatchedElsewhere('unlink', transferId);
  const data = { postbackId, leadId, transferId, reason, unlinkedAt };
  return [{ type: 'PostbackUnlinked', data }];
}

/** Nobody confirms what was not looked at: it may count for another transfer by now. */
function confirm(command: ConfirmMatch, state: KnownPostback): PostbackEvent[] {
  const { transferId, reason, at: confirmedAt } = command;
  const { assignment, postbackId } = state;
  if (!isCounted(state) || assignment === null) throw postbackNotMatched('confirm');
  const { transferId: current } = assignment;
  if (current !== transferId) throw postbackMatchedElsewhere('confirm', current);
  if (assignment.isConfirmed) return [];
  const { leadId } = assignment;
  const data = { postbackId, leadId, transferId, reason, confirmedAt };
  return [{ type: 'PostbackMatchConfirmed', data }];
}

function ignore({ reason, at }: IgnorePostback, state: KnownPostback): PostbackEvent[] {
  if (state.status === 'ignored') return [];
  if (isCounted(state)) throw postbackMatched(state.assignment?.transferId ?? '');
  const { postbackId } = state;
  return [{ type: 'PostbackIgnored', data: { postbackId, reason, ignoredAt: at } }];
}

function decide(command: PostbackCommand, state: Postback): PostbackEvent[] {
  if (command.type === 'ReceivePostback') return state.status === 'absent' ? receive(command) : [];
  if (state.status === 'absent') throw postbackNotFound();
  switch (command.type) {
    case 'ReadAnew':
      return readAnew(command, state);
    case 'AssignPostback':
      return assign(command, state);
    case 'SettlePostback':
      return settle(command, state);
    case 'LeaveUnmatched':
      return leaveUnmatched(command, state);
    case 'ReleasePostback':
      return release(command, state);
    case 'FollowFirst':
      return followFirst(command, state);
    case 'UnlinkPostback':
      return unlink(command, state);
    case 'ConfirmMatch':
      return confirm(command, state);
    case 'IgnorePostback':
      return ignore(command, state);
  }
}

/** What becomes of a report (PB-5 to PB-9). Every command can be repeated. */
export const postbackDecider: Decider<Postback, PostbackCommand, PostbackEvent> = {
  decide,
  evolve,
  initialState,
};
