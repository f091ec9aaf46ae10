import type { Ctx } from '@hostwright/sdk';
import type { ServerConfig } from './config.js';
import { openUapi, openWhm, type Answer, type WhmAnswer } from './refusal.js';

/** Creating and removing an account is answered when it is done; modules elsewhere allow it as long. */
export const slowTimeoutMs = 240_000;

export type Params = Readonly<Record<string, string | number>>;

/** How WHM is called: reads by GET, changes by POST. */
export class WhmCalls {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: Pick<ServerConfig, 'host' | 'port' | 'user' | 'token'>,
  ) {}

  async read<R>(name: string, params: Params, read: (answer: WhmAnswer, what: string) => R, timeoutMs?: number): Promise<R> {
    const answer = await this.send(name, params, undefined, timeoutMs);
    return read(openWhm(answer), answer.what);
  }

  /** By POST, so that no secret stands in the address, which servers log. */
  async write(name: string, params: Params, timeoutMs?: number): Promise<void> {
    openWhm(await this.send(name, {}, params, timeoutMs));
  }

  async readUser<R>(username: string, name: string, params: Params, read: (data: unknown, what: string) => R): Promise<R> {
    const answer = await this.send('uapi_cpanel', { ...uapi(username, name), ...params });
    return read(openUapi(answer), name);
  }

  async writeUser(username: string, name: string, params: Params): Promise<void> {
    openUapi(await this.send('uapi_cpanel', uapi(username, name), params));
  }

  async send(name: string, query: Params, form?: Params, timeoutMs?: number): Promise<Answer> {
    const { host, port, user, token } = this.server;
    const address = `https://${host}:${port}/json-api/${name}?${encoded({ 'api.version': 1, ...query })}`;
    const response = await this.ctx.fetch(address, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `whm ${user}:${token}`,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: encoded(form) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const inner = name === 'uapi_cpanel' ? `${String(query['cpanel.module'])}/${String(query['cpanel.function'])}` : name;
    return { what: inner, status: response.status, headers: response.headers, text: await response.text() };
  }
}

function uapi(username: string, name: string): Params {
  const [module = '', fn = ''] = name.split('/');
  return { 'cpanel.user': username, 'cpanel.module': module, 'cpanel.function': fn };
}

/** As a form: spaces become `+`, and everything else that means something is escaped. */
function encoded(params: Params): string {
  const escape = (value: string | number): string => encodeURIComponent(value).replace(/%20/g, '+');
  return Object.entries(params)
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .join('&');
}
