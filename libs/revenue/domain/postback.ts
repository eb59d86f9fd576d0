import { type PostbackEvent, type Reading, type UnmatchedReason } from './postback.events.js';
import { senderOf, type SentWith } from './report-sender.js';
import { type MatchFacts, type TransferReport } from './revenue.events.js';

type DataOf<Type extends PostbackEvent['type']> = Extract<PostbackEvent, { type: Type }>['data'];

/** Which transfer a report was found to be about. */
export interface Assignment {
  /**
   * From 1: a report that was unlinked can be assigned again, and one that is read anew is told
   * again.
   */
  readonly number: number;
  readonly leadId: string;
  readonly transferId: string;
  /** The destination of the transfer; `null` until its ledger has heard of the report. */
  readonly destinationId: string | null;
  readonly match: MatchFacts;
  /** Why, where a person said so. */
  readonly reason: string | null;
  /** Whether the ledger has heard of it as it was read before. */
  readonly isReadAnew: boolean;
  /** Whether other names for its call, or other ids of ours, were read in it since it was matched. */
  readonly isRenamed: boolean;
  /** Whether a person looked at it and found it right. */
  readonly isConfirmed: boolean;
  /** What the ledger found odd when it heard of it last, e.g. `currency_mismatch`. */
  readonly ledgerWarnings: readonly string[];
}

/** An assignment that a person ended, or that followed another report elsewhere. */
export interface Unlinked extends Pick<Assignment, 'number' | 'leadId'> {
  readonly reason: string | null;
}

/**
 * What has become of a report. `assigned`: its transfer is decided, and the ledger there may not
 * have heard of it yet. `unlinked` and `ignored`: a person said so, and nothing but a person
 * changes it.
 */
export type PostbackStanding =
  'received' | 'unmatched' | 'assigned' | 'settled' | 'unlinked' | 'ignored';

/** A report that was received. */
export interface KnownPostback {
  readonly status: PostbackStanding;
  readonly postbackId: string;
  readonly tokenId: string;
  /** The destination its token is for; `null` for any. */
  readonly destinationId: string | null;
  /** How it came; `IMPORT`: as a line of a statement. */
  readonly method: DataOf<'PostbackReceived'>['method'];
  readonly reading: Reading;
  /** How often it was read anew: what was found under another reading says nothing of this one. */
  readonly timesReadAnew: number;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
  /** Its place among reports that came together, from 0. */
  readonly sequence: number;
  /** While it is unmatched. */
  readonly unmatched: {
    readonly reason: UnmatchedReason;
    readonly nearestMs: number | null;
    /** Version of the rules that found nothing. */
    readonly rulesVersion: number;
    /** Version of the built-in aliases by then. */
    readonly aliasMapVersion: number;
  } | null;
  /** The last one, over or not; `null` before the first. */
  readonly assignment: Assignment | null;
  /** The last time it was taken off a transfer; `null` if it never was. */
  readonly unlinked: Unlinked | null;
  /** Once it is settled. */
  readonly outcome: DataOf<'PostbackSettled'>['outcome'] | null;
}

/** A report’s history, folded. */
export type Postback = { readonly status: 'absent' } | KnownPostback;

/** Before anything happened. */
export function initialState(): Postback {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(state: Postback, event: PostbackEvent): Postback {
  if (event.type === 'PostbackReceived') return received(event.data);
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'PostbackReadAnew':
      return readAnew(state, event.data);
    case 'PostbackLeftUnmatched': {
      const { unmatchedReason: reason, nearestMs, rulesVersion, aliasMapVersion } = event.data;
      const unmatched = { reason, nearestMs, rulesVersion, aliasMapVersion };
      return { ...state, status: 'unmatched', outcome: null, unmatched };
    }
    case 'PostbackAssigned':
      return assigned(state, event.data);
    case 'PostbackSettled':
      return settled(state, event.data);
    case 'PostbackUnlinked':
      return { ...takenOff(state, event.data, event.data.reason), status: 'unlinked' };
    case 'PostbackMoved':
      return { ...takenOff(state, event.data, 'same_call_elsewhere'), status: 'unmatched' };
    case 'PostbackMatchConfirmed':
      return {
        ...state,
        assignment: state.assignment && { ...state.assignment, isConfirmed: true },
      };
    case 'PostbackIgnored':
      return { ...state, status: 'ignored', unmatched: null };
  }
}

