import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxClock, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';
import { failure, misfit, page, success } from '@hostwright/vendor-cloudflare/sandbox';
import type { SandboxHostname, SandboxZone, World } from './world.js';
import { inZoneOf } from './zone-routes.js';

/** Until the proofs of a new hostname are told (cloudflare-docs#14460). */
const proofsAfterMs = 3_000;
const reserved = /\.(test|example|invalid|localhost)$/;
const prohibited = /(^|\.)example\.(com|net|org)$/;

/** Custom hostnames and GraphQL. */
export function hostnameRoutes(base: string, world: World, clock: SandboxClock): readonly SandboxRoute[] {
  const inZone = inZoneOf(world);
  const hostnames = `${base}/zones/:zoneId/custom_hostnames`;
  const ofOne = (act: (one: SandboxHostname, zone: SandboxZone, request: SandboxRequest) => SandboxAnswer) =>
    inZone((zone, request) => {
      const id = request.params['hostnameId'] ?? '';
      if (!/^[0-9a-f]{32}$/.test(id)) return failure(400, 1435, 'Invalid custom hostname ID.');
      const one = zone.hostnames.get(id);
      return one === undefined ? failure(404, 1436, 'The custom hostname was not found.') : act(one, zone, request);
    });
  return [
    {
      method: 'GET',
      path: hostnames,
      handle: inZone((zone, { query }) => {
        const part = query.get('hostname.contain') ?? query.get('hostname') ?? '';
        return page([...zone.hostnames.values()].filter(({ hostname }) => hostname.includes(part)).map(answered), query);
      }),
    },
    { method: 'POST', path: hostnames, handle: inZone((zone, { body }) => create(world, zone, body, clock)) },
    {
      method: 'PUT',
      path: `${hostnames}/fallback_origin`,
      handle: inZone((zone, { body }) => {
        const { origin } = (body ?? {}) as { origin?: string };
        if (origin === undefined || !origin.endsWith(`.${zone.name}`)) return failure(400, 1421, 'The origin is not in the zone’s DNS.');
        return success({ origin, status: 'pending_deployment', errors: [] });
      }),
    },
    { method: 'GET', path: `${hostnames}/:hostnameId`, handle: ofOne((one) => success(answered(one))) },
    {
      method: 'PATCH',
      path: `${hostnames}/:hostnameId`,
      handle: ofOne((one, _zone, { body }) => {
        const { ssl } = (body ?? {}) as { ssl?: SandboxHostname['ssl'] };
        if (!['http', 'txt', 'email'].includes(ssl?.method ?? '')) return failure(400, 1432, 'The SSL method must be http, email or txt.');
        // It is replaced; the same one has the proofs looked at again.
        one.revalidated += isDeepStrictEqual(one.ssl, ssl) ? 1 : 0;
        one.ssl = ssl!;
        return success(answered(one), undefined, 202);
      }),
    },
    {
      method: 'DELETE',
      path: `${hostnames}/:hostnameId`,
      handle: ofOne((one, zone) => {
        zone.hostnames.delete(one.id);
        return world.switches.wrapsDeletedHostname ? success({ id: one.id }) : json(200, { id: one.id });
      }),
    },
    { method: 'POST', path: `${base}/graphql`, handle: ({ body }) => traffic(world, body) },
  ];
}

function create(world: World, zone: SandboxZone, body: unknown, clock: SandboxClock): SandboxAnswer {
  const wrong = misfit(body, { hostname: 'string', ssl: 'object', custom_origin_server: 'string' });
  const {
    hostname = '',
    ssl,
    custom_origin_server: origin,
  } = (body ?? {}) as {
    hostname?: string;
    ssl?: SandboxHostname['ssl'];
    custom_origin_server?: string;
  };
  if (wrong !== undefined) return wrong;
  if (ssl?.['settings'] !== undefined && !world.switches.hasSslSettings)
    return failure(400, 1400, 'Unable to decode the JSON request body');
  const refusal = refusedName(hostname);
  if (refusal !== undefined) return refusal;
  if (origin !== undefined && !origin.endsWith(`.${zone.name}`)) return failure(400, 1421, 'The origin is not in the zone’s DNS.');
  if (!['http', 'txt', 'email'].includes(ssl?.method ?? '')) return failure(400, 1432, 'The SSL method must be http, email or txt.');
  if ([...world.zones.values()].some(({ hostnames }) => [...hostnames.values()].some((one) => one.hostname === hostname)))
    return failure(409, 1406, 'Duplicate custom hostname found.');
  const made: SandboxHostname = {
    id: world.id('hostname', hostname),
    hostname,
    origin,
    createdAt: new Date().toISOString(),
    ssl: ssl!,
    hasProofs: false,
    revalidated: 0,
  };
  zone.hostnames.set(made.id, made);
  const first = answered(made);
  clock.later(proofsAfterMs, () => (made.hasProofs = true));
  return success(first, undefined, 201);
}

function refusedName(hostname: string): SandboxAnswer | undefined {
  if (/[^\x20-\x7e]/.test(hostname)) return failure(400, 1408, 'The hostname must be ASCII.');
  if (reserved.test(hostname)) return failure(400, 1409, 'The hostname has a reserved top-level domain.');
  if (prohibited.test(hostname)) return failure(400, 1411, 'The hostname is prohibited.');
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname) ? undefined : failure(400, 1407, 'The hostname is invalid.');
}

function answered({ id, hostname, origin, createdAt, ssl, states, hasProofs }: SandboxHostname): JsonObject {
  const proof = { txt_name: `_acme-challenge.${hostname}`, txt_value: `proof-${id.slice(0, 8)}`, status: 'pending' };
  const file = {
    http_url: `http://${hostname}/.well-known/pki-validation/${id.slice(0, 8)}.txt`,
    http_body: `proof-${id.slice(0, 8)}`,
    status: 'pending',
  };
  return {
    id,
    hostname,
    status: states?.status ?? 'pending',
    created_at: createdAt,
    ...(origin === undefined ? {} : { custom_origin_server: origin }),
    ownership_verification: { type: 'txt', name: `_cf-custom-hostname.${hostname}`, value: id },
    ownership_verification_http: { http_url: `http://${hostname}/.well-known/cf-custom-hostname-challenge/${id}`, http_body: id },
    ssl: {
      id: `${id.slice(0, 8)}-ssl`,
      ...ssl,
      status: states?.certificate ?? (hasProofs ? 'pending_validation' : 'initializing'),
      ...(hasProofs ? { validation_records: [ssl.method === 'http' ? file : proof] } : {}),
    },
  };
}

/** Source: Cloudflare GraphQL Analytics API: errors come as an HTTP 200. */
function traffic(world: World, body: unknown): SandboxAnswer {
  const { query, variables } = (body ?? {}) as { query?: string; variables?: { z?: string; a?: string; b?: string } };
  const { z = '', a = '', b = '' } = variables ?? {};
  const zone = world.zones.get(z);
  if (!query?.includes('httpRequests1dGroups') || zone === undefined) {
    return json(200, { data: null, errors: [{ message: `zones: unknown zone "${z}"`, path: ['viewer', 'zones'] }] });
  }
  const days = [...zone.traffic].filter(([date]) => date >= a && date <= b);
  const groups = days.map(([date, bytes]) => ({ sum: { requests: 1, bytes }, dimensions: { date } }));
  return json(200, { data: { viewer: { zones: [{ httpRequests1dGroups: groups }] } }, errors: null });
}
