import { isPanelError, PanelError, type Ctx, type JsonObject } from '@hostwright/sdk';
import { readLogin } from './answers.js';
import { rootOf, type ServerConfig } from './config.js';
import { asObject, openEnvelope, parsed, reasonOf, refuseByStatus, Refusal, type Answer, type Envelope } from './refusal.js';
import { Session, type Login } from './session.js';

/** What Pressable's own client allows a call. */
const timeoutMs = 30_000;

/** One exchange after the other with Pressable, with a token that is good. */
export class Transport {
  readonly #root: string;
  readonly #session: Session;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {
    this.#root = rootOf(server);
    this.#session = new Session(server);
  }

  /** Tries credentials that were refused before, once: somebody says that it was mended. */
  forgive(): void {
    this.#session.forgive();
  }

  /** @param path below `/v1` */
  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: JsonObject): Promise<Envelope> {
    const used = await this.#token();
    const first = await this.#send(method, `/v1${path}`, used.token, body);
    // Refused before anything was done. A new token may be good; one that was made just now never becomes so.
    const answer = first.status === 401 && !used.isNew ? await this.#again(method, path, used.token, body) : first;
    if (answer.status !== 401) this.#session.accept();
    try {
      return openEnvelope(answer);
    } catch (error) {
      if (answer.status === 401 && isPanelError(error)) this.#session.refuse(this.ctx.now(), error);
      throw error;
    }
  }

  async #again(method: string, path: string, refused: string, body: JsonObject | undefined): Promise<Answer> {
    this.#session.drop(refused);
    const { token } = await this.#token();
    return this.#send(method, `/v1${path}`, token, body);
  }

  #token() {
    return this.#session.token(this.ctx.now(), () => this.#logIn());
  }

  /** A new token. Nothing was asked of Pressable yet, so whatever goes wrong with the log-in, nothing was changed. */
  async #logIn(): Promise<Login> {
    const { clientId, clientSecret } = this.server;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    try {
      const answer = await this.#send('POST', '/auth/token', undefined, form.toString());
      const body = asObject(parsed(answer.text));
      if (answer.status === 404) {
        throw new Refusal('invalid_config', `${answer.what}: there is no log-in of Pressable's at this address`, 404, { field: 'apiUrl' });
      }
      refuseByStatus(answer, body);
      if (answer.status >= 400 && body !== undefined) {
        const message = `${answer.what}: the client ID or secret was refused: ${reasonOf(body)}`;
        throw new Refusal('invalid_config', message, answer.status, { field: 'clientSecret' });
      }
      if (body === undefined) {
        const message = `what came (${answer.status}) is no answer of Pressable's; check the address if it stays so`;
        throw new PanelError('unknown_outcome', message);
      }
      return readLogin(body, answer.what);
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
      throw new PanelError('unavailable', `the log-in did not work: ${error.message}`, { cause: error });
    }
  }

  /** @param body a form as text, or an object that is sent as JSON */
  async #send(method: string, path: string, token: string | undefined, body: JsonObject | string | undefined): Promise<Answer> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
    const response = await this.ctx.fetch(`${this.#root}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      timeoutMs,
    });
    const what = `${method} ${path.replace(/\?.*$/, '')}`;
    return { what, status: response.status, headers: response.headers, text: await response.text() };
  }
}
