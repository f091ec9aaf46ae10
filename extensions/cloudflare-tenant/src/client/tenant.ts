import { asId, asObject, asText, listOf, maybeText, type Shape } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

export interface Tenant {
  readonly tag: string;
  readonly name: string;
  readonly status: string;
  readonly units: readonly { readonly tag: string; readonly name: string; readonly status: string }[];
}

export interface TokenState {
  /** `active`, `expired` or `disabled`. */
  readonly status: string;
  readonly expiresOn: string | undefined;
}

/** The tags of the tenants that the global key administers. Throws `invalid_config` when it is not accepted. */
export async function tagsOfTenants(transport: Transport): Promise<readonly string[]> {
  const what = 'GET /user/tenants';
  const answer = await transport.call('account', (sdk) => sdk.user.tenants.list());
  return listOf((item) => {
    const tenant = asObject(item, what);
    // Cloudflare's docs have `tenant_tag`, its SDK says `id`.
    return asId(tenant, what, 'tenant_tag' in tenant ? 'tenant_tag' : 'id');
  })(answer.result, what);
}

export async function readTenant(transport: Transport): Promise<Tenant> {
  const what = 'GET /tenants/…';
  const tenant = asObject(await transport.call('account', (sdk) => sdk.tenants.get(transport.server.tenantTag)), what);
  const units = Array.isArray(tenant['tenant_units']) ? tenant['tenant_units'] : [];
  return {
    tag: asId(tenant, what, 'tenant_tag'),
    name: asText(tenant, 'tenant_name', what),
    status: maybeText(tenant, 'tenant_status', what) ?? 'unknown',
    units: units.map((unit: unknown) => unitOf(asObject(unit, what), what)),
  };
}

function unitOf(unit: Shape, what: string): Tenant['units'][number] {
  return {
    tag: asId(unit, what, 'unit_tag'),
    name: maybeText(unit, 'unit_name', what) ?? '',
    status: maybeText(unit, 'unit_status', what) ?? 'unknown',
  };
}

/** In lower case. */
export async function emailsOfTenant(transport: Transport): Promise<readonly string[]> {
  const what = 'GET /tenants/…/memberships';
  const answer = await transport.call('account', (sdk) => sdk.tenants.memberships.list(transport.server.tenantTag));
  return listOf((item) => asText(asObject(item, what), 'user_email', what).toLowerCase())(answer.result, what);
}

/** A token of the user's. One that an account owns is not known here, and is refused as unknown. */
export async function tokenState(transport: Transport): Promise<TokenState> {
  const what = 'GET /user/tokens/verify';
  const token = asObject(await transport.call('resources', (sdk) => sdk.user.tokens.verify()), what);
  return { status: asText(token, 'status', what), expiresOn: maybeText(token, 'expires_on', what) };
}
