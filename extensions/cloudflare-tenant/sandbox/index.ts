import { defineSandbox, sandboxParts, startHttpSandbox, type InspectedSandbox, type SandboxOptions } from '@hostwright/sdk-testing';
import { apiPath, providerAnswers } from '@hostwright/vendor-cloudflare/sandbox';
import { TenantProvider } from './provider.js';
import { apiToken, email, globalKey, tenantTag, unitTag, World } from './world.js';

export type TenantSandbox = InspectedSandbox & { readonly world: World };

/** The sandbox, and for tests in the same process what is in it. */
export async function startTenantSandbox(options: SandboxOptions = {}): Promise<TenantSandbox> {
  const parts = sandboxParts(options);
  const world = new World();
  const provider = new TenantProvider(world, parts.clock, parts.violations);
  const http = await startHttpSandbox({
    parts,
    port: options.port,
    latencyMs: 100,
    routes: provider.routes(),
    control: provider.control(),
    before: (request) => provider.before(request),
    ledger: () => world.ledger(),
    answers: providerAnswers,
  });
  const running = http.running({
    server: { apiUrl: `${http.url}${apiPath}`, email, globalKey, apiToken, tenantTag, unitTag, programme: 'reseller' },
    product: {
      plan: 'pro',
      frequency: 'monthly',
      argo: true,
      loadBalancing: false,
      advancedCertificates: false,
      invite: true,
      role: '05784afa30c1afe1440e79d9351c7430',
      suspension: 'pauses the zone',
      customHostnames: 3,
    },
  });
  return { ...running, world };
}

/**
 * Cloudflare's Tenant API over plain HTTP on 127.0.0.1: accounts, members, subscriptions, zones, plans, custom hostnames and GraphQL.
 * The ledger holds what the tenant has: `account` (owner: its name), `member`, `subscription`, `zone` (owner: its `_hostwright` record),
 * `dns-record` and `custom-hostname`. The control API also takes `PUT /switches` (see `Switches`) and `PUT /rate-limit { requests }`.
 */
export default defineSandbox({ id: 'cloudflare-tenant', start: startTenantSandbox });
