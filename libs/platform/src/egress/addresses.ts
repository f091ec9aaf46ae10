import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Where no server of an admin lives, but clouds answer with the machine's own credentials: link-local addresses, and the one IPv6
 * address that stands for them. Private networks are not among them: that is where servers are.
 */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addAddress('fd00:ec2::254', 'ipv6');
// The IPv4 range again, as IPv6 writes it; BlockList itself knows only the mapped form.
refused.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

/** True for an IP address that nothing of ours may connect to. A name is not an address: false. */
export function isRefusedAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(bare);
  return version !== 0 && refused.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** A name resolved to an address that nothing of ours may connect to. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
}

/**
 * Resolves a name as `resolve` does, and refuses the whole name when one of its addresses is refused. Used for the connection itself, so
 * the address that was looked at is the one that is connected to. An address in place of a name is not looked up: check it before.
 */
export function guardLookup(refuses: (address: string) => boolean, what: string, resolve: LookupFunction = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, address, family) => {
      const addresses = typeof address === 'string' ? [address] : (address ?? []).map((entry) => entry.address);
      const bad = error ? undefined : addresses.find(refuses);
      if (bad === undefined) callback(error, address, family);
      else callback(new RefusedAddressError(`${hostname} is at ${what} ${bad}`), '', 0);
    });
  };
}

/** Refuses names at link-local addresses. */
export const guardedLookup = guardLookup(isRefusedAddress, 'the link-local address');
