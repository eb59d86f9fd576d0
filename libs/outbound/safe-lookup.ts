import { type LookupAddress, lookup as resolveName } from 'node:dns';
import { type LookupFunction } from 'node:net';
import { type AddressRules, addressIsAllowed } from './address-rules.js';

/** A name led to an address that requests may not go to. Does not say which. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';

  constructor() {
    super('The name leads to an address that requests may not go to.');
  }
}

/** Finds all addresses of a name. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

const resolveWithSystem: Resolve = (hostname, callback) => {
  resolveName(hostname, { all: true }, callback);
};

/**
 * How a connection finds the address of a name. The name is resolved once, and what was looked at
 * is what is connected to: no second answer can lead elsewhere. One forbidden address among several
 * refuses all of them, for the next attempt might take it.
 */
export function safeLookup(rules: AddressRules, resolve = resolveWithSystem): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses = []) => {
      const [first] = addresses;
      if (error !== null || first === undefined) {
        callback(error ?? new Error('The name has no address.'), '');
        return;
      }
      if (!addresses.every(({ address }) => addressIsAllowed(address, rules))) {
        callback(new ForbiddenAddress(), '');
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
