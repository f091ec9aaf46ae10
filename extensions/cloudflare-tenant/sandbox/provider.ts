import { json, type SandboxAnswer, type SandboxClock, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';
import { apiPath, CallLimit, failure, success } from '@hostwright/vendor-cloudflare/sandbox';
import { accountRoutes } from './account-routes.js';
import { hostnameRoutes } from './hostname-routes.js';
import { apiToken, email, globalKey, type Switches, type Violations, type World } from './world.js';
import { zoneRoutes } from './zone-routes.js';

/** The paths that a permission of a token is for. */
const reachOf: Readonly<Record<string, RegExp>> = { billing: /\/subscriptions?(\/|$)/, members: /\/members(\/|$)/ };

/** Who may ask at all, and the switches of the sandbox. */
export class TenantProvider {
  readonly #limit: CallLimit;

  constructor(
    readonly world: World,
    private readonly clock: SandboxClock,
    private readonly violations: Violations,
  ) {
    this.#limit = new CallLimit(clock);
  }

  /** What Cloudflare checks before anything else: its limit, then the credentials. */
  before({ method, path, headers }: SandboxRequest): SandboxAnswer | undefined {
    const refused = this.#limit.count();
    if (refused !== undefined) return refused;
    const hasKey = headers['x-auth-key'] !== undefined || headers['x-auth-email'] !== undefined;
    const hasToken = headers.authorization !== undefined;
    if (hasKey && hasToken) this.violations.push(`${method} ${path} came with the global key and a token`);
    if (hasKey === hasToken) return failure(400, 6003, 'Invalid request headers');
    if (hasKey)
      return headers['x-auth-key'] === globalKey && headers['x-auth-email'] === email
        ? undefined
        : failure(403, 9109, 'Invalid access token');
    if (headers.authorization !== `Bearer ${apiToken}`) return failure(401, 1000, 'Invalid API Token');
    const rest = path.slice(apiPath.length);
    if (rest === '/user/tokens/verify') return undefined;
    // Source: Cloudflare docs, tenant: its pages make, list and delete accounts with the global key.
    const needsKey =
      rest.startsWith('/user/tenants') || rest.startsWith('/tenants') || (/^\/accounts(\/[^/]+)?$/.test(rest) && method !== 'GET');
    const { tokenStatus, tokenLacks } = this.world.switches;
    const isForbidden = needsKey || tokenStatus !== 'active' || tokenLacks.some((what) => reachOf[what]?.test(rest));
    return isForbidden ? failure(403, 10000, 'Authentication error') : undefined;
  }

  routes(): readonly SandboxRoute[] {
    const { world, clock, violations } = this;
    return [
      {
        method: 'GET',
        path: `${apiPath}/user/tokens/verify`,
        handle: () => {
          const { tokenStatus: status, tokenExpiresOn } = world.switches;
          if (status === 'of an account') return failure(401, 1000, 'Invalid API Token');
          return success({ id: 'token', status, ...(tokenExpiresOn === null ? {} : { expires_on: tokenExpiresOn }) });
        },
      },
      ...accountRoutes(apiPath, world, violations),
      ...hostnameRoutes(apiPath, world, clock),
      ...zoneRoutes(apiPath, world, clock),
    ];
  }

  /** Switches of the control API beside the faults. */
  control(): readonly SandboxRoute[] {
    return [
      {
        // Any of `Switches`.
        method: 'PUT',
        path: '/switches',
        handle: ({ body }) => {
          const unknown = Object.keys((body ?? {}) as object).find((key) => !(key in this.world.switches));
          if (unknown !== undefined) return json(400, { error: `${unknown}: no such switch` });
          Object.assign(this.world.switches, body as Partial<Switches>);
          return json(200, {});
        },
      },
      this.#limit.control(),
    ];
  }
}
