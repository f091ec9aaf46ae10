import type { JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer, SandboxClock, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';
import { failure, misfit, noRoute, page, success } from '@hostwright/vendor-cloudflare/sandbox';
import { notEntitled, refuse, subscribed } from './account-routes.js';
import type { SandboxRecord, SandboxZone, World } from './world.js';

export type InZone = (act: (zone: SandboxZone, request: SandboxRequest) => SandboxAnswer) => (request: SandboxRequest) => SandboxAnswer;

/** Paid zones are looked at again after 5 minutes, free ones after an hour. */
const checkEveryMs = { paid: 5 * 60_000, free: 60 * 60_000 };

const offered = ['PARTNERS_FREE', 'PARTNERS_PRO', 'PARTNERS_BIZ', 'PARTNERS_ENT'].map((id) => ({
  id,
  name: id,
  currency: 'USD',
  duration: 1,
  frequency: 'monthly',
  components: [],
}));

export function inZoneOf(world: World): InZone {
  return (act) => (request) => {
    const id = request.params['zoneId'] ?? '';
    if (!/^[0-9a-f]{32}$/.test(id)) return noRoute(`/zones/${id}`);
    const zone = world.zones.get(id);
    return zone === undefined ? failure(404, 1001, 'Invalid zone identifier') : act(zone, request);
  };
}

/** Zones, their plans, and the TXT records in them. */
export function zoneRoutes(base: string, world: World, clock: SandboxClock): readonly SandboxRoute[] {
  const inZone = inZoneOf(world);
  const zone = `${base}/zones/:zoneId`;
  return [
    {
      method: 'GET',
      path: `${base}/zones`,
      handle: (request) => page(listed(world, request), request.query, { mostPerPage: world.switches.mostPerPage }),
    },
    { method: 'POST', path: `${base}/zones`, latencyMs: 600, handle: (request) => create(world, request) },
    { method: 'GET', path: zone, handle: inZone((one) => success(answered(world, one))) },
    { method: 'PATCH', path: zone, handle: inZone((one, { body }) => edit(world, one, body)) },
    { method: 'DELETE', path: zone, latencyMs: 300, handle: inZone((one) => remove(world, one)) },
    {
      method: 'PUT',
      path: `${zone}/activation_check`,
      handle: inZone((one) => {
        if (one.isCheckedLately) return refuse(world.switches.checkRefusal, 'You may only perform this action once per hour.');
        one.isCheckedLately = true;
        clock.later(one.plan === undefined ? checkEveryMs.free : checkEveryMs.paid, () => (one.isCheckedLately = false));
        return success({ id: one.id });
      }),
    },
    {
      method: 'GET',
      path: `${zone}/subscription`,
      handle: inZone((one) => (one.plan === undefined ? noPlan() : success(subscribed(world, one.plan)))),
    },
    {
      method: 'GET',
      path: `${zone}/available_rate_plans`,
      handle: inZone(() => success(offered.filter(({ id }) => !world.switches.denied.includes(id)))),
    },
    { method: 'POST', path: `${zone}/subscription`, handle: inZone((one, { body }) => setPlan(world, one, body, true)) },
    { method: 'PUT', path: `${zone}/subscription`, handle: inZone((one, { body }) => setPlan(world, one, body, false)) },
    { method: 'GET', path: `${zone}/dns_records`, handle: inZone((one, { query }) => page(recordsOf(one, query), query)) },
    { method: 'POST', path: `${zone}/dns_records`, handle: inZone((one, { body }) => addRecord(world, one, body)) },
    {
      method: 'DELETE',
      path: `${zone}/dns_records/:recordId`,
      handle: inZone((one, { params }) => {
        const id = params['recordId'] ?? '';
        return one.records.delete(id) ? success({ id }) : failure(404, 81044, 'Record does not exist.');
      }),
    },
  ];
}

/** A token that is as it should be reaches the tenant's accounts alone; the key reaches everything of its user. */
function listed(world: World, { query, headers }: SandboxRequest): JsonObject[] {
  const isNarrow = headers.authorization !== undefined && !world.switches.isTokenBroad;
  const [operator, name] = splitOperator(query.get('name'));
  const account = query.get('account.id');
  const status = query.get('status');
  // Internal ones are hidden unless they are asked for.
  const type = query.get('type');
  return [...world.zones.values()]
    .filter((zone) => !isNarrow || world.accounts.get(zone.accountId)?.isOfTenant)
    .filter((zone) => name === undefined || (operator === 'contains' ? zone.name.includes(name) : zone.name === name))
    .filter((zone) => (account === null || zone.accountId === account) && (status === null || zone.status === status))
    .filter((zone) => (type === null ? zone.type !== 'internal' : zone.type === type))
    .map((zone) => answered(world, zone));
}

function splitOperator(name: string | null): [string, string | undefined] {
  const [, operator, rest] = /^(equal|contains):(.*)$/.exec(name ?? '') ?? [];
  return operator === undefined ? ['equal', name ?? undefined] : [operator, rest];
}

function create(world: World, { body }: SandboxRequest): SandboxAnswer {
  const wrong = misfit(body, { account: 'object', name: 'string', type: 'string' });
  const { account, name = '', type } = (body ?? {}) as { account?: { id?: string }; name?: string; type?: string };
  if (wrong !== undefined) return wrong;
  if (account?.id === undefined) return failure(400, 1068, 'Permission denied');
  if (!world.accounts.has(account.id)) return failure(403, 10000, 'Authentication error');
  if (type === 'partial') return failure(400, 1104, 'Partial zone signup is not allowed');
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) return failure(400, 1049, `${name} is not a registered domain`);
  if (world.switches.held.includes(name)) return refuse(world.switches.holdRefusal, `${name} has an active zone hold`);
  if (world.zoneNamed(name)) return failure(400, 1061, `${name} already exists`);
  return success(answered(world, world.addZone(account.id, name)));
}

