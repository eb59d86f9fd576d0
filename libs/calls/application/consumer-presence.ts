import { withTimeout } from '#libs/kernel';
import { isOver, type ProviderCall, type Telephony } from '#libs/telephony';
import { type AnsweredBy } from '../domain/call.events.js';
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

/** For so long a consumer hears silence at most, while the provider is asked who they are. */
const SILENCE_MS_MAX = 1_000;

/**
 * Asks the provider who answered, person or machine. Never rejects: `null` where it has not found
 * out yet, cannot say, or takes longer than {@link SILENCE_MS_MAX}.
 */
export async function answererOf(
  telephony: Pick<Telephony, 'lookUpCall'>,
  providerCallId: string,
): Promise<AnsweredBy | null> {
  const asked = telephony.lookUpCall(providerCallId).catch(() => null);
  const leg = await withTimeout(asked, SILENCE_MS_MAX).catch(() => null);
  const answeredBy = leg?.answeredBy ?? null;
  return answeredBy === 'unknown' ? null : answeredBy;
}

function presenceIn(leg: ProviderCall | null): ConsumerPresence {
  if (leg === null) return { kind: 'unknown' };
  const { status, durationSeconds, endedAt } = leg;
  return isOver(status) ? { kind: 'gone', durationSeconds, endedAt } : { kind: 'there' };
}
