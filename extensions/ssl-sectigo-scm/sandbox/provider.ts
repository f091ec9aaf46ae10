import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '@hostwright/sdk';
import {
  json,
  switchRoute,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxRoute,
  type TestAuthority,
} from '@hostwright/sdk-testing';
import { profiles, Refused, type Certificate, type Certificates, type Status } from './certificates.js';
import { recordOf } from './validation.js';

export const client = { login: 'api-client-1', password: 'client-secret-1' };
export const administrator = { login: 'admin', password: 'Admin-Pass-1', customerUri: 'cst1' };
export const orgId = 42;
const tokenSeconds = 300;
const live: readonly Status[] = ['Requested', 'Applied', 'Issued'];

type Handle = (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;

/** Certificate Manager, small: version 2 for API clients, version 1 for administrators. */
export class ManagerProvider {
  /** False: the format of the certificate with its chain holds the certificate alone. */
  collectsChain = true;
  /** True: the validation of a certificate is one object, as the older documents have it, not a list. */
  validationIsObject = false;
  private readonly tokens = new Set<string>();
  private armed: { readonly method: string; readonly path: RegExp; readonly code: number; times: number } | undefined;

  constructor(
    private readonly certificates: Certificates,
    private readonly authority: TestAuthority,
    private readonly now: () => number,
  ) {}

  ledger(): readonly LedgerEntry[] {
    return [...this.certificates.all.values()]
      .filter(({ status }) => live.includes(status))
      .map(({ id, status, names, externalRequester, revokedBefore }) => ({
        kind: 'certificate',
        id: String(id),
        details: { status, names: [...names], externalRequester, revokedBefore: revokedBefore.size },
      }));
  }

  before = ({ method, path, headers }: SandboxRequest): SandboxAnswer | undefined => {
    if (path === '/token') return undefined;
    const { login, password, customeruri } = headers;
    const isFirst = path.startsWith('/api/ssl/v1');
    const letIn = isFirst
      ? login === administrator.login && password === administrator.password && customeruri === administrator.customerUri
      : this.tokens.has((headers.authorization ?? '').replace(/^Bearer /, ''));
    if (!letIn) return json(401, { code: -16, description: 'Unknown user' });
    if (this.armed && this.armed.method === method && this.armed.path.test(path) && this.armed.times-- > 0)
      return json(400, { code: this.armed.code, description: 'as it was told to' });
    return undefined;
  };

  routes(): readonly SandboxRoute[] {
    const both = (method: string, path: string, handle: Handle, latencyMs?: number): readonly SandboxRoute[] =>
      ['v1', 'v2'].map((version) => route(method, `/api/ssl/${version}${path}`, handle, latencyMs));
    return [
      route('POST', '/token', ({ body }) => this.logIn(body as JsonObject)),
      ...both('GET', '/types', () =>
        json(
          200,
          [...profiles].map(([id, terms]) => ({ id, name: 'DV', terms, keyTypes: { RSA: ['2048'] } })),
        ),
      ),
      ...both('POST', '/enroll', ({ body }) => this.enroll(body as JsonObject), 2_000),
      ...both('GET', '', ({ query, path }) => this.list(query, path.includes('/v1'))),
      ...both('GET', '/:id', ({ params }) => this.details(params['id']!)),
      ...both('GET', '/:id/dcv', ({ params }) => this.validation(params['id']!)),
      ...both('POST', '/:id/dcv/recheck', ({ params }) => this.recheck(params['id']!)),
      ...both('GET', '/collect/:id', ({ params, query }) => this.collect(params['id']!, query.get('format') ?? 'base64')),
      ...both('POST', '/replace/:id', ({ params, body }) => this.replace(params['id']!, body as JsonObject), 2_000),
      ...both('POST', '/revoke/:id', ({ params, body }) => this.revoke(params['id']!, body as JsonObject)),
      ...both('POST', '/decline/:id', ({ params }) => this.decline(params['id']!)),
      route('POST', '/api/ssl/v2/revoke/serial/:serial', ({ params, body }) => this.revokeSerial(params['serial']!, body as JsonObject)),
      route('DELETE', '/api/ssl/v2/:id', ({ params }) => this.delete(params['id']!)),
    ];
  }

  control(): readonly SandboxRoute[] {
    return [
      switchRoute('/tokens', () => this.tokens.clear()),
      switchRoute('/approval', ({ automatic }) => void (this.certificates.approves = automatic === true)),
      switchRoute('/approve', ({ id }) => this.certificates.approve(this.certificates.find(String(id)))),
      switchRoute('/certificate', ({ id, status }) => void (this.certificates.find(String(id)).status = status as Status)),
      switchRoute('/shapes', ({ chain, validationIsObject }) => {
        this.collectsChain = chain !== false;
        this.validationIsObject = validationIsObject === true;
      }),
      switchRoute('/refuse', ({ method, path, code, times }) => {
        this.armed = { method: method as string, path: new RegExp(path as string), code: code as number, times: Number(times ?? 1) };
      }),
    ];
  }

  private logIn({ grant_type, client_id, client_secret }: JsonObject): SandboxAnswer {
    if (grant_type !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
    if (client_id !== client.login || client_secret !== client.password) return json(401, { error: 'invalid_client' });
    const token = randomBytes(20).toString('hex');
    this.tokens.add(token);
    return json(200, { access_token: token, expires_in: tokenSeconds, token_type: 'Bearer' });
  }

  private enroll(body: JsonObject): SandboxAnswer {
    for (const name of ['orgId', 'csr', 'certType', 'term']) if (body[name] === undefined) throw new Refused(-7, `${name} is required`);
    if (body['orgId'] !== orgId) throw new Refused(-25, 'You have no rights for the organization');
    const terms = profiles.get(body['certType'] as number);
    if (!terms) throw new Refused(-39, 'The profile is invalid');
    if (!terms.includes(body['term'] as number)) throw new Refused(-36, 'The term is invalid');
    if (body['dcvMode'] !== 'CNAME') throw new Refused(-7, 'dcvEmail is required');
    const { id } = this.certificates.add({
      csr: body['csr'] as string,
      term: body['term'] as number,
      names: ((body['subjAltNames'] as string | undefined) ?? '').split(',').filter(Boolean),
      externalRequester: (body['externalRequester'] as string | undefined) ?? '',
      comments: (body['comments'] as string | undefined) ?? '',
    });
    return json(200, { sslId: id, renewId: randomBytes(10).toString('hex') });
  }

  private list(query: URLSearchParams, isFirst: boolean): SandboxAnswer {
    const asks = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value;
    const found = [...this.certificates.all.values()].filter(
      ({ names, status, externalRequester }) =>
        asks('commonName', names[0]!) && asks('status', status) && (isFirst || asks('externalRequester', externalRequester)),
    );
    const position = Number(query.get('position') ?? 0);
    const page = found.slice(position, position + Math.min(Number(query.get('size') ?? 200), 200));
    const shown = page.map(({ id, names }) => ({ sslId: id, commonName: names[0]!, subjectAlternativeNames: [...names] }));
    return json(200, shown, { 'X-Total-Count': String(found.length) });
  }

  private details(id: string): SandboxAnswer {
    const { status, names, term, externalRequester, comments, expires } = this.certificates.find(id);
    return json(200, {
      commonName: names[0]!,
      id: Number(id),
      orgId,
      status,
      term,
      externalRequester,
      comments,
      subjectAlternativeNames: [...names],
      ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
    });
  }

  private validation(id: string): SandboxAnswer {
    const certificate = this.certificates.find(id);
    const shown = this.now() >= certificate.instructedAt;
    const value: JsonObject = {
      dcvLog: { log: shown ? certificate.names.map((name) => logOf(certificate, name)) : [] },
      instructions: shown
        ? certificate.names.filter((name) => !certificate.validated.has(name)).map((name) => instructionOf(certificate, name))
        : [],
    };
    return json(200, this.validationIsObject ? value : ([value] as Json));
  }

  private recheck(id: string): SandboxAnswer {
    void this.certificates.validate(this.certificates.find(id));
    return json(202, {});
  }

  private collect(id: string, format: string): SandboxAnswer {
    const { status, collectableAt, pem } = this.certificates.find(id);
    if (status === 'Revoked') throw new Refused(-110, 'The certificate is revoked');
    if (status !== 'Issued') throw new Refused(-183, 'The certificate is not collectable');
    if (this.now() < collectableAt) throw new Refused(-109, 'The certificate is not available now, try later');
    const chain = `${this.authority.chainPem}${this.authority.rootPem}`;
    const texts: Readonly<Record<string, string>> = { x509: this.collectsChain ? `${pem}${chain}` : pem, x509CO: pem, x509IO: chain };
    // PKCS #7 and its like nobody asks for here.
    const text = texts[format] ?? 'not a PEM';
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, text };
  }

  private replace(id: string, { csr, reason, subjectAlternativeNames }: JsonObject): SandboxAnswer {
    if (typeof reason !== 'string' || reason === '') throw new Refused(-7, 'reason is required');
    this.certificates.replace(this.certificates.find(id), csr as string, (subjectAlternativeNames ?? []) as readonly string[]);
    return { status: 204 };
  }

  private revokeSerial(serial: string, reason: JsonObject): SandboxAnswer {
    requireReason(reason);
    this.certificates.revokeSerial(serial);
    return { status: 204 };
  }

  private revoke(id: string, reason: JsonObject): SandboxAnswer {
    const certificate = this.certificates.find(id);
    requireReason(reason);
    if (certificate.status === 'Revoked') throw new Refused(-159, 'The certificate is revoked already');
    if (certificate.status !== 'Issued') throw new Refused(-102, 'Only issued certificates can be revoked');
    certificate.status = 'Revoked';
    return { status: 204 };
  }

  private decline(id: string): SandboxAnswer {
    const certificate = this.certificates.find(id);
    if (certificate.status !== 'Requested') throw new Refused(-130, 'The certificate is not requested');
    certificate.status = 'Declined';
    return { status: 204 };
  }

  private delete(id: string): SandboxAnswer {
    this.certificates.all.delete(this.certificates.find(id).id);
    return { status: 204 };
  }
}

function route(method: string, path: string, handle: Handle, latencyMs?: number): SandboxRoute {
  return {
    method,
    path,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    async handle(request) {
      try {
        return await handle(request);
      } catch (error) {
        if (error instanceof Refused) return json(error.status, { code: error.code, description: error.message });
        throw error;
      }
    },
  };
}

function requireReason({ reasonCode, reason }: JsonObject): void {
  if (typeof reason !== 'string' || !['0', '1', '3', '4', '5'].includes(reasonCode as string)) throw new Refused(-7, 'reason is required');
}

function logOf({ validated }: Certificate, domainName: string): JsonObject {
  return { domainName, dcvStatus: validated.has(domainName) ? 'Validated' : 'Awaiting Validation' };
}

function instructionOf({ csr }: Certificate, domainName: string): JsonObject {
  const { name, value } = recordOf(csr, domainName);
  return { domainName, dcvMode: 'CNAME', host: `${name.toUpperCase()}.`, point: `${value.toUpperCase()}.` };
}
