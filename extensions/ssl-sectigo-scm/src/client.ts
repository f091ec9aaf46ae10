import { PanelError, type Ctx } from '@hostwright/sdk';
import {
  readCertificate,
  readCount,
  readId,
  readIds,
  readPems,
  readValidation,
  requireNothing,
  type RemoteCertificate,
  type RemoteValidation,
} from './answers.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { openAnswer, Refusal } from './refusal.js';
import { Session } from './session.js';

export interface NewCertificate {
  readonly names: readonly string[];
  /** PEM. */
  readonly csr: string;
  readonly mark: string;
  readonly product: ProductConfig;
}

const pageSize = 200;
/** More certificates than this nobody looks through for one; then a person decides. */
const mostPages = 20;
const longestCommonName = 64;

type Query = Readonly<Record<string, string>>;

/**
 * Everything that talks to Certificate Manager: Admin Operations, version 2 for API clients, version 1 for administrators, which differ in
 * little.
 */
export class ManagerClient {
  readonly #root: string;
  readonly #session: Session;
  readonly #isFirst: boolean;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {
    this.#session = new Session(ctx, server);
    this.#isFirst = server.access === 'administrator';
    this.#root = `${server.apiUrl.replace(/\/+$/, '')}/api/ssl/${this.#isFirst ? 'v1' : 'v2'}`;
  }

  async enroll({ names, csr, mark, product }: NewCertificate): Promise<string> {
    const text = await this.#call('POST', '/enroll', {
      orgId: this.server.orgId,
      certType: product.profile,
      term: product.term,
      csr,
      subjAltNames: names.join(','),
      dcvMode: 'CNAME',
      // Either of them may be shown by an account that hides the other.
      externalRequester: mark,
      comments: mark,
    });
    return readId(text, 'POST /enroll');
  }

  async certificate(id: string): Promise<RemoteCertificate> {
    return readCertificate(await this.#call('GET', `/${id}`), `GET /${id}`);
  }

  /** Ids of what bears the mark, or may: version 1 finds by the first name only. */
  candidates(mark: string, commonName: string): Promise<readonly string[]> {
    if (!this.#isFirst) return this.#list({ externalRequester: mark });
    // A longer name is not in the request as one.
    return this.#list(commonName.length <= longestCommonName ? { commonName } : {});
  }

  /** Ids of all that wait for the authority. */
  applied(): Promise<readonly string[]> {
    return this.#list({ status: 'Applied' });
  }

  async validation(id: string): Promise<RemoteValidation> {
    return readValidation(await this.#call('GET', `/${id}/dcv`), `GET /${id}/dcv`);
  }

  async revalidate(id: string): Promise<void> {
    await this.#tell('POST', `/${id}/dcv/recheck`);
  }

  /** PEM texts: the certificate, then those that lead to the root. */
  async collect(id: string): Promise<readonly string[]> {
    const all = readPems(await this.#call('GET', `/collect/${id}?format=x509`));
    // Some accounts give the certificate alone in that format.
    return all.length > 1 ? all : [...all, ...readPems(await this.#call('GET', `/collect/${id}?format=x509IO`))];
  }

  async replace(id: string, csr: string, names: readonly string[]): Promise<void> {
    const [first = ''] = names;
    await this.#tell('POST', `/replace/${id}`, {
      csr,
      reason: 'A new key',
      ...(first.length <= longestCommonName ? { commonName: first } : {}),
      subjectAlternativeNames: names,
    });
  }

  async revoke(id: string, reasonCode: string, reason: string): Promise<void> {
    await this.#tell('POST', `/revoke/${id}`, { reasonCode, reason });
  }

  /** One certificate, whether or not its order has another by now. Version 1 has no call for it. */
  async revokeSerial(serialNumber: string, reasonCode: string, reason: string): Promise<void> {
    await this.#tell('POST', `/revoke/serial/${serialNumber}`, { reasonCode, reason });
  }

  get revokesBySerial(): boolean {
    return !this.#isFirst;
  }

  /** For a request that waits to be approved. */
  async decline(id: string): Promise<void> {
    await this.#tell('POST', `/decline/${id}`, { message: 'The order was withdrawn' });
  }

  /** For one that is under way. Version 1 has no call for it. */
  async delete(id: string): Promise<void> {
    if (this.#isFirst) throw new PanelError('rejected', `certificate ${id} is under way: withdraw it at Sectigo`);
    await this.#tell('DELETE', `/${id}`);
  }

  async profiles(): Promise<readonly unknown[]> {
    return readCount(await this.#call('GET', `/types?organizationId=${this.server.orgId}`), 'GET /types');
  }

  async #list(filter: Query): Promise<readonly string[]> {
    const found: string[] = [];
    for (let page = 0; ; page += 1) {
      if (page === mostPages) throw new PanelError('unknown_outcome', 'there are too many certificates to look through for one');
      const query = new URLSearchParams({ ...filter, size: String(pageSize), position: String(page * pageSize) });
      const ids = readIds(await this.#call('GET', `?${query.toString()}`), 'GET /');
      found.push(...ids);
      if (ids.length < pageSize) return found;
    }
  }

  /** A call that answers nothing. */
  async #tell(method: string, path: string, body?: object): Promise<void> {
    requireNothing(await this.#call(method, path, body), `${method} ${path}`);
  }

  async #call(method: string, path: string, body?: object): Promise<string> {
    try {
      return await this.#send(method, path, body);
    } catch (error) {
      // A token that is not taken any more is refused before anything is done.
      if (!(error instanceof Refusal && error.status === 401 && this.#session.forget())) throw error;
      return this.#send(method, path, body);
    }
  }

  async #send(method: string, path: string, body?: object): Promise<string> {
    const response = await this.ctx.fetch(`${this.#root}${path}`, {
      method,
      headers: { ...(await this.#session.headers()), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const what = `${method} ${path.replace(/\?.*$/, '') || '/'}`;
    return openAnswer({ what, status: response.status, headers: response.headers, text: await response.text() });
  }
}
