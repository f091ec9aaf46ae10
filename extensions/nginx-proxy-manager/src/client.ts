import { isPanelError, PanelError, type Ctx, type JsonObject } from '@hostwright/sdk';
import {
  readCertificate,
  readHost,
  readList,
  readLogin,
  readTrue,
  readUser,
  readVersion,
  type RemoteCertificate,
  type RemoteHost,
  type RemoteUser,
  type Version,
} from './answers.js';
import { apiRoot, type ServerConfig } from './config.js';
import { isAlreadyThatWay, isNotFound, isTokenRefused, openAnswer, type Answer } from './refusal.js';
import { Session } from './session.js';

/** The server gives certbot 15 minutes and answers after it; nobody stays on the line for so long. */
const issueTimeoutMs = 20_000;
/** Deleting a certificate revokes it first. */
const revokeTimeoutMs = 5 * 60_000;

/** What may be changed on a host. Nothing that 2.12 does not know, since unknown keys are refused. */
export type HostChange = {
  readonly certificate_id?: number;
  readonly ssl_forced?: boolean;
  readonly http2_support?: boolean;
  readonly caching_enabled?: boolean;
  readonly allow_websocket_upgrade?: boolean;
  readonly advanced_config?: string;
};

export type NewHost = HostChange & {
  readonly domain_names: readonly string[];
  readonly forward_scheme: string;
  readonly forward_host: string;
  readonly forward_port: number;
  readonly block_exploits: boolean;
};

