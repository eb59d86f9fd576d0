import { keyInQueryString, unauthorized } from './access.errors.js';

const BEARER = /^Bearer +(\S+)$/i;
const KEY_NAMES = /[?&](?:api[-_]?key|access[-_]?token|authorization|key|token)=/i;
/** Made to be sent in the address; where none is taken, something else is wrong. */
const POSTBACK_TOKEN = /(?<=[?&])token=pb_\w*/gi;
const KEY_TEXT = /[=&?](?:l2i_|[cp]k_(?:live|test)_)/i;

/** The key in an Authorization header; `null` if there is no such header. */
export function bearerKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = BEARER.exec(header)?.[1];
  if (key === undefined) throw unauthorized();
  return key;
}

/** Throws `key_in_query_string` if the address carries a key, or what looks like one. */
export function refuseKeyInQuery(url: string): void {
  const at = url.indexOf('?');
  if (at === -1) return;
  const query = url.slice(at).replace(POSTBACK_TOKEN, '');
  if (KEY_NAMES.test(query) || KEY_TEXT.test(query)) throw keyInQueryString();
}
