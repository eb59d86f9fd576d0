import { PROVIDER_PATIENCE_MS, type Telephony } from './port.js';
import { TwilioTelephony } from './twilio-telephony.js';

/** The part of an installation’s settings that names its telephone network. */
export interface TelephonySettings {
  readonly twilioAccountSid: string | null;
  readonly twilioAuthToken: { reveal(): string } | null;
  /** `null`: the provider’s own. */
  readonly telephonyUrl: string | null;
}

/**
 * The telephone network the settings name; `null` where there is none, and nobody is called. It may
 * take {@link PROVIDER_PATIENCE_MS} to answer, unless told.
 */
export function telephonyOf(
  settings: TelephonySettings,
  patienceMs = PROVIDER_PATIENCE_MS,
): Telephony | null {
  const { twilioAccountSid, twilioAuthToken, telephonyUrl } = settings;
  if (twilioAccountSid === null || twilioAuthToken === null) return null;
  return new TwilioTelephony({
    accountSid: twilioAccountSid,
    authToken: twilioAuthToken.reveal(),
    apiBaseUrl: telephonyUrl,
    patienceMs,
  });
}
