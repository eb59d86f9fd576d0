import { type TenantId } from '#libs/kernel';
import { type MatchOutcome, matchPostback, mayBeFurther } from '../domain/matching.js';
import { type SoughtCall, type TransferFinder } from './transfer-finder.js';

/**
 * What a report is about. Of a number of ours that many were shown, those nearest to the call are
 * looked at first, and all the others only where those are all taken.
 */
export async function matchOutcome(
  finder: Pick<TransferFinder, 'inputFor' | 'withFurther'>,
  tenantId: TenantId,
  call: SoughtCall,
): Promise<MatchOutcome> {
  const input = await finder.inputFor(tenantId, call);
  const outcome = matchPostback(input);
  if (!mayBeFurther(input, outcome)) return outcome;
  return matchPostback(await finder.withFurther(tenantId, call, input));
}
