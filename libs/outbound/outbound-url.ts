import { isIP } from 'node:net';
import { type AddressRules, addressIsAllowed } from './address-rules.js';
import { isPublicHost } from './public-host.js';

/** What is wrong with an address that requests are to go to. */
export type UrlProblem = 'invalid' | 'not_https' | 'has_credentials' | 'forbidden_address';

/** A name as resolvers take it, or an address of version 6 in brackets. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])$/;

/**
 * What is wrong with an address, as far as its text tells; `null`: nothing. Where a name leads to
 * is looked at with every request. Plain http is for networks of one’s own.
 */
export function urlProblem(text: string, rules: AddressRules): UrlProblem | null {
  const url = URL.parse(text);
  if (url === null || !HOST.test(url.hostname)) return 'invalid';
  if (url.protocol !== 'https:' && !(rules.privateAllowed && url.protocol === 'http:')) {
    return 'not_https';
  }
  if (url.username !== '' || url.password !== '') return 'has_credentials';
  return hostIsAllowed(url, rules) ? null : 'forbidden_address';
}

/** Where private networks are allowed, so are their names; what they lead to is looked at later. */
function hostIsAllowed(url: URL, rules: AddressRules): boolean {
  if (!rules.privateAllowed) return isPublicHost(url.hostname);
  const literal = literalAddress(url);
  return literal === null || addressIsAllowed(literal, rules);
}

/** The IP address that stands in place of a name; `null` if it is a name. */
function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
}
