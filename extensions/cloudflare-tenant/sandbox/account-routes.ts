import type { Json, JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';
import { failure, misfit, noRoute, page, success } from '@hostwright/vendor-cloudflare/sandbox';
import { email, tenantTag, type Refused, type SandboxAccount, type SandboxSubscription, type Violations, type World } from './world.js';

type Handle = (request: SandboxRequest) => SandboxAnswer;
const id32 = /^[0-9a-f]{32}$/;
const role = '05784afa30c1afe1440e79d9351c7430';

/** Tenants, accounts, members and the subscriptions of accounts. `base`: what stands before every path. */
export function accountRoutes(base: string, world: World, violations: Violations): readonly SandboxRoute[] {
  const inAccount =
    (act: (account: SandboxAccount, request: SandboxRequest) => SandboxAnswer): Handle =>
    (request) => {
      const id = request.params['accountId'] ?? '';
      if (!id32.test(id)) return noRoute(`/accounts/${id}`);
      const account = world.accounts.get(id);
      return account === undefined ? refuse(world.switches.goneAccountRefusal, 'Invalid account identifier') : act(account, request);
    };
  const ofTenant =
    (answer: (request: SandboxRequest) => SandboxAnswer): Handle =>
    (request) =>
      request.params['tag'] === tenantTag ? answer(request) : failure(403, 10000, 'Authentication error');
  const account = `${base}/accounts/:accountId`;
  return [
    { method: 'GET', path: `${base}/user/tenants`, handle: () => success([tenant(world)]) },
    { method: 'GET', path: `${base}/tenants/:tag`, handle: ofTenant(() => success(tenant(world))) },
    {
      method: 'GET',
      path: `${base}/tenants/:tag/memberships`,
      handle: ofTenant(() =>
        success(world.switches.memberEmails.map((user_email) => ({ user_email, user_name: 'Admin', user_tag: 'u1' }))),
      ),
    },
    {
      method: 'GET',
      path: `${base}/tenants/:tag/accounts`,
      handle: ofTenant(({ query }) => {
        if (query.get('page') === null || query.get('per_page') === null) return failure(400, 1012, 'page and per_page are required');
        return page([...world.accounts.values()].filter(({ isOfTenant }) => isOfTenant).map(answered), query);
      }),
    },
    {
      method: 'GET',
      path: `${base}/accounts`,
      handle: ({ query, headers }) => {
        const name = query.get('name') ?? '';
        const isNarrow = headers.authorization !== undefined && !world.switches.isTokenBroad;
        const isFound = (one: SandboxAccount): boolean =>
          name === '' || (world.switches.findsWholeNames ? one.name === name : one.name.includes(name));
        const seen = [...world.accounts.values()].filter((one) => isFound(one) && (one.isOfTenant || !isNarrow));
        return page(seen.map(answered), query);
      },
    },
    { method: 'POST', path: `${base}/accounts`, latencyMs: 500, handle: (request) => create(world, request, violations) },
    { method: 'GET', path: account, handle: inAccount((one) => success(answered(one))) },
    {
      method: 'PUT',
      path: account,
      handle: inAccount((one, { body }) => {
        const wrong = misfit(body, { id: 'string', name: 'string', type: 'string', settings: 'object' });
        const given = body as { id?: string; name?: string; type?: string; settings?: { enforce_twofactor?: unknown } };
        if (wrong !== undefined || given.id !== one.id || !given.name || !given.type)
          return wrong ?? failure(400, 1012, 'id, name and type are required');
        one.name = given.name;
        // All of them are replaced: what is left out is as in a new account.
        one.settings = { enforce_twofactor: given.settings?.enforce_twofactor === true };
        return success(answered(one));
      }),
    },
    { method: 'DELETE', path: account, latencyMs: 500, handle: inAccount((one) => remove(world, one, violations)) },
    { method: 'GET', path: `${account}/members`, handle: inAccount((one, { query }) => page(membersOf(one, query.get('status')), query)) },
    { method: 'POST', path: `${account}/members`, handle: inAccount((one, request) => invite(world, one, request)) },
    {
      method: 'DELETE',
      path: `${account}/members/:memberId`,
      handle: inAccount((one, { params }) => {
        const id = params['memberId'] ?? '';
        return one.members.delete(id) ? success({ id }) : failure(404, 1001, 'Invalid membership identifier');
      }),
    },
    {
      method: 'GET',
      path: `${account}/subscriptions`,
      handle: inAccount((one) => success([...one.subscriptions.values()].map((each) => subscribed(world, each)))),
    },
    {
      method: 'POST',
      path: `${account}/subscriptions`,
      latencyMs: 400,
      handle: inAccount((one, request) => subscribe(world, one, request)),
    },
    {
      method: 'POST',
      path: `${account}/subscriptions/cancel-downgrade`,
      handle: inAccount((one, { body }) => {
        const { subscription_ids: ids } = (body ?? {}) as { subscription_ids?: unknown };
        if (!Array.isArray(ids)) return failure(400, 1012, 'subscription_ids is required');
        const zones = [...world.zones.values()].filter(({ accountId, planToCome }) => accountId === one.id && planToCome !== undefined);
        const delayed = zones.filter(({ plan }) => ids.includes(plan?.id));
        for (const zone of delayed) delete zone.planToCome;
        return delayed.length === 0 ? failure(400, 1012, 'There is no delayed downgrade') : success({});
      }),
    },
    {
      method: 'DELETE',
      path: `${account}/subscriptions/:subscriptionId`,
      handle: inAccount((one, { params }) => {
        const found = one.subscriptions.get(params['subscriptionId'] ?? '');
        if (found === undefined || found.state === 'Cancelled') return failure(404, 1001, 'Invalid subscription identifier');
        found.state = 'Cancelled';
        return success({ subscription_id: found.id });
      }),
    },
  ];
}

function tenant({ switches }: World): JsonObject {
  return {
    cdate: '2026-01-05T09:00:00Z',
    edate: '2026-01-05T09:00:00Z',
    tenant_tag: tenantTag,
    tenant_name: 'Reseller',
    tenant_status: switches.tenantStatus,
    tenant_type: 'partner',
    tenant_contacts: { email },
    tenant_labels: [],
    tenant_metadata: {},
    tenant_network: {},
    tenant_units: switches.units.map((unit_tag) => ({
      unit_tag,
      unit_name: `Unit ${unit_tag}`,
      unit_status: 'active',
      unit_memberships: [],
      unit_metadata: {},
    })),
  };
}

function create(world: World, { body, headers }: SandboxRequest, violations: Violations): SandboxAnswer {
  const wrong = misfit(body, { name: 'string', type: 'string', unit: 'object' });
  const { name = '', type = 'standard', unit } = (body ?? {}) as { name?: string; type?: string; unit?: { id?: string } };
  if (wrong !== undefined || name === '' || name.length > 100) return wrong ?? failure(400, 1012, 'name is invalid');
  const { units, honoursIdempotencyKeys } = world.switches;
  if (unit === undefined ? units.length > 1 : !units.includes(unit.id ?? '')) return failure(400, 1012, 'unit.id is required, or unknown');
  const key = headers['idempotency-key'];
  if (key === undefined) violations.push('POST /accounts came without an Idempotency-Key: a second one would make a second account');
  const before = typeof key === 'string' && honoursIdempotencyKeys ? world.accounts.get(world.idempotency.get(key) ?? '') : undefined;
  const made = before ?? world.addAccount(name, true, type);
  if (typeof key === 'string') world.idempotency.set(key, made.id);
  return success(answered(made));
}

/** Takes every zone and resource with it, as Cloudflare does; whoever lets that happen has not looked. */
function remove(world: World, account: SandboxAccount, violations: Violations): SandboxAnswer {
  if (!account.isOfTenant) violations.push(`${account.name}, which is not the tenant's, was to be deleted`);
  for (const zone of world.zones.values()) {
    if (zone.accountId !== account.id) continue;
    violations.push(`the account ${account.name} was deleted with the zone ${zone.name} in it`);
    world.zones.delete(zone.id);
  }
  world.accounts.delete(account.id);
  return success({ id: account.id });
}

function membersOf(account: SandboxAccount, status: string | null): Json[] {
  return [...account.members.values()]
    .filter((member) => status === null || member.status === status)
    .map((member) => ({
      id: member.id,
      email: member.email,
      status: member.status,
      roles: member.roles.map((id) => ({ id, name: 'Administrator', description: '', permissions: {} })),
      user: { id: null, email: member.email, first_name: null, last_name: null, two_factor_authentication_enabled: false },
    }));
}

function invite(world: World, account: SandboxAccount, { body }: SandboxRequest): SandboxAnswer {
  const wrong = misfit(body, { email: 'string', roles: 'object', status: 'string' });
  const { email: address = '', roles = [], status = 'pending' } = (body ?? {}) as { email?: string; roles?: string[]; status?: string };
  if (wrong !== undefined || !address.includes('@')) return wrong ?? failure(400, 1012, 'email is invalid');
  if (status !== 'pending') return failure(400, 1012, 'status "accepted" needs an entitlement');
  if (!Array.isArray(roles) || !roles.includes(role)) return failure(400, 1012, 'roles is invalid');
  if ([...account.members.values()].some((member) => member.email === address.toLowerCase()))
    return refuse(world.switches.memberRefusal, `${address} is already a member of this account`);
  const member = { id: world.id('member', `${account.id} ${address}`), email: address.toLowerCase(), roles, status };
  account.members.set(member.id, member);
  return success(membersOf(account, null).find((each) => (each as JsonObject)['id'] === member.id)!);
}

function subscribe(world: World, account: SandboxAccount, { body }: SandboxRequest): SandboxAnswer {
  const wrong = misfit(body, { rate_plan: 'object', frequency: 'string', component_values: 'object' });
  const { rate_plan, frequency = 'monthly' } = (body ?? {}) as { rate_plan?: { id?: string }; frequency?: string };
  const ratePlan = rate_plan?.id;
  if (wrong !== undefined || ratePlan === undefined) return wrong ?? failure(400, 1012, 'rate_plan.id is required');
  if (!world.switches.frequencies.includes(frequency)) return failure(400, 1012, 'frequency is invalid');
  if (world.switches.denied.includes(ratePlan)) return notEntitled();
  const made = world.subscription(account.id, ratePlan, frequency);
  account.subscriptions.set(made.id, made);
  return success(subscribed(world, made));
}

export function refuse({ status, code, message }: Refused, otherwise: string): SandboxAnswer {
  return failure(status, code, message ?? otherwise);
}

export function notEntitled(): SandboxAnswer {
  return failure(400, 1225, 'Your account does not have access to this product. Contact billing@cloudflare.com for assistance.');
}

const prices: Readonly<Record<string, number>> = {
  partners_pro: 20,
  partners_business: 200,
  PARTNERS_ZONE_ARGO: 5,
  PARTNERS_LOAD_BALANCING: 5,
  ADVANCED_CERT_MANAGER: 10,
};

/** A subscription as it is answered, a zone's plan in the words of the answers, which are not those of the requests. */
export function subscribed({ switches }: World, { id, ratePlan, state, frequency, startedAt }: SandboxSubscription): JsonObject {
  const named: Readonly<Record<string, string>> = {
    PARTNERS_PRO: 'partners_pro',
    PARTNERS_BIZ: 'partners_business',
    PARTNERS_ENT: 'partners_enterprise',
    PARTNERS_FREE: 'partners_free',
  };
  const answeredAs = named[ratePlan] ?? ratePlan;
  return {
    id,
    state,
    frequency: switches.answeredFrequency ?? frequency,
    ...(switches.tellsPrices ? { price: prices[answeredAs] ?? 0 } : {}),
    currency: 'USD',
    current_period_start: startedAt,
    current_period_end: startedAt,
    rate_plan: {
      id: answeredAs,
      public_name: answeredAs,
      currency: 'USD',
      scope: 'zone',
      sets: [],
      is_contract: false,
      externally_managed: false,
    },
  };
}

function answered({ id, name, type, createdOn, settings }: SandboxAccount): JsonObject {
  return { id, name, type, created_on: createdOn, settings };
}
