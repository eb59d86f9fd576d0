import { type PostbackEvent, type Reading, type UnmatchedReason } from './postback.events.js';
import { type MatchFacts } from './revenue.events.js';

type DataOf<Type extends PostbackEvent['type']> = Extract<PostbackEvent, { type: Type }>['data'];

/** A report came in. */
export interface ReceivePostback {
  readonly type: 'ReceivePostback';
  readonly postback: DataOf<'PostbackReceived'>;
}

/** How a report is read now. */
export interface ReadAnew {
  readonly type: 'ReadAnew';
  readonly reading: Reading;
  readonly destinationId: string | null;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** A report is about a transfer; by rule `manual`, because a person says so. */
export interface AssignPostback {
  readonly type: 'AssignPostback';
  readonly leadId: string;
  readonly transferId: string;
  readonly match: MatchFacts;
  /** How often it had been read anew when that was found; what a person says holds anyway. */
  readonly timesReadAnew: number;
  readonly reason: string | null;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** The ledger of the transfer has heard of a report. */
export interface SettlePostback {
  readonly type: 'SettlePostback';
  readonly transferId: string;
  readonly destinationId: string;
  readonly mode: DataOf<'PostbackSettled'>['mode'];
  readonly outcome: DataOf<'PostbackSettled'>['outcome'];
  /** What the ledger found odd. */
  readonly warnings: readonly string[];
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** No transfer is known that a report is about. */
export interface LeaveUnmatched {
  readonly type: 'LeaveUnmatched';
  readonly reason: UnmatchedReason;
  readonly nearestMs: number | null;
  /** How often the report had been read anew when nothing was found. */
  readonly timesReadAnew: number;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** The ledger of the transfer refused a report: another call was there first. */
export interface ReleasePostback {
  readonly type: 'ReleasePostback';
  /** Of the assignment that was refused. */
  readonly number: number;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** The first report of its call counts for another transfer than a report. */
export interface FollowFirst {
  readonly type: 'FollowFirst';
  /** The first report. */
  readonly first: string;
  /** The transfer that the report was seen to count for. */
  readonly from: string;
  /** Where the first one counts. */
  readonly leadId: string;
  readonly transferId: string;
  readonly match: MatchFacts;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** A person says that a report is not about its transfer. */
export interface UnlinkPostback {
  readonly type: 'UnlinkPostback';
  /** The one the person looked at; `null`: whichever it is. */
  readonly transferId: string | null;
  readonly reason: string;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** A person says that a report is about no transfer. */
export interface IgnorePostback {
  readonly type: 'IgnorePostback';
  readonly reason: string;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** A person says that a report is about the transfer that was found for it. */
export interface ConfirmMatch {
  readonly type: 'ConfirmMatch';
  /** The one the person looked at. */
  readonly transferId: string;
  readonly reason: string | null;
  /** ISO-8601 UTC. */
  readonly at: string;
}

/** What can be wished of a report. */
export type PostbackCommand =
  | ReceivePostback
  | ReadAnew
  | AssignPostback
  | SettlePostback
  | LeaveUnmatched
  | ReleasePostback
  | FollowFirst
  | UnlinkPostback
  | IgnorePostback
  | ConfirmMatch;
