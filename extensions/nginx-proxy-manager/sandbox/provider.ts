import type { JsonObject } from '@hostwright/sdk';
import {
  json,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
} from '@hostwright/sdk-testing';
import { Accounts, type Account } from './accounts.js';
import { Certificates } from './certificates.js';
import { failure, notFound, permissionDenied } from './errors.js';
import { filesIn } from './files.js';
import { domainsOf, Hosts, type Host } from './hosts.js';
import { markOf } from './marks.js';
import { requestSchemas, type RequestSchemas } from './request-schemas.js';
import { check, type Schema } from './schema.js';

export const versions = {
  '2.12': { major: 2, minor: 12, revision: 6 },
  '2.15': { major: 2, minor: 15, revision: 1 },
} as const;
export type SandboxVersion = keyof typeof versions;

/** What making and changing a host takes: nginx tries its configuration twice and reloads. */
const configureMs = 1_200;

/** One Nginx Proxy Manager. */
export class ProxyProvider {
  readonly #accounts = new Accounts();
  readonly #hosts: Hosts;
  readonly #certificates: Certificates;
  readonly #schemas: RequestSchemas;

  constructor(
    private readonly version: SandboxVersion,
    clock: SandboxClock,
  ) {
    const modern = version !== '2.12';
    this.#schemas = requestSchemas(modern);
    this.#hosts = new Hosts(this.#accounts.account.id, modern);
    this.#certificates = new Certificates(this.#hosts, this.#accounts.account, modern, clock);
  }