function edit(world: World, zone: SandboxZone, body: unknown): SandboxAnswer {
  const wrong = misfit(body, { paused: 'boolean', type: 'string', vanity_name_servers: 'object' });
  const given = (body ?? {}) as { paused?: boolean };
  if (wrong !== undefined || Object.keys(given).length !== 1)
    return wrong ?? failure(400, 1012, 'Only one property may be changed at a time');
  if (given.paused === undefined) return failure(400, 1012, 'Not in this sandbox');
  if (zone.paused === given.paused) return refuse(world.switches.pauseRefusal, `Zone is already ${given.paused ? 'paused' : 'unpaused'}`);
  zone.paused = given.paused;
  return success(answered(world, zone));
}

function remove(world: World, zone: SandboxZone): SandboxAnswer {
  if (zone.plan !== undefined && world.switches.refusesToDeletePaidZones)
    return failure(400, 1117, 'The zone has an active paid subscription');
  world.zones.delete(zone.id);
  return success(world.switches.namesDeletedZone ? { id: zone.id } : null);
}

function noPlan(): SandboxAnswer {
  return failure(404, 1207, 'Add a core subscription first and try again. The zone does not have an active core subscription.');
}

function setPlan(world: World, zone: SandboxZone, body: unknown, isFirst: boolean): SandboxAnswer {
  const wrong = misfit(body, { rate_plan: 'object', frequency: 'string', component_values: 'object' });
  const { rate_plan, frequency = 'monthly' } = (body ?? {}) as { rate_plan?: { id?: string }; frequency?: string };
  const ratePlan = rate_plan?.id;
  if (wrong !== undefined || ratePlan === undefined) return wrong ?? failure(400, 1012, 'rate_plan.id is required');
  const { switches } = world;
  if (!switches.frequencies.includes(frequency)) return failure(400, 1012, 'frequency is invalid');
  if (switches.planRefusals > 0) {
    switches.planRefusals -= 1;
    return failure(switches.planRefusalStatus, 10000, 'Authentication error');
  }
  if (switches.denied.includes(ratePlan)) return notEntitled();
  if (isFirst === (zone.plan !== undefined)) return isFirst ? failure(400, 1208, 'The zone has a core subscription') : noPlan();
  const isFree = /free$/i.test(ratePlan);
  if (switches.delaysDowngrades && zone.plan !== undefined && rankOf(ratePlan) < rankOf(zone.plan.ratePlan)) {
    zone.planToCome = { ...zone.plan, ratePlan, frequency };
    return success(subscribed(world, zone.plan));
  }
  delete zone.planToCome;
  const made = zone.plan === undefined ? world.subscription(zone.id, ratePlan, frequency) : { ...zone.plan, ratePlan, frequency };
  zone.plan = isFree ? undefined : made;
  return success(subscribed(world, made));
}

function rankOf(ratePlan: string): number {
  return offered.findIndex(({ id }) => id === ratePlan);
}

function recordsOf(zone: SandboxZone, query: URLSearchParams): JsonObject[] {
  const type = query.get('type');
  const name = query.get('name.exact');
  const beginning = query.get('name.startswith') ?? '';
  return [...zone.records.values()]
    .filter((record) => (type === null || record.type === type) && (name === null || record.name === name))
    .filter((record) => record.name.startsWith(beginning))
    .map(answeredRecord);
}

function addRecord(world: World, zone: SandboxZone, body: unknown): SandboxAnswer {
  const { type, name = '', content = '', ttl, comment = null } = (body ?? {}) as Record<string, string | number | null | undefined>;
  if (type !== 'TXT' || typeof name !== 'string' || typeof content !== 'string' || content === '' || ttl !== 1)
    return failure(400, 1004, 'DNS Validation Error');
  const full = name === zone.name || name.endsWith(`.${zone.name}`) ? name : `${name}.${zone.name}`;
  if (world.switches.clashes.includes(full)) return failure(400, 81054, 'A CNAME record with that host already exists.');
  const stored = /^".*"$/.test(content) ? content : `"${content}"`;
  if ([...zone.records.values()].some((record) => record.name === full && record.content === stored))
    return failure(400, world.switches.sameRecordCode, 'An identical record already exists.');
  const record = { id: world.id('record', `${full} ${stored}`), type, name: full, content: stored, comment: comment as string | null, ttl };
  zone.records.set(record.id, record);
  return success(answeredRecord(record));
}

function answeredRecord(record: SandboxRecord): JsonObject {
  const at = '2026-01-05T09:00:00.000000Z';
  return { ...record, proxiable: false, proxied: false, settings: {}, meta: {}, tags: [], created_on: at, modified_on: at };
}

function answered(world: World, zone: SandboxZone): JsonObject {
  const account = world.accounts.get(zone.accountId);
  const { permissions } = world.switches;
  return {
    id: zone.id,
    name: zone.name,
    status: zone.status,
    paused: zone.paused,
    type: zone.type,
    development_mode: 0,
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    created_on: zone.createdOn,
    modified_on: zone.createdOn,
    activated_on: zone.status === 'active' ? zone.createdOn : null,
    meta: { step: 4, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: 'organization', name: account?.name ?? null },
    account: { id: zone.accountId, name: account?.name ?? null },
    ...(permissions === null ? {} : { permissions }),
    plan: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, currency: 'USD', frequency: '', legacy_id: 'free' },
  };
}
