/**
 * An address for instructions, with what Twilio is told in its fragment: to ask up to three times
 * more, whatever went wrong, instead of ending the call. Every copy of a request is answered as the
 * call stands. The fragment is neither sent nor signed.
 */
export function askedAgain(url: string): string {
  return `${url}#rc=3&rp=all`;
}
