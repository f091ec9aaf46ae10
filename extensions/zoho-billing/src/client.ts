import { PanelError, type Ctx } from '@hostwright/sdk';
import { accessToken } from './access-token.js';
import type { ServerConfig } from './config.js';

export type Answer = Readonly<Record<string, unknown>>;

interface Exchange {
  readonly what: string;
  readonly status: number;
  readonly text: string;
}

/** Everything that talks to Zoho Billing (v1). Source: zoho.com/billing/api/v1. */
export class ZohoBillingClient {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {}

  /** Throws `not_found`. */
  async subscription(id: string): Promise<Answer> {
    const { subscription } = await this.get(`/subscriptions/${id}`);
    if (typeof subscription !== 'object' || subscription === null)
      throw new PanelError('unknown_outcome', `Zoho answered no subscription for ${id}`);
    return subscription as Answer;
  }

  /** The names of the organizations that the client may read, by their ids. */
  async organizations(): Promise<ReadonlyMap<string, string>> {
    const { organizations } = await this.get('/organizations');
    if (!Array.isArray(organizations)) throw new PanelError('unknown_outcome', 'Zoho answered no list of organizations');
    return new Map((organizations as Answer[]).map(({ organization_id: id, name }) => [String(id), typeof name === 'string' ? name : '']));
  }

  private async get(path: string): Promise<Answer> {
    const token = await accessToken(this.ctx, this.server);
    const answer = await this.send(path, token);
    // One that was ended before its time, such as by the sixteenth after it.
    if (answer.status === 401) return opened(await this.send(path, await accessToken(this.ctx, this.server, token)));
    return opened(answer);
  }

  private async send(path: string, token: string): Promise<Exchange> {
    const response = await this.ctx.fetch(`${this.server.apiUrl.replace(/\/+$/, '')}/billing/v1${path}`, {
      headers: {
        accept: 'application/json',
        authorization: `Zoho-oauthtoken ${token}`,
        'X-com-zoho-subscriptions-organizationid': this.server.organizationId,
      },
    });
    return { what: `GET ${path}`, status: response.status, text: await response.text() };
  }
}

/** Code 0 is success, whatever the HTTP status; the numbers of refusals are not published, so those go by the status. */
function opened({ what, status, text }: Exchange): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const { code, message } = (typeof answer === 'object' && answer !== null ? answer : {}) as Answer;
  const said = typeof message === 'string' ? message.slice(0, 300) : 'without a reason';
  if (status === 429) throw new PanelError('unavailable', `${what}: too many requests`);
  if (status >= 500 || code === undefined) {
    if (status === 401) throw new PanelError('invalid_config', `${what}: Zoho refused the access token`);
    throw new PanelError('unknown_outcome', `${what}: answered ${status}`);
  }
  if (code === 0) return answer as Answer;
  if (status === 401 || status === 403)
    throw new PanelError('invalid_config', `${what}: ${said}; look at the organization id and the scopes of the refresh token`);
  if (status === 404) throw new PanelError('not_found', `${what}: ${said}`);
  throw new PanelError('rejected', `${what}: ${said} (code ${String(code)})`);
}
