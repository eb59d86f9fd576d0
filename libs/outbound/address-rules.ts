import ipaddr from 'ipaddr.js';

/** Which addresses requests may go to. */
export interface AddressRules {
  /** Whether networks of one’s own count, too: for a sandbox, or partners in the same network. */
  readonly privateAllowed: boolean;
}

/** Ranges of one’s own network. Link-local is not among them: clouds keep credentials there. */
const PRIVATE_RANGES: readonly string[] = ['private', 'loopback', 'uniqueLocal'];

/** Where a cloud answers with credentials although the range is private. */
const METADATA_ADDRESSES: readonly string[] = ['fd00:ec2::254'];

/** All that is routed in the public Internet of version 6; whatever else is called is a trick. */
const PUBLIC_V6 = ipaddr.parseCIDR('2000::/3');

/**
 * Whether a request may go to an IP address, written in any way. Only public unicast, unless
 * private networks are allowed; never link-local, metadata, multicast, or an address of version 4
 * wrapped in one of version 6 that is not allowed by itself.
 */
export function addressIsAllowed(address: string, { privateAllowed }: AddressRules): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (METADATA_ADDRESSES.includes(parsed.toString())) return false;
  const range = parsed.range();
  if (privateAllowed && PRIVATE_RANGES.includes(range)) return true;
  return range === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(PUBLIC_V6));
}
