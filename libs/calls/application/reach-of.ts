import { isPublicHost } from '#libs/outbound';
import { type MayReach } from '../domain/reach.js';

/**
 * What accounts may name: a sandbox reaches nobody but the simulated network, and so may try all.
 * It is the telephony provider who connects, on a network of its own, so a look at the text is
 * enough.
 */
export function reachOf(mode: 'live' | 'sandbox'): MayReach {
  return mode === 'sandbox' ? () => true : isPublicHost;
}
