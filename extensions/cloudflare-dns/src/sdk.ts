import type { ClientOptions } from 'cloudflare';
import type { RecordCreateParams } from 'cloudflare/resources/dns/records';

export type { RecordCreateParams };

/** The parts of the official SDK that we use. */
export type Sdk = ReturnType<Awaited<ReturnType<typeof loadSdk>>>;

/**
 * The SDK takes 48 MB and half a second to load, so it is loaded when first used, not when the panel starts. A client of these four parts
 * is made in microseconds; a whole one takes a millisecond, which would be spent at every call.
 */
export async function loadSdk() {
  const [{ createClient }, { Records }, { Zones }, user, account] = await Promise.all([
    import('cloudflare/tree-shakable'),
    import('cloudflare/resources/dns/records'),
    import('cloudflare/resources/zones/zones'),
    import('cloudflare/resources/user/tokens/tokens'),
    import('cloudflare/resources/accounts/tokens/tokens'),
  ]);
  return (options: ClientOptions) => createClient({ ...options, resources: [Records, Zones, user.Tokens, account.Tokens] });
}
