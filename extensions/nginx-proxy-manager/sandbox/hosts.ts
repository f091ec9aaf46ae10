import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';
import { failure, notFound } from './errors.js';

export interface Host {
  readonly id: number;
  readonly madeAt: string;
  changedAt: string;
  /** Everything a request may set, with its defaults. */
  fields: Readonly<Record<string, Json>>;
  meta: JsonObject;
  /** Whether nginx has its configuration: not while it is disabled, and not while a certificate is asked for. */
  served: boolean;
}

const defaults: Readonly<Record<string, Json>> = {
  access_list_id: 0,
  certificate_id: 0,
  ssl_forced: false,
  hsts_enabled: false,
  hsts_subdomains: false,
  http2_support: false,
  caching_enabled: false,
  block_exploits: false,
  allow_websocket_upgrade: false,
  advanced_config: '',
  enabled: true,
  locations: [],
};

/** The proxy hosts, and the domains that hosts of other kinds hold. */
export class Hosts {
  readonly #hosts = new Map<number, Host>();
  readonly #heldElsewhere = new Set<string>();
  #lastId = 0;
  /** What nginx says to the next configurations; undefined: it takes them. */
  nginxProblem: string | undefined;

  constructor(
    private readonly ownerUserId: number,
    private readonly modern: boolean,
  ) {}

  all(): readonly Host[] {
    return [...this.#hosts.values()];
  }

  find(id: number): Host | undefined {
    return this.#hosts.get(id);
  }

  /** A redirection or 404 host, or a host of an account that ours does not see. */
  holdElsewhere(domain: string): void {
    this.#heldElsewhere.add(domain.toLowerCase());
  }

  create(body: JsonObject): SandboxAnswer {
    const taken = this.#taken(domainsOf(body), undefined);
    if (taken !== undefined) return failure(400, `${taken} is already in use`);
    const { meta = {}, ...fields } = body;
    const at = now();
    const id = (this.#lastId += 1);
    const host: Host = {
      id,
      madeAt: at,
      changedAt: at,
      fields: cleaned({ ...defaults, ...fields } as Host['fields']),
      meta: meta as JsonObject,
      served: false,
    };
    this.#hosts.set(id, host);
    // The answer is read before nginx has tried the configuration, so it shows no health.
    const answer = json(201, this.answered(host));
    this.configure(host);
    return answer;
  }

  change(id: number, body: JsonObject): SandboxAnswer {
    const host = this.#hosts.get(id);
    if (host === undefined) return notFound(id);
    const taken = body['domain_names'] === undefined ? undefined : this.#taken(domainsOf(body), id);
    if (taken !== undefined) return failure(400, `${taken} is already in use`);
    const { meta, ...fields } = body;
    host.fields = cleaned({ ...host.fields, ...fields } as Host['fields']);
    if (meta !== undefined) host.meta = meta as JsonObject; // replaced whole
    host.changedAt = now();
    if (host.fields['enabled'] === true) this.configure(host);
    return json(200, this.answered(host));
  }

  enable(id: number, enabled: boolean): SandboxAnswer {
    const host = this.#hosts.get(id);
    if (host === undefined) return notFound(id);
    if (host.fields['enabled'] === enabled) return failure(400, `Host is already ${enabled ? 'enabled' : 'disabled'}`);
    host.fields = { ...host.fields, enabled };
    if (enabled) this.configure(host);
    else host.served = false;
    return json(200, true);
  }

  remove(id: number): SandboxAnswer {
    return this.#hosts.delete(id) ? json(200, true) : notFound(id);
  }

  /** nginx tries the configuration; one it refuses is set aside, and the call that made it succeeds all the same. */
  configure(host: Host): void {
    host.served = this.nginxProblem === undefined && host.fields['enabled'] === true;
    host.meta = { ...host.meta, nginx_online: this.nginxProblem === undefined, nginx_err: this.nginxProblem ?? null };
  }

  holding(domain: string): readonly Host[] {
    return this.all().filter((host) => domainsOf(host.fields).some((each) => each.toLowerCase() === domain.toLowerCase()));
  }

  answered(host: Host): JsonObject {
    return {
      id: host.id,
      created_on: host.madeAt,
      modified_on: host.changedAt,
      owner_user_id: this.ownerUserId,
      ...host.fields,
      ...(this.modern ? { trust_forwarded_proto: host.fields['trust_forwarded_proto'] ?? false } : {}),
      meta: host.meta,
    };
  }

  #taken(domains: readonly string[], except: number | undefined): string | undefined {
    return domains.find(
      (domain) => this.#heldElsewhere.has(domain.toLowerCase()) || this.holding(domain).some((host) => host.id !== except),
    );
  }
}

export function domainsOf(body: Readonly<Record<string, Json | undefined>>): readonly string[] {
  return (body['domain_names'] ?? []) as readonly string[];
}

/** Times as the database keeps them: to the second. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}.000Z`;
}

/** Domains are kept sorted; what needs a certificate is silently reset without one. */
function cleaned(fields: Host['fields']): Host['fields'] {
  const sorted = { ...fields, domain_names: [...domainsOf(fields)].sort() };
  if (fields['certificate_id'] === 0)
    return { ...sorted, ssl_forced: false, http2_support: false, hsts_enabled: false, hsts_subdomains: false };
  const hsts = fields['ssl_forced'] === true && fields['hsts_enabled'] === true;
  return { ...sorted, hsts_enabled: hsts, hsts_subdomains: hsts && fields['hsts_subdomains'] === true };
}
