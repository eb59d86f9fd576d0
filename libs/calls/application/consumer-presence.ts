import { isOver, type ProviderCall, type Telephony } from '#libs/telephony';
import { type ConsumerPresence } from '../domain/calls.commands.js';
import { type OpenCall } from '../domain/lead-calls.js';

/**
 * Asks the provider whether a consumer is on the line at this instant. Never rejects: who cannot be
 * found, or asked about, is not known to be there.
 */
export async function presenceOf(
  telephony: Pick<Telephony, 'lookUpCall'>,
  { providerCallId }: Pick<OpenCall, 'providerCallId'>,
): Promise<ConsumerPresence> {
  if (providerCallId === null) return { kind: 'unknown' };
  return presenceIn(await telephony.lookUpCall(providerCallId).catch(() => null));
}

function presenceIn(leg: ProviderCall | null): ConsumerPresence {
  if (leg === null) return { kind: 'unknown' };
  const { status, durationSeconds } = leg;
  return isOver(status) ? { kind: 'gone', durationSeconds } : { kind: 'there' };
}
