import { isSameTransfer, type MatchInput, type TransferFacts } from './transfer-facts.js';

/** A transfer that a report names by an id of ours. */
export interface NamedTransfer {
  readonly transfer: TransferFacts;
  /** Whether the id left a choice that a person should look at. */
  readonly ambiguous: boolean;
}

/**
 * The transfer that echoed ids name; `null` if nobody knows them. A transfer's id says more than a
 * call's, and that more than a lead's.
 *
 * Only the id of a transfer is exact. Destinations that a consumer was offered to in turn are all
 * told the same ids of its lead and call: see {@link likeliestOf}.
 */
export function namedTransfer(input: MatchInput): NamedTransfer | null {
  for (const kind of ['transferId', 'callId', 'leadId'] as const) {
    for (const id of input.reading.ids) {
      const named = input.byId.filter((transfer) => transfer[kind] === id);
      const likeliest = likeliestOf(named, input);
      if (likeliest === null) continue;
      return kind === 'transferId' ? { ...likeliest, ambiguous: false } : likeliest;
    }
  }
  return null;
}

/**
 * Of the transfers of a call or lead: the one that the sender's name for the call is linked to,
 * else those to the destination of the token, of these the bridged ones, and of these the latest.
 *
 * A token of a destination that none of them went to falls back to all (semantics §3.4, 3): the
 * token may be that of a destination of before. That is for a person to look at, as are several of
 * the same merit, of which the latest is but a guess.
 */
function likeliestOf(
  named: readonly TransferFacts[],
  { byVendorCallId, tokenDestinationId }: MatchInput,
): NamedTransfer | null {
  const linked = named.find((each) => byVendorCallId && isSameTransfer(each, byVendorCallId));
  if (linked !== undefined) return { transfer: linked, ambiguous: false };
  const ofToken = named.filter(({ destinationId }) => destinationId === tokenDestinationId);
  const isElsewhere = tokenDestinationId !== null && ofToken.length === 0;
  const offered = ofToken.length > 0 ? ofToken : named;
  const bridged = offered.filter(({ bridgedAt }) => bridgedAt !== null);
  const left = bridged.length > 0 ? bridged : offered;
  const transfer = latest(left);
  return transfer && { transfer, ambiguous: isElsewhere || left.length > 1 };
}

function latest(transfers: readonly TransferFacts[]): TransferFacts | null {
  const requestedMs = ({ requestedAt }: TransferFacts) => Date.parse(requestedAt);
  const [last] = [...transfers].sort(
    (a, b) => requestedMs(b) - requestedMs(a) || (a.transferId < b.transferId ? 1 : -1),
  );
  return last ?? null;
}
