import ipaddr from 'ipaddr.js';
import { addressIsAllowed } from './address-rules.js';

/**
 * Names that lead nowhere on the internet, by their end: this machine, its network, or networks of
 * one’s own (RFC 6761, RFC 6762, RFC 8375, and `internal`, which ICANN gives to nobody).
 */
const LOCAL_NAMES = ['localhost', 'local', 'internal', 'home.arpa'];

/**
 * Whether a host is one of the internet, as far as its text tells: no address that IANA keeps for
 * private networks, loopback, links, carriers or whatever else is not reached from everywhere, in
 * whichever notation, and no name without a domain.
 *
 * A name may still be resolved to such an address; whoever connects has to look at what it leads
 * to.
 */
export function isPublicHost(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  if (ipaddr.isValid(name)) return addressIsAllowed(name, { privateAllowed: false });
  const hasDomain = /\.[^.]*[a-z][^.]*$/.test(name);
  return hasDomain && !LOCAL_NAMES.some((end) => `.${name}`.endsWith(`.${end}`));
}
