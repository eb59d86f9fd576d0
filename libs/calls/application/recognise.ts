import { type Telephony } from '#libs/telephony';
import { isYetToBeRecognised } from '../domain/answerer.js';
import { type AnsweredBy } from '../domain/call.events.js';
import { answererOf } from './consumer-presence.js';
import { type EndedCall, type LiveCall, type LiveCalls } from './live-calls.js';

/**
 * A call with whoever answered it known, as far as the provider has found out by now; as it is
 * where that is known already, or nobody can say. `null` if the call is over meanwhile.
 */
export async function recognise(
  calls: LiveCalls,
  telephony: Pick<Telephony, 'lookUpCall'> | null,
  found: LiveCall,
): Promise<LiveCall | null> {
  const { callId, providerCallId } = found.call;
  if (telephony === null || providerCallId === null || !isYetToBeRecognised(found.call)) {
    return found;
  }
  const answeredBy = await answererOf(telephony, providerCallId);
  if (answeredBy === null) return found;
  const report = { callId, providerCallId, answeredBy, at: calls.now() };
  return calls.run(found, { type: 'RecogniseAnswerer', ...report });
}

/** The same of a call that is over: who had answered, where nobody had found out by its end. */
export async function whoHadAnswered(
  telephony: Pick<Telephony, 'lookUpCall'> | null,
  { call: { isUnrecognised, providerCallId } }: EndedCall,
): Promise<AnsweredBy | null> {
  if (telephony === null || providerCallId === null || !isUnrecognised) return null;
  return answererOf(telephony, providerCallId);
}
