import { PanelError } from '@hostwright/sdk';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Longest address of a receiver, in characters. */
export const longestWebhookUrl = 2_048;

/** What the installation lets receivers be. */
export interface ReceiverRules {
  /** Addresses and networks, `10.0.0.0/8`, in which receivers may be although they are not public. */
  readonly networks: readonly string[];
  /** Whether events may go over http, where others can read them. */
  readonly plainHttp: boolean;
}

/** Nothing of the reseller's is there: clouds answer there with the machine's own credentials, or nobody does. No setting opens these. */
const neverCalled = new Set(['unspecified', 'broadcast', 'multicast', 'linkLocal']);
const metadata = ['168.63.129.16', 'fd00:ec2::254', '100.100.100.200'].map((text) => ipaddr.process(text).toString());

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether receivers may be called at this IP address: it is public, or in one of the networks that the installation names. An IPv6
 * address that stands for an IPv4 one counts as that. A text that is no IP address is not callable.
 */
export function isCallable(text: string, networks: readonly string[]): boolean {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return false;
  const address = meant(ipaddr.process(bare));
  if (neverCalled.has(address.range()) || metadata.includes(address.toString())) return false;
  return isPublic(address) || networks.some((network) => isWithin(address, network));
}

/** The IPv4 address behind the prefix with which IPv6-only networks reach IPv4 (RFC 6052, `64:ff9b::/96`). */
function meant(address: Address): Address {
  if (address.kind() !== 'ipv6') return address;
  const bytes = address.toByteArray();
  const translated = address.range() === ('rfc6052' as string) && bytes.slice(4, 12).every((byte) => byte === 0);
  return translated ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast);
}

function isWithin(address: Address, network: string): boolean {
  const [base = '', bits] = network.split('/');
  if (!ipaddr.isValid(base)) return false;
  const start = ipaddr.parse(base);
  if (start.kind() !== address.kind()) return false;
  const length = bits === undefined ? start.toByteArray().length * 8 : Number(bits);
  return address.kind() === 'ipv4'
    ? (address as ipaddr.IPv4).match(start as ipaddr.IPv4, length)
    : (address as ipaddr.IPv6).match(start as ipaddr.IPv6, length);
}

/**
 * The address of a receiver as it is kept. Where a name leads is not looked at here but whenever it is connected to.
 * Throws `invalid_input`, field `url`.
 */
export function checkReceiverUrl(text: string, { networks, plainHttp }: ReceiverRules): string {
  const wrong = (rule: string) => new PanelError('invalid_input', `url ${rule}`, { field: 'url' });
  if (text.length > longestWebhookUrl) throw wrong(`must be at most ${longestWebhookUrl} characters`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw wrong('must be an https address');
  if (url.protocol === 'http:' && !plainHttp) throw wrong('must be an https address; this installation does not allow http');
  if (url.username !== '' || url.password !== '') throw wrong('must hold no user name or password');
  if (url.hash !== '') throw wrong('must end before a #');
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(bare) && !isCallable(bare, networks))
    throw wrong('is at an address that is not public; WEBHOOK_NETWORKS names the private networks that are allowed');
  return url.href;
}
