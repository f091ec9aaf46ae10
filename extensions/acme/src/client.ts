import { isPanelError, PanelError, type Ctx, type HttpResponse } from '@hostwright/sdk';
import { readAuthorization, readDirectory, readOrder, type Authorization, type Directory, type Order } from './answers.js';
import type { ServerConfig } from './config.js';
import { AccountKey } from './jose.js';
import { openAnswer, problemOf, Refusal, refusedWith, type Exchange } from './problem.js';

/** A nonce that was refused says that nothing was done; a fresh one comes with the refusal. */
const mostNonces = 10;

/** Everything that talks to the authority (RFC 8555). Requests are signed with the account's key, which is its identity. */
export class AcmeClient {
  readonly key: AccountKey;
  #directory: Promise<Directory> | undefined;
  #account: Promise<string> | undefined;
  #nonce: string | undefined;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: ServerConfig,
  ) {
    this.key = new AccountKey(server.accountKey);
  }

  /** Of one that could not be read nothing is kept: the next call reads it again. */
  async directory(): Promise<Directory> {
    this.#directory ??= this.#readDirectory().catch((error: unknown) => {
      this.#directory = undefined;
      throw error;
    });
    return this.#directory;
  }

  /** Finds the account of the key, or makes it; making it again answers the one there is. Throws `invalid_config` for what it lacks. */
  async account(): Promise<string> {
    this.#account ??= this.#openAccount().catch((error: unknown) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  async newOrder(names: readonly string[]): Promise<{ readonly url: string; readonly order: Order }> {
    const { newOrder } = await this.directory();
    const answer = await this.#post(newOrder, { identifiers: names.map((value) => ({ type: 'dns', value })) });
    return { url: this.#location(answer), order: readOrder(answer) };
  }

  async order(url: string): Promise<Order> {
    return readOrder(await this.#post(url, undefined));
  }

  async authorization(url: string): Promise<Authorization> {
    return readAuthorization(await this.#post(url, undefined));
  }

  /** Gives up a validation that was not finished. */
  async deactivate(url: string): Promise<void> {
    await this.#post(url, { status: 'deactivated' });
  }

  /** Says that the record stands. */
  async answerChallenge(url: string): Promise<void> {
    await this.#post(url, {});
  }

  /** @param csr DER, base64url */
  async finalize(url: string, csr: string): Promise<Order> {
    return readOrder(await this.#post(url, { csr }));
  }

  /** The chains offered, the authority's own choice first; that one alone unless all are wanted. PEM. */
  async certificate(url: string, all: boolean): Promise<readonly string[]> {
    const answer = await this.#post(url, undefined, 'application/pem-certificate-chain');
    const chains = [answer.text];
    for (const other of all ? alternates(answer.headers.get('link')) : [])
      chains.push((await this.#post(other, undefined, 'application/pem-certificate-chain')).text);
    return chains;
  }

  /** @param certificate DER, base64url. Throws nothing when it is revoked already. */
  async revoke(certificate: string, reason: number): Promise<void> {
    const { revokeCert } = await this.directory();
    try {
      await this.#post(revokeCert, { certificate, reason });
    } catch (error) {
      if (!refusedWith(error, 'alreadyRevoked')) throw error;
    }
  }

  async #openAccount(): Promise<string> {
    const { newAccount, externalAccountRequired } = await this.directory();
    const { contactEmail, termsAgreed, eabKeyId, eabHmacKey } = this.server;
    if (!termsAgreed)
      throw new PanelError('invalid_config', "the authority's terms of service are not agreed to", { field: 'termsAgreed' });
    // Looked for first: what binds an external account may be good for one account only, and is then used up by it.
    const known = await this.#accountAt(newAccount, { onlyReturnExisting: true });
    if (known !== undefined) return known;
    if (externalAccountRequired && (eabKeyId === undefined || eabHmacKey === undefined))
      throw new PanelError('invalid_config', 'the authority asks for an external account: its key id and HMAC key are missing', {
        field: 'eabKeyId',
      });
    const account = {
      termsOfServiceAgreed: true,
      ...(contactEmail === undefined ? {} : { contact: [`mailto:${contactEmail}`] }),
      ...(eabKeyId === undefined || eabHmacKey === undefined
        ? {}
        : { externalAccountBinding: this.key.bind(newAccount, eabKeyId, eabHmacKey) }),
    };
    const made = await this.#accountAt(newAccount, account);
    if (made === undefined) throw new PanelError('unknown_outcome', 'the authority made an account and does not know it');
    return made;
  }

  /** Undefined: there is none. */
  async #accountAt(newAccount: string, asked: object): Promise<string | undefined> {
    try {
      return this.#location(await this.#post(newAccount, asked, 'application/json', true));
    } catch (error) {
      if (refusedWith(error, 'accountDoesNotExist')) return undefined;
      // An account that is refused is for the admin to mend, whatever the reason.
      if (error instanceof Refusal && error.code === 'rejected')
        throw new PanelError('invalid_config', error.message, { cause: error, field: 'accountKey' });
      throw error;
    }
  }

  #location(answer: Exchange): string {
    const location = answer.headers.get('location');
    if (location === null || !URL.canParse(location))
      throw new PanelError('unknown_outcome', `${answer.what}: the authority names no location`);
    return location;
  }

  /** Nothing was asked of the authority before it, so no outcome is unknown. */
  async #readDirectory(): Promise<Directory> {
    const url = this.server.directoryUrl;
    const exchange = await this.#exchange('GET', url, await this.ctx.fetch(url, { headers: { accept: 'application/json' } }));
    try {
      return readDirectory(openAnswer(exchange));
    } catch (error) {
      if (!isPanelError(error) || error.code === 'unavailable') throw error;
      if (exchange.status >= 500) throw new PanelError('unavailable', error.message, { cause: error });
      throw new PanelError('invalid_config', `${url} is no ACME directory`, { cause: error, field: 'directoryUrl' });
    }
  }

  async #post(url: string, payload: unknown, accept = 'application/json', withKey = false): Promise<Exchange> {
    const who = withKey ? { jwk: this.key.jwk } : { kid: await this.account() };
    for (let attempt = 1; ; attempt += 1) {
      const nonce = this.#nonce ?? (await this.#freshNonce());
      this.#nonce = undefined;
      const response = await this.ctx.fetch(url, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/jose+json' },
        body: this.key.sign({ ...who, nonce, url }, payload),
      });
      this.#nonce = response.headers.get('replay-nonce') ?? undefined;
      try {
        return openAnswer(await this.#exchange('POST', url, response));
      } catch (error) {
        if (!refusedWith(error, 'badNonce') || attempt >= mostNonces) throw error;
      }
    }
  }

  async #freshNonce(): Promise<string> {
    const { newNonce } = await this.directory();
    const response = await this.ctx.fetch(newNonce, { method: 'HEAD' });
    const nonce = response.headers.get('replay-nonce');
    if (nonce !== null) return nonce;
    // Nothing was asked of the authority yet.
    const { retryAfterMs } = response.status >= 400 ? problemOf(await this.#exchange('HEAD', newNonce, response)) : {};
    throw new PanelError(
      'unavailable',
      `the authority gives out no nonce (${response.status})`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }

  async #exchange(method: string, url: string, response: HttpResponse): Promise<Exchange> {
    const what = `${method} ${new URL(url).pathname}`;
    return { what, status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** The other chains of a certificate, `Link: <url>;rel="alternate"`; four at the most. */
function alternates(link: string | null): string[] {
  const found = [...(link ?? '').matchAll(/<([^>]+)>\s*;\s*rel="?alternate"?/g)].map(([, url]) => url ?? '');
  return found.filter((url) => URL.canParse(url)).slice(0, 4);
}
