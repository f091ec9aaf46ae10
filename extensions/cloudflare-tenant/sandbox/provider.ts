import type { SandboxAnswer, SandboxClock, SandboxRequest, SandboxRoute, Violations } from './kit.js';
import { json } from '@hostwright/sdk-testing';
import { accountRoutes } from './account-routes.js';
import { failure, success, throttled } from './envelope.js';
import { hostnameRoutes } from './hostname-routes.js';
import { apiToken, email, globalKey, type Switches, type World } from './world.js';
import { zoneRoutes } from './zone-routes.js';

/** Where the API lives under the sandbox's address, as it does at Cloudflare. */
export const apiPath = '/client/v4';

/** On overrun Cloudflare refuses every call for five minutes. */
const blockMs = 5 * 60_000;

/** Who may ask at all, and the switches of the sandbox. */
export class TenantProvider {
  /** Calls left in the window; undefined while the limit is off. */
  #left: number | undefined;
  #isBlocked = false;

  constructor(
    readonly world: World,
    private readonly clock: SandboxClock,
    private readonly violations: Violations,
  ) {}

  /** What Cloudflare checks before anything else: its limit, then the credentials. */
  before({ method, path, headers }: SandboxRequest): SandboxAnswer | undefined {
    if (this.#overrun()) return throttled(Math.max(1, Math.ceil(this.clock.scaled(blockMs) / 1000)));
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
    return needsKey || this.world.switches.tokenStatus !== 'active' ? failure(403, 10000, 'Authentication error') : undefined;
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
      {
        // { "requests": 3 }: the fourth call is refused, and all others for five minutes. {}: no limit.
        method: 'PUT',
        path: '/rate-limit',
        handle: ({ body }) => {
          const requests = (body as { requests?: unknown } | undefined)?.requests;
          if (requests !== undefined && !(Number.isInteger(requests) && (requests as number) >= 0))
            return json(400, { error: 'requests: a whole number from 0' });
          this.#left = requests as number | undefined;
          this.#isBlocked = false;
          return json(200, {});
        },
      },
    ];
  }

  #overrun(): boolean {
    if (this.#isBlocked) return true;
    if (this.#left === undefined) return false;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    this.#isBlocked = true;
    this.clock.later(blockMs, () => {
      this.#isBlocked = false;
      this.#left = undefined;
    });
    return true;
  }
}