function received(data: DataOf<'PostbackReceived'>): KnownPostback {
  const { postbackId, tokenId, destinationId, method, reading, receivedAt, sequence } = data;
  return {
    ...{ status: 'received', postbackId, tokenId, destinationId, method, reading },
    ...{ timesReadAnew: 0, receivedAt, sequence },
    ...{ unmatched: null, assignment: null, unlinked: null, outcome: null },
  };
}

function assigned(state: KnownPostback, data: DataOf<'PostbackAssigned'>): KnownPostback {
  const { leadId, transferId, match, reason } = data;
  const number = (state.assignment?.number ?? 0) + 1;
  const untold = { isReadAnew: false, isRenamed: false, isConfirmed: false, ledgerWarnings: [] };
  const to = { leadId, transferId, destinationId: null };
  const assignment = { number, ...to, match, reason, ...untold };
  return { ...state, status: 'assigned', unmatched: null, assignment };
}

function settled(state: KnownPostback, data: DataOf<'PostbackSettled'>): KnownPostback {
  const { outcome, destinationId, warnings: ledgerWarnings } = data;
  const assignment = state.assignment && { ...state.assignment, destinationId, ledgerWarnings };
  return { ...state, status: 'settled', outcome, assignment };
}

/** The ledger that it counted in has to hear of that. */
function takenOff(state: KnownPostback, { leadId }: { leadId: string }, reason: string | null) {
  const unlinked = { number: state.assignment?.number ?? 0, leadId, reason };
  return { ...state, outcome: null, unlinked };
}

/** The ledger of a report that counts has to hear of it once more. */
function readAnew(state: KnownPostback, data: DataOf<'PostbackReadAnew'>): KnownPostback {
  const { reading, destinationId } = data;
  const timesReadAnew = state.timesReadAnew + 1;
  const read = { ...state, reading, destinationId, timesReadAnew };
  const { status, assignment } = state;
  if (status !== 'settled' || assignment === null) return read;
  const isRenamed = assignment.isRenamed || !namesTheSame(reading, state.reading);
  const again = { ...assignment, number: assignment.number + 1, isReadAnew: true, isRenamed };
  return { ...read, status: 'assigned', assignment: again };
}

function namesTheSame(one: Reading, other: Reading): boolean {
  const isOfSameIds = JSON.stringify(one.ids) === JSON.stringify(other.ids);
  return one.vendorCallId === other.vendorCallId && isOfSameIds;
}

/** A report, as far as a ledger hears of it. */
export type ReportedPostback = SentWith &
  Pick<KnownPostback, 'postbackId' | 'receivedAt' | 'sequence' | 'reading'>;

/** What a report says of the transfer it is about, as it is read. */
export function reportOf(postback: ReportedPostback): TransferReport {
  const { postbackId, receivedAt, sequence, reading } = postback;
  const { vendorCallId, payoutMinor, payoutMode, currency, billable } = reading;
  const { isDuplicate, durationSeconds, buyer, callAt } = reading;
  return {
    ...{ postbackId, sender: senderOf(postback) },
    ...{ vendorCallId, payoutMinor, payoutMode, currency, billable },
    ...{ isDuplicate, durationSeconds, buyer, callAt, receivedAt, sequence },
  };
}

/** What was odd about a match, as the rules and the ledger saw it; nothing where there is none. */
export function matchWarnings(assignment: Assignment | null): string[] {
  return assignment === null ? [] : [...assignment.match.warnings, ...assignment.ledgerWarnings];
}

/** Whether the rules may still find a transfer for it. */
export function isOpen({ status }: Postback): boolean {
  return status === 'received' || status === 'unmatched';
}

/** Whether it counts for a transfer, or is about to. */
export function isCounted({ status }: Postback): boolean {
  return status === 'assigned' || status === 'settled';
}
