import { type AgentPort, type ConsumerLine, type DestinationLine, voiceOf } from '#libs/calls';
import { type CommandRunner } from '#libs/event-store';
import { type DataKeys } from '#libs/privacy';
import { publicBaseUrlOf, type Settings } from '#libs/settings';
import { telephonyOf } from '#libs/telephony';
import { type TelephonyAccount } from '../telephony/signed-by-provider.guard.js';

/** What answers the telephony provider and agents, and what they have to prove themselves with. */
export interface CallingParts {
  readonly telephonyAccount: TelephonyAccount | null;
  readonly consumerLine: ConsumerLine;
  readonly destinationLine: DestinationLine;
  readonly agentPort: AgentPort;
}

/**
 * A destination hears nothing meanwhile, and the provider’s own request has to be answered in time.
 */
const ASKED_WITHIN_MS = 2_000;

/** Puts it together. */
export function callingParts(
  settings: Settings,
  runner: CommandRunner,
  keys: DataKeys,
): CallingParts {
  const publicBaseUrl = publicBaseUrlOf(settings);
  const authToken = settings.twilioAuthToken?.reveal() ?? null;
  const told = { publicBaseUrl, authToken, telephony: telephonyOf(settings, ASKED_WITHIN_MS) };
  const voice = voiceOf({ runner, keys, ...told, provider: 'twilio' });
  return {
    telephonyAccount: authToken === null ? null : { authToken, publicBaseUrl },
    consumerLine: voice.consumers,
    destinationLine: voice.destinations,
    agentPort: voice.agents,
  };
}