/** Everything that talks to Nginx Proxy Manager. */
export class NginxProxyManagerClient {
  readonly #root: string;
  readonly #session: Session;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {
    this.#root = apiRoot(server);
    this.#session = new Session(server);
  }

  /** Public: says nothing about the credentials. */
  async version(): Promise<Version> {
    const answer = await this.#send('GET', '/', undefined);
    return readVersion(openAnswer(answer), answer.what);
  }

  async me(): Promise<RemoteUser> {
    return this.#read('/users/me?expand=permissions', readUser);
  }

  /** Every host the account sees, with their certificates when asked; `holding` narrows it to hosts of that domain, compared exactly. */
  async listHosts(options: { readonly holding?: string; readonly withCertificates?: true } = {}): Promise<RemoteHost[]> {
    const query = new URLSearchParams();
    if (options.withCertificates) query.set('expand', 'certificate');
    if (options.holding !== undefined) query.set('query', options.holding);
    const hosts = await this.#read(`/nginx/proxy-hosts${query.size === 0 ? '' : `?${query.toString()}`}`, (value, what) =>
      readList(value, what, readHost),
    );
    return options.holding === undefined ? hosts : hosts.filter((host) => host.domains.includes(options.holding ?? ''));
  }

  async findHost(id: number): Promise<RemoteHost | undefined> {
    return orUndefined(this.#read(`/nginx/proxy-hosts/${id}?expand=certificate`, readHost));
  }

  /** Throws a `Refusal` when any host, of whatever kind and owner, holds the domain. */
  async createHost(host: NewHost): Promise<RemoteHost> {
    return this.#write('POST', '/nginx/proxy-hosts', json(host), readHost);
  }

  async changeHost(id: number, change: HostChange): Promise<RemoteHost> {
    return this.#write('PUT', `/nginx/proxy-hosts/${id}`, json(change), readHost);
  }

  /** Done twice counts as done, and gone as disabled. Throws `not_found` when there is no such host to enable. */
  async enableHost(id: number, enabled: boolean): Promise<void> {
    try {
      await this.#write('POST', `/nginx/proxy-hosts/${id}/${enabled ? 'enable' : 'disable'}`, undefined, readTrue);
    } catch (error) {
      if (!isAlreadyThatWay(error) && !(isNotFound(error) && !enabled)) throw error;
    }
  }

  /** Gone counts as deleted. */
  async deleteHost(id: number): Promise<void> {
    await orUndefined(this.#write('DELETE', `/nginx/proxy-hosts/${id}`, undefined, readTrue));
  }

  async listCertificates(): Promise<RemoteCertificate[]> {
    return this.#read('/nginx/certificates', (value, what) => readList(value, what, readCertificate));
  }

  async findCertificate(id: number): Promise<RemoteCertificate | undefined> {
    return orUndefined(this.#read(`/nginx/certificates/${id}`, readCertificate));
  }

  /**
   * Asks Let's Encrypt for one certificate for all of those names, over HTTP-01.
   * Throws: `unavailable` when certbot is busy with another one; `unknown_outcome` when it takes longer than 20 s, which does not stop it,
   * and when it failed, since the answer is then the same as for any internal error: the row is gone if it failed indeed.
   */
  async issueCertificate(domains: readonly string[]): Promise<RemoteCertificate> {
    const { major, minor } = await this.version();
    // Up to 2.12 the account of the certificate authority is named in the request; from 2.13 on it is the caller's, and the keys are refused.
    const consent = major === 2 && minor <= 12 ? { letsencrypt_email: this.server.identity, letsencrypt_agree: true } : {};
    const body = { provider: 'letsencrypt', domain_names: domains, meta: { dns_challenge: false, ...consent } };
    return this.#write('POST', '/nginx/certificates', json(body), readCertificate, issueTimeoutMs);
  }

  /** For one that was obtained elsewhere; it is empty until `uploadCertificate`. `name` stays as it is. */
  async makeCertificate(name: string): Promise<RemoteCertificate> {
    return this.#write('POST', '/nginx/certificates', json({ provider: 'other', nice_name: name }), readCertificate);
  }

  /** `files`: PEM, by the names that the server has for them. Its answer holds the key again and is not looked at. */
  async uploadCertificate(id: number, files: Readonly<Record<string, string>>): Promise<void> {
    await this.#write('POST', `/nginx/certificates/${id}/upload`, filesForm(files), () => undefined);
  }

  /** Revokes and deletes. Gone counts as deleted. Hosts that use it must have been detached. */
  async deleteCertificate(id: number): Promise<void> {
    await orUndefined(this.#write('DELETE', `/nginx/certificates/${id}`, undefined, readTrue, revokeTimeoutMs));
  }

  async #read<Result>(path: string, read: (value: unknown, what: string) => Result): Promise<Result> {
    const held = this.#session.token(this.ctx.now());
    const answer = await this.#send('GET', path, held ?? (await this.#logIn()));
    // A token it did not sign, as after a reinstallation, is answered with 500: a read can simply be repeated.
    if (held === undefined || !(isTokenRefused(answer) || answer.status === 500)) return read(openAnswer(answer), answer.what);
    this.#session.drop(held);
    const again = await this.#send('GET', path, await this.#logIn());
    return read(openAnswer(again), again.what);
  }

  async #write<Result>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: Body | undefined,
    read: (value: unknown, what: string) => Result,
    timeoutMs?: number,
  ): Promise<Result> {
    const held = this.#session.token(this.ctx.now());
    const answer = await this.#send(method, path, held ?? (await this.#logIn()), body, timeoutMs);
    if (held !== undefined && isTokenRefused(answer)) {
      this.#session.drop(held);
      const again = await this.#send(method, path, await this.#logIn(), body, timeoutMs);
      return read(openAnswer(again), again.what);
    }
    // A 500 may mean an unknown token too, but the change may as well have been made: it is not sent again here. Whoever asked looks
    // first, and that read gets a new token.
    return read(openAnswer(answer), answer.what);
  }

  /** A new token. Nothing was asked of the server yet, so whatever goes wrong with the log-in, nothing was changed. */
  async #logIn(): Promise<string> {
    const { identity, secret } = this.server;
    try {
      const answer = await this.#send('POST', '/tokens', undefined, json({ identity, secret }));
      const login = readLogin(openAnswer(answer), answer.what);
      if (login === 'second factor') {
        throw new PanelError('invalid_config', 'the account uses two-factor authentication; the panel needs one of its own without it');
      }
      this.#session.keep(login.token, login.expiresAt);
      return login.token;
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
      throw new PanelError('unavailable', `the log-in did not work: ${error.message}`, { cause: error });
    }
  }

  async #send(method: string, path: string, token: string | undefined, body?: Body, timeoutMs?: number): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = body.type;
    const response = await this.ctx.fetch(`${this.#root}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body.text }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const what = `${method} /api${path.replace(/\?.*$/, '')}`;
    return { what, status: response.status, headers: response.headers, text: await response.text() };
  }
}

interface Body {
  readonly type: string;
  readonly text: string;
}

function json(value: JsonObject): Body {
  return { type: 'application/json', text: JSON.stringify(value) };
}

/** No line of a PEM file is like it. */
const boundary = 'hostwright-pem-file';

function filesForm(files: Readonly<Record<string, string>>): Body {
  const parts = Object.entries(files).map(
    ([name, pem]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.pem"\r\ncontent-type: application/x-pem-file\r\n\r\n${pem}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` };
}

async function orUndefined<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
