import { type CallRecord } from '../domain/dial-facts.js';
import { callingNumberOf } from '../domain/calling-number.js';
import { type DialingSettings } from '../domain/dialing.events.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { type ScriptVersion } from './script-library.js';

/** What a telemarketing call record must show (CO-12), as far as it is known when dialing. */
export function recordOf(
  { phoneHash }: CallableLead,
  settings: DialingSettings,
  { scriptId, version: scriptVersion }: ScriptVersion,
): CallRecord {
  const { telemarketer, seller, offering, callerIdName, callerIdAuthorisation } = settings;
  return {
    ...{ telemarketer, seller, offering, callerIdName, callerIdAuthorisation },
    ...{ calledParty: 'consumer', direction: 'outbound', prerecorded: true },
    callingNumber: callingNumberOf(settings, phoneHash),
    calledNumberHash: phoneHash,
    ...{ scriptId, scriptVersion },
  };
}
