/**
 * What says by itself that somebody does not want to be called (CO-8, 47 CFR 64.1200(a)(10)), and
 * what people say instead. In the form they have after {@link plain}.
 */
const OPT_OUT_PHRASES = [
  ...['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'],
  ...['do not call', 'dont call', 'stop calling', 'no more calls', 'remove me', 'take me off'],
  ...['do not contact', 'dont contact', 'leave me alone', 'withdraw my consent'],
] as const;

/**
 * The opt-out words in a text, so that they can be kept in the clear and the text itself, which may
 * say anything about anybody, need not be. `null` if there are none.
 */
export function optOutWords(text: string): string | null {
  const spoken = ` ${plain(text)} `;
  const found = OPT_OUT_PHRASES.filter((phrase) => spoken.includes(` ${phrase} `));
  return found.length === 0 ? null : found.join(', ');
}

function plain(text: string): string {
  const letters = text
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, ' ');
  return letters.replaceAll('optout', 'opt out').trim();
}
