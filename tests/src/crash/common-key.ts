/** What a key may hold that is one service's own. */
export interface OwnWords {
  /** `customer-12`. */
  readonly customer: string;
  /** The one that its customer may bring. */
  readonly domain: string;
}

/** A number or a hash that some provider, or a key of ours, has come to. */
const hash = /(?<![0-9a-f])[0-9a-f]{16,}(?![0-9a-f])/gi;
const number = /(?<= \/ )\d+(?= \/ |$)/g;

/** A step's key in words that are the same for every service: some steps bear a name of its customer, an id or a hash. */
export function commonKey(key: string, { customer, domain }: OwnWords): string {
  return key
    .replace(new RegExp(`(?<![A-Za-z0-9-])${domain.replaceAll('.', '\\.')}(?![A-Za-z0-9.-])`, 'g'), '{domain}')
    .replace(new RegExp(`(?<![A-Za-z0-9-])${customer}(?![A-Za-z0-9-])`, 'g'), '{customer}')
    .replace(hash, '{hash}')
    .replace(number, '{number}');
}
