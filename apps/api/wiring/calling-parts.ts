import {
  CallDesk,
  Consumers,
  DestinationReader,
  ScriptLibrary,
  VoiceDesk,
  VoiceUrls,
} from '#libs/calls';
import { type CommandRunner } from '#libs/event-store';
import { type DataKeys } from '#libs/privacy';
import { type Settings } from '#libs/settings';
import { type TelephonyAccount } from '../telephony/signed-by-provider.guard.js';

/** What answers the telephony provider, and what it has to prove itself with. */
export function callingParts(settings: Settings, runner: CommandRunner, keys: DataKeys) {
  const publicBaseUrl = settings.publicBaseUrl ?? `http://${settings.host}:${settings.port}`;
  return {
    telephonyAccount: accountOf(settings, publicBaseUrl),
    voiceDesk: new VoiceDesk({
      desk: new CallDesk(runner),
      scripts: new ScriptLibrary(runner),
      destinations: new DestinationReader(runner),
      consumers: new Consumers(keys),
      urls: new VoiceUrls(publicBaseUrl),
      provider: 'twilio',
    }),
  };
}

function accountOf({ twilioAuthToken }: Settings, publicBaseUrl: string): TelephonyAccount | null {
  if (twilioAuthToken === null) return null;
  return { authToken: twilioAuthToken.reveal(), publicBaseUrl };
}
