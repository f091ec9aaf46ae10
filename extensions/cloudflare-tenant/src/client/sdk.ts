import type { ClientOptions } from 'cloudflare';

/** The parts of the official SDK that we use. */
export type Sdk = ReturnType<Awaited<ReturnType<typeof loadSdk>>>;

/** The SDK takes 48 MB and half a second to load, so it is loaded when first used, not when the panel starts. */
export async function loadSdk() {
  const [{ createClient }, { Accounts }, { Zones }, { Records }, { CustomHostnames }, { Tenants }, tokens, user] = await Promise.all([
    import('cloudflare/tree-shakable'),
    import('cloudflare/resources/accounts/accounts'),
    import('cloudflare/resources/zones/zones'),
    import('cloudflare/resources/dns/records'),
    import('cloudflare/resources/custom-hostnames/custom-hostnames'),
    import('cloudflare/resources/tenants/tenants'),
    import('cloudflare/resources/user/tokens/tokens'),
    import('cloudflare/resources/user/tenants'),
  ]);
  const resources = [Accounts, Zones, Records, CustomHostnames, Tenants, tokens.Tokens, user.Tenants] as const;
  return (options: ClientOptions) => createClient({ ...options, resources });
}