  ledger(): readonly LedgerEntry[] {
    const hosts = this.#hosts.all().map((host): LedgerEntry => {
      const owner = markOf(host.fields['advanced_config']);
      const { forward_host: forwardHost, forward_port: forwardPort, certificate_id: certificateId, enabled } = host.fields;
      const details = {
        domains: domainsOf(host.fields),
        forwardHost,
        forwardPort,
        certificateId,
        enabled,
        served: host.served,
      } as JsonObject;
      return { kind: 'proxy-host', id: String(host.id), ...(owner === undefined ? {} : { owner }), details };
    });
    const certificates = this.#certificates.all().map((each): LedgerEntry => {
      return { kind: 'certificate', id: String(each.id), details: { provider: each.provider, domains: each.domains, name: each.niceName } };
    });
    return [...hosts, ...certificates];
  }

  /** Everything but the version and the log-in wants a token. */
  before(request: SandboxRequest): SandboxAnswer | undefined {
    const path = request.path.replace(/\/$/, '');
    const open = path === '/api' || (path === '/api/tokens' && request.method === 'POST');
    return open ? undefined : this.#accounts.guard(request);
  }

  routes(): readonly SandboxRoute[] {
    const account = this.#accounts.account;
    const may = (
      area: 'proxyHosts' | 'certificates',
      act: SandboxRoute['handle'],
      level: 'view' | 'manage' = 'manage',
    ): SandboxRoute['handle'] => {
      return (request) => {
        const granted = account.admin || account[area] === 'manage' || (level === 'view' && account[area] === 'view');
        return granted ? act(request) : permissionDenied();
      };
    };
    const hosts = '/api/nginx/proxy-hosts';
    const certificates = '/api/nginx/certificates';
    return [
      { method: 'GET', path: '/api', handle: () => json(200, { status: 'OK', setup: true, version: versions[this.version] }) },
      {
        method: 'POST',
        path: '/api/tokens',
        latencyMs: 150,
        handle: (request) =>
          this.#checked(this.#schemas.logIn, request, (body) => this.#accounts.logIn(body as { identity: string; secret: string })),
      },
      { method: 'GET', path: '/api/tokens', handle: () => this.#accounts.refresh() },
      { method: 'GET', path: '/api/users/me', handle: () => json(200, this.#accounts.answered()) },
      { method: 'GET', path: hosts, handle: may('proxyHosts', ({ query }) => this.#listHosts(query), 'view') },
      {
        method: 'POST',
        path: hosts,
        latencyMs: configureMs,
        handle: may('proxyHosts', (request) => this.#checked(this.#schemas.createHost, request, (body) => this.#createHost(body))),
      },
      { method: 'GET', path: `${hosts}/:id`, handle: may('proxyHosts', (request) => this.#oneHost(request), 'view') },
      {
        method: 'PUT',
        path: `${hosts}/:id`,
        latencyMs: configureMs,
        handle: may('proxyHosts', (request) =>
          this.#checked(this.#schemas.changeHost, request, (body) => this.#hosts.change(idOf(request), body)),
        ),
      },
      { method: 'DELETE', path: `${hosts}/:id`, latencyMs: 600, handle: may('proxyHosts', (request) => this.#hosts.remove(idOf(request))) },
      {
        method: 'POST',
        path: `${hosts}/:id/enable`,
        latencyMs: configureMs,
        handle: may('proxyHosts', (request) => this.#hosts.enable(idOf(request), true)),
      },
      {
        method: 'POST',
        path: `${hosts}/:id/disable`,
        latencyMs: 600,
        handle: may('proxyHosts', (request) => this.#hosts.enable(idOf(request), false)),
      },
      {
        method: 'GET',
        path: certificates,
        handle: may(
          'certificates',
          () =>
            json(
              200,
              this.#certificates.all().map((each) => this.#certificates.answered(each)),
            ),
          'view',
        ),
      },
      {
        method: 'POST',
        path: certificates,
        handle: may('certificates', (request) =>
          this.#checked(this.#schemas.createCertificate, request, (body) => this.#certificates.create(body)),
        ),
      },
      { method: 'GET', path: `${certificates}/:id`, handle: may('certificates', (request) => this.#oneCertificate(request), 'view') },
      {
        method: 'POST',
        path: `${certificates}/:id/upload`,
        handle: may('certificates', (request) => this.#certificates.upload(idOf(request), filesIn(request))),
      },
      {
        method: 'DELETE',
        path: `${certificates}/:id`,
        latencyMs: 3_000,
        handle: may('certificates', (request) => this.#certificates.remove(idOf(request))),
      },
    ];
  }

  /** Switches of the control API beside the faults. */
  control(): readonly SandboxRoute[] {
    const set = (path: string, act: (body: Readonly<Record<string, unknown>>) => void): SandboxRoute => ({
      method: 'PUT',
      path,
      handle: ({ body }) => {
        if (typeof body !== 'object' || body === null || Array.isArray(body)) return json(400, { error: 'an object' });
        act(body as Record<string, unknown>);
        return json(200, {});
      },
    });
    return [
      // {}: every token given so far has expired.
      set('/tokens/expired', () => this.#accounts.expireTokens()),
      // {}: the server has new signing keys and knows no token any more.
      set('/tokens/unknown', () => this.#accounts.regenerateKeys()),
      // Any of { email, twoFactor, disabled, admin, proxyHosts, certificates }.
      set('/account', (body) => void Object.assign(this.#accounts.account, body as Partial<Account>)),
      // { "fails": true }: Let's Encrypt refuses. { "dies": true }: the server is restarted meanwhile, and the row stays. { "waits": true }:
      // certbot is at work until it is told otherwise.
      set('/certbot', (body) => {
        this.#certificates.fails = body['fails'] === true;
        this.#certificates.dies = body['dies'] === true;
        this.#certificates.waits = body['waits'] === true;
      }),
      // { "problem": "nginx: [emerg] …" }: nginx refuses the next configurations; {}: it takes them.
      set('/nginx', (body) => void (this.#hosts.nginxProblem = typeof body['problem'] === 'string' ? body['problem'] : undefined)),
      // { "domain": "…" }: held by a redirection, which the list of proxy hosts does not show.
      set('/held', (body) => this.#hosts.holdElsewhere(String(body['domain']))),
    ];
  }

  #checked(
    schema: Schema,
    request: SandboxRequest,
    act: (body: JsonObject) => SandboxAnswer | Promise<SandboxAnswer>,
  ): SandboxAnswer | Promise<SandboxAnswer> {
    const checked = check(schema, request.body);
    return 'problem' in checked ? failure(400, checked.problem) : act(checked.value as JsonObject);
  }

  /** With `certificate_id: "new"` the host is made before certbot runs, and stays when it fails. */
  async #createHost(body: JsonObject): Promise<SandboxAnswer> {
    if (body['certificate_id'] !== 'new') return this.#hosts.create(body);
    const made = this.#hosts.create({ ...body, certificate_id: 0, meta: {} });
    if (made.status !== 201) return made;
    const issued = await this.#certificates.create({ provider: 'letsencrypt', domain_names: body['domain_names'], meta: body['meta'] });
    if (issued.status !== 201) return issued;
    const id = (answer: SandboxAnswer): number => Number((answer.json as JsonObject)['id']);
    return { ...this.#hosts.change(id(made), { ...body, certificate_id: id(issued), meta: {} }), status: 201 };
  }

  #listHosts(query: URLSearchParams): SandboxAnswer {
    const part = query.get('query') ?? '';
    const found = this.#hosts.all().filter((host) => domainsOf(host.fields).some((domain) => domain.includes(part)));
    return json(
      200,
      found.map((host) => this.#expanded(host, query)),
    );
  }

  #oneHost(request: SandboxRequest): SandboxAnswer {
    const host = this.#hosts.find(idOf(request));
    return host === undefined ? notFound(request.params['id'] ?? '') : json(200, this.#expanded(host, request.query));
  }

  #expanded(host: Host, query: URLSearchParams): JsonObject {
    const expand = (query.get('expand') ?? '').split(',');
    const certificate = this.#certificates.find(Number(host.fields['certificate_id']));
    return {
      ...this.#hosts.answered(host),
      ...(expand.includes('owner') ? { owner: this.#accounts.answered() } : {}),
      ...(expand.includes('certificate')
        ? { certificate: certificate === undefined ? null : this.#certificates.answered(certificate) }
        : {}),
    };
  }

  #oneCertificate(request: SandboxRequest): SandboxAnswer {
    const certificate = this.#certificates.find(idOf(request));
    return certificate === undefined ? notFound(request.params['id'] ?? '') : json(200, this.#certificates.answered(certificate));
  }
}

function idOf(request: SandboxRequest): number {
  const id = request.params['id'] ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : 0;
}
