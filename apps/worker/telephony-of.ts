import { type Telephony, TwilioTelephony } from '#libs/telephony';
import { type Settings } from '#libs/settings';

/** The telephone network the settings name; `null` where there is none, and nobody is called. */
export function telephonyOf(settings: Settings): Telephony | null {
  const { twilioAccountSid, twilioAuthToken, telephonyUrl } = settings;
  if (twilioAccountSid === null || twilioAuthToken === null) return null;
  return new TwilioTelephony({
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken.reveal(),
    apiBaseUrl: telephonyUrl,
  });
}
