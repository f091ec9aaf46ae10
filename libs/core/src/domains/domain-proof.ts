import type { Domain, Proof } from './domain.js';
import { challengeName } from './domain-name.js';

/** What the DNS says of a domain. Undefined: that could not be looked up. */
export interface SeenInDns {
  /** Texts at the challenge's name. */
  readonly texts: readonly string[] | undefined;
  /** IPv4 and IPv6. */
  readonly addresses: readonly string[] | undefined;
  readonly nameServers: readonly string[] | undefined;
}

export interface DnsVerdict {
  readonly verifiedBy: Proof | null;
  /** It is the customer's, and leads here or will once its zone is made. */
  readonly ready: boolean;
  /** It needs a zone at our name servers. */
  readonly zone: boolean;
  /** What is missing, for the customer to read; null when it is ready. */
  readonly missing: string | null;
}

/**
 * Judges a domain by its DNS. Who may write our text into it is its owner, and so is who has let it lead here. To whom it is delegated
 * proves nothing: a domain may still be delegated to us from its last owner's time.
 */
export function judgeDns(
  { name, token, target, verifiedBy: before }: Pick<Domain, 'name' | 'token' | 'target' | 'verifiedBy'>,
  seen: SeenInDns,
): DnsVerdict {
  const { addresses } = seen;
  const leadsHere = addresses !== undefined && addresses.length > 0 && addresses.every((one) => target.addresses.includes(one));
  const delegated = target.nameServers.length > 0 && target.nameServers.every((one) => seen.nameServers?.includes(one));
  const verifiedBy = before ?? (seen.texts?.includes(token) ? 'txt' : leadsHere ? 'address' : null);
  if (verifiedBy !== null && (leadsHere || delegated)) return { verifiedBy, ready: true, zone: !leadsHere, missing: null };
  const way = `${whereItLeads(name, addresses, target.addresses)}, not to ${target.addresses.join(' and ')}`;
  const missing = verifiedBy === null ? `${way}, and the TXT record ${challengeName(name)} does not say ${token}` : way;
  return { verifiedBy, ready: false, zone: false, missing };
}

function whereItLeads(name: string, addresses: readonly string[] | undefined, wanted: readonly string[]): string {
  if (addresses === undefined) return `${name} cannot be looked up at the moment`;
  const strange = addresses.filter((one) => !wanted.includes(one));
  return strange.length === 0 ? `${name} leads nowhere` : `${name} leads to ${strange.slice(0, 3).join(' and ')}`;
}
