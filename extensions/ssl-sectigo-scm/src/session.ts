import { isPanelError, PanelError, type Ctx } from '@hostwright/sdk';
import { readToken } from './answers.js';
import type { ServerConfig } from './config.js';
import { openAnswer } from './refusal.js';

/** Tokens of API clients, by account, until when they are good (milliseconds since 1970). */
const tokens = new Map<string, { readonly token: string; readonly until: number }>();
const spareMs = 30_000;

/** What shows a call to be the account's. */
export class Session {
  readonly #account: string;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {
    this.#account = JSON.stringify([server.tokenUrl, server.login, server.password]);
  }

  /** Throws `invalid_config`; `unavailable` for whatever else goes wrong, since nothing was asked yet. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { access, login, password, customerUri } = this.server;
    if (access === 'API client') return { authorization: `Bearer ${await this.#token()}` };
    if (customerUri === undefined || customerUri === '')
      throw new PanelError('invalid_config', 'an administrator logs in with a customer URI', { field: 'customerUri' });
    return { login, password, customerUri };
  }

  /** True when there was a token, which is not taken any more: a new one is worth a try. */
  forget(): boolean {
    return tokens.delete(this.#account);
  }

  async #token(): Promise<string> {
    const now = Date.parse(this.ctx.now());
    const held = tokens.get(this.#account);
    if (held && held.until > now) return held.token;
    const { token, lastsMs } = await this.#logIn();
    tokens.set(this.#account, { token, until: now + Math.max(lastsMs - spareMs, 0) });
    return token;
  }

  async #logIn() {
    const { tokenUrl, login, password } = this.server;
    const what = 'the log-in';
    try {
      const response = await this.ctx.fetch(tokenUrl, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: login, client_secret: password }).toString(),
      });
      const { status, headers } = response;
      if (status === 400 || status === 401) throw new PanelError('invalid_config', 'the client id or secret was refused');
      return readToken(openAnswer({ what, status, headers, text: await response.text() }), what);
    } catch (error) {
      if (isPanelError(error) && (error.code === 'unknown_outcome' || error.code === 'rejected'))
        throw new PanelError('unavailable', `the log-in did not work: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
