import { domainToASCII } from 'node:url';
import { PanelError } from '@hostwright/sdk';

/** What stands before a domain where its owner proves that it is theirs. */
const challengeLabel = '_hostwright-challenge';

/** A name of the DNS has at most 253 characters, and the challenge must fit before it. */
export const longestDomain = 230;

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Nothing of this is part of a domain in any script; some of it means something in an address. */
const foreign = /[\s\p{Cc}/\\:@?#%[\]*_]/u;

/**
 * A domain as the panel keeps it: in lower case and in ASCII (`xn--…`), without the dot at the end.
 * Throws `invalid_input`, its field being `name`, for what is no fully qualified domain, such as an IP address.
 */
export function domainNameIn(text: string): string {
  if (text.length > longestDomain + 1) throw wrong(`a domain has at most ${longestDomain} characters`);
  const name = foreign.test(text) ? '' : domainToASCII(text.replace(/[.。]$/, ''));
  if (name.length > longestDomain) throw wrong(`a domain has at most ${longestDomain} characters in ASCII`);
  const labels = name.split('.');
  // Top-level domains are not numbers; what ends in one is an IPv4 address.
  if (labels.length < 2 || !labels.every((one) => label.test(one)) || /^\d+$/.test(labels.at(-1)!))
    throw wrong(`"${text.slice(0, 100)}" is not a domain, such as shop.example`);
  return name;
}

/** The name of the TXT record that proves it. */
export function challengeName(domain: string): string {
  return `${challengeLabel}.${domain}`;
}

/** True for the zone's own name and every name under it. */
export function isWithin(domain: string, zone: string): boolean {
  const of = zone.toLowerCase().replace(/\.$/, '');
  return domain === of || domain.endsWith(`.${of}`);
}

function wrong(message: string): PanelError {
  return new PanelError('invalid_input', message, { field: 'name' });
}
