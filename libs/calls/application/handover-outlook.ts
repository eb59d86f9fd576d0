import { type StartCall } from '../domain/calls.commands.js';
import { isRefusalForeseen } from '../domain/foreseen-refusal.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { isSuppressedForAll, sellersLeft } from '../domain/sellers.js';
import { type ConsumerData } from './consumers.js';
import { type KnownDestination } from './destination-directory.js';
import { leadFacts } from './lead-facts.js';

/** Who is to be called, and the sellers they may not be handed to. */
export interface OutlookFor {
  readonly lead: CallableLead;
  readonly person: ConsumerData;
  readonly suppressedSellers: readonly string[];
}

/**
 * To whom a consumer may be handed, as far as can be told before the call: destinations that do not
 * refuse the lead whatever it answers, under names that are not refused (CO-4). Where all of them
 * are refused by name that alone is said, for it may end when nothing else changes. `at` is
 * ISO-8601.
 */
export function handoverOutlook(
  destinations: readonly KnownDestination[],
  { lead, person, suppressedSellers }: OutlookFor,
  at: string,
): Pick<StartCall, 'destinations' | 'isSuppressedForAllSellers'> {
  const facts = leadFacts(lead, person, {});
  const willing = destinations.filter(({ settings }) => !isRefusalForeseen(settings.filter, facts));
  const isSuppressedForAllSellers = isSuppressedForAll(willing, suppressedSellers, at);
  const left = isSuppressedForAllSellers ? willing : sellersLeft(willing, suppressedSellers);
  return { isSuppressedForAllSellers, destinations: left };
}
