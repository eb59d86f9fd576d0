import { type TenantId } from '#libs/kernel';
import { type MatchOutcome, matchPostback, mayBeFurther } from '../domain/matching.js';
import { type MatchInput, otherNameOf } from '../domain/transfer-facts.js';
import { type SoughtCall, type TransferFinder } from './transfer-finder.js';

/**
 * What a report is about. Of a number of ours that many were shown, those nearest to the call are
 * looked at first, and all the others only where those are all taken. What the read side takes for
 * free may be taken since, by reports of the same burst: then there may be more behind.
 */
export async function matchOutcome(
  finder: Pick<TransferFinder, 'inputFor' | 'withFurther'>,
  tenantId: TenantId,
  call: SoughtCall,
): Promise<MatchOutcome> {
  let input = await finder.inputFor(tenantId, call);
  for (;;) {
    const outcome = matchPostback(input);
    if (!mayBeFurther(input, outcome)) return outcome;
    const further = await finder.withFurther(tenantId, call, input);
    if (!areTakenSince(input, further)) return matchPostback(further);
    input = further;
  }
}

/** Whether some that were found further away are taken, so that the read side is behind. */
function areTakenSince({ candidates: before }: MatchInput, further: MatchInput): boolean {
  const { vendorCallId } = further.reading;
  if (vendorCallId === null) return false;
  const call = { vendorCallId, sender: further.sender };
  const known = new Set(before.map(({ transferId }) => transferId));
  return further.candidates.some(
    (each) => !known.has(each.transferId) && otherNameOf(each, call) !== null,
  );
}
