import { type Assignment, type KnownPostback } from './postback.js';
import { senderOf, sharesNames } from './report-sender.js';

/** Reports that count elsewhere than the first one of their call. */
export interface Strayed {
  readonly first: KnownPostback & { readonly assignment: Assignment };
  readonly others: readonly KnownPostback[];
}

/**
 * Which reports of a call have to follow the first one of it; `null`: none. Takes all that count
 * under its name, whoever sent them, and first the one that is looked at.
 *
 * The name that a sender gives a call is one stream (ADR 0026), and so are those of a statement and
 * a token for any destination: whatever bears it is about one transfer. Reports that are matched at the same instant do not know of each other, and where a
 * better transfer is bridged meanwhile, two of one name may be taken to two. The one that came first
 * is where all later ones would have gone, so that they follow it there.
 *
 * Only the caller’s number can lead astray. An id of ours, a person who linked or confirmed, or
 * another name or id read in it since, say of a report alone where it belongs; where one of the call is such, all are
 * left to people. So they are where two have only a third in common, as reports of before a token
 * was narrowed and another sender’s have those of now, or those of two tokens for any destination a
 * row of a statement: each would draw that to its own transfer, for ever.
 */
export function strayedReports(ofName: readonly KnownPostback[]): Strayed | null {
  const [one] = ofName;
  if (one === undefined || !isSettled(one)) return null;
  const ofCall = inOrderOfReceipt(connectedTo(one, ofName.filter(isSettled)));
  const [first] = ofCall;
  if (first === undefined || !ofCall.every(({ assignment }) => isMovable(assignment))) return null;
  if (!ofCall.every((each) => ofCall.every((other) => isOfSameCall(each, other)))) return null;
  const { transferId } = first.assignment;
  const others = ofCall.filter(({ assignment }) => assignment.transferId !== transferId);
  return others.length === 0 ? null : { first, others };
}

/** Whether what a report is matched to may have been found without knowing of others of its call. */
export function isMovable({ match: { rule }, isConfirmed, isRenamed }: Assignment): boolean {
  return (rule === 'caller' || rule === 'vendor_call_id') && !isConfirmed && !isRenamed;
}

type Settled = KnownPostback & { readonly assignment: Assignment };

function isSettled(postback: KnownPostback): postback is Settled {
  return postback.status === 'settled' && postback.assignment !== null;
}

/** Those of its call, by one another: who speaks as one with another need not with a third. */
function connectedTo(one: Settled, counted: readonly Settled[]): Settled[] {
  const found = new Set([one]);
  // A set is gone through to its end, also where it grows meanwhile.
  for (const each of found) {
    for (const other of counted) if (isOfSameCall(each, other)) found.add(other);
  }
  return [...found];
}

/** By the transfer of either: so that neither is drawn where its name says nothing. */
function isOfSameCall(one: Settled, other: Settled): boolean {
  const { vendorCallId } = one.reading;
  if (vendorCallId === null || vendorCallId !== other.reading.vendorCallId) return false;
  return [one, other].every(({ assignment: { destinationId } }) =>
    sharesNames(senderOf(one), senderOf(other), { destinationId }),
  );
}

function inOrderOfReceipt(reports: readonly Settled[]): Settled[] {
  return [...reports].sort((a, b) => (cameFirst(a, b) ? -1 : 1));
}

type Received = Pick<KnownPostback, 'postbackId' | 'receivedAt' | 'sequence'>;

/** Whether a report came before another one. */
export function cameFirst(one: Received, other: Received): boolean {
  const ms =
    Date.parse(one.receivedAt) - Date.parse(other.receivedAt) || one.sequence - other.sequence;
  return ms < 0 || (ms === 0 && one.postbackId < other.postbackId);
}
