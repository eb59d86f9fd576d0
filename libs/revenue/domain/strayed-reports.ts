import { type Assignment, type KnownPostback } from './postback.js';
import { senderOf, speakAsOne } from './report-sender.js';

/** Reports that count elsewhere than the first one of their call. */
export interface Strayed {
  readonly first: KnownPostback & { readonly assignment: Assignment };
  readonly others: readonly KnownPostback[];
}

/**
 * Which reports of a call have to follow the first one of it; `null`: none.
 *
 * The name that a sender gives a call is one stream (ADR 0026): whatever bears it is about one
 * transfer. Reports that are matched at the same instant do not know of each other, and where a
 * better transfer is bridged meanwhile, two of one name may be taken to two. The one that came first
 * is where all later ones would have gone, so that they follow it there.
 *
 * Only the caller’s number can lead astray. An id of ours, a person who linked or confirmed, or
 * other names since, say of a report alone where it belongs; where one of the call is such, all are
 * left to people.
 */
export function strayedReports(ofName: readonly KnownPostback[]): Strayed | null {
  const counted = inOrderOfReceipt(ofName.filter(isSettled));
  const [first] = counted;
  if (first === undefined || !counted.every(({ assignment }) => isMovable(assignment))) return null;
  const { transferId } = first.assignment;
  const others = counted.filter(
    (each) => isOfSameCall(each, first) && each.assignment.transferId !== transferId,
  );
  return others.length === 0 ? null : { first, others };
}

/** Whether what a report is matched to may have been found without knowing of others of its call. */
export function isMovable({ match: { rule }, isConfirmed, isReadAnew }: Assignment): boolean {
  return (rule === 'caller' || rule === 'vendor_call_id') && !isConfirmed && !isReadAnew;
}

type Settled = KnownPostback & { readonly assignment: Assignment };

function isSettled(postback: KnownPostback): postback is Settled {
  return postback.status === 'settled' && postback.assignment !== null;
}

function isOfSameCall(one: KnownPostback, other: KnownPostback): boolean {
  const { vendorCallId } = one.reading;
  if (vendorCallId === null || vendorCallId !== other.reading.vendorCallId) return false;
  return speakAsOne(senderOf(one), senderOf(other));
}

function inOrderOfReceipt(reports: readonly Settled[]): Settled[] {
  return [...reports].sort(
    (a, b) =>
      Date.parse(a.receivedAt) - Date.parse(b.receivedAt) ||
      a.sequence - b.sequence ||
      (a.postbackId < b.postbackId ? -1 : 1),
  );
}
