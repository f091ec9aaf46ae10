import { isPanelError, PanelError, type Ctx } from '@hostwright/sdk';
import type { CertificateWish } from '@hostwright/sdk-certificates';
import { readBalance, readKey, readList, readOrder, readOrderId, readStates, type OrderState, type RemoteOrder } from './answers.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { contactFields, organizationFields, requestFields } from './order-fields.js';
import { isKeyRefused, openAnswer, type Exchange } from './refusal.js';

/** An order as it is sent. */
export interface NewOrder extends Pick<CertificateWish, 'names' | 'csr' | 'once' | 'organization'> {
  readonly product: ProductConfig;
}

const pageSize = 500;
/** More orders than this nobody looks through for one; then a person decides. */
const mostPages = 20;
/** GoGetSSL's own limit for one call is not published. */
const statusesAtOnce = 100;

/** Keys of sessions, by account. They are good for long, and getting one counts against the account. */
const keys = new Map<string, string>();

/** Everything that talks to GoGetSSL (v1). */
export class GoGetSslClient {
  readonly #root: string;
  readonly #account: string;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: ServerConfig,
  ) {
    this.#root = server.apiUrl.replace(/\/+$/, '');
    this.#account = JSON.stringify([this.#root, server.user, server.password]);
  }

  async balance(): Promise<{ readonly balance: number; readonly currency: string }> {
    return readBalance(await this.#call('GET', '/account/balance/'), 'GET /account/balance/');
  }

  async order(order: NewOrder): Promise<string> {
    return this.#place('/orders/add_ssl_order/', order);
  }

  /** A new order in place of one that ends. */
  async renew(order: NewOrder): Promise<string> {
    return this.#place('/orders/add_ssl_renew_order/', order);
  }

  async reissue(id: string, order: NewOrder): Promise<void> {
    const path = `/orders/ssl/reissue/${id}`;
    readOrderId(await this.#call('POST', path, requestFields(order)), `POST ${path}`);
  }

  /** Throws a `Refusal` when there is no such order; its words are no code. */
  async status(id: string): Promise<RemoteOrder> {
    const path = `/orders/status/${id}`;
    return readOrder(await this.#call('GET', path), `GET ${path}`);
  }

  async states(ids: readonly string[]): Promise<ReadonlyMap<string, OrderState>> {
    const found = new Map<string, OrderState>();
    for (let at = 0; at < ids.length; at += statusesAtOnce) {
      const answer = await this.#call('POST', '/orders/statuses/', { cids: ids.slice(at, at + statusesAtOnce).join(',') });
      for (const [id, state] of readStates(answer, 'POST /orders/statuses/')) found.set(id, state);
    }
    return found;
  }

  /** Every order of the account for that name, ended ones left out. */
  async ordersFor(domain: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let page = 0; ; page += 1) {
      if (page === mostPages) throw new PanelError('unknown_outcome', 'there are too many orders to look through for one');
      const path = `/orders/ssl/all?limit=${pageSize}&offset=${page * pageSize}`;
      const orders = readList(await this.#call('GET', path), 'GET /orders/ssl/all');
      // Where the list does not tell the name, the order itself has to.
      const alive = orders.filter((one) => one.state !== 'cancelled' && one.state !== 'rejected' && one.state !== 'expired');
      found.push(...alive.filter((one) => one.domain === '' || one.domain === domain).map(({ id }) => id));
      if (orders.length < pageSize) return found;
    }
  }

  /** Asks to look at a name's validation now. */
  async revalidate(id: string, domain: string): Promise<void> {
    await this.#call('POST', `/orders/ssl/revalidate/${id}`, { domain });
  }

  async cancel(id: string, reason: string): Promise<void> {
    await this.#call('POST', '/orders/cancel_ssl_order/', { order_id: id, reason });
  }

  async #place(path: string, order: NewOrder): Promise<string> {
    const { product, organization } = order;
    const answer = await this.#call('POST', path, {
      product_id: String(product.productId),
      period: String(product.months),
      server_count: '-1',
      ...contactFields(this.server, organization),
      ...(organization ? organizationFields(organization) : {}),
      ...requestFields(order),
    });
    return readOrderId(answer, `POST ${path}`);
  }

  async #call(method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const held = keys.get(this.#account);
    const answer = await this.#send(method, path, held ?? (await this.#logIn()), form);
    // A key that is not taken any more is refused before anything is done.
    if (held === undefined || !isKeyRefused(answer)) return openAnswer(answer);
    keys.delete(this.#account);
    return openAnswer(await this.#send(method, path, await this.#logIn(), form));
  }

  /** A new key. Nothing was asked yet, so whatever goes wrong with the log-in, nothing was changed. */
  async #logIn(): Promise<string> {
    const { user, password } = this.server;
    try {
      const answer = await this.#send('POST', '/auth/', undefined, { user, pass: password });
      const key = readKey(openAnswer(answer), answer.what);
      keys.set(this.#account, key);
      return key;
    } catch (error) {
      if (!isPanelError(error)) throw error;
      if (error.code === 'unknown_outcome')
        throw new PanelError('unavailable', `the log-in did not work: ${error.message}`, { cause: error });
      if (error.code === 'rejected') throw new PanelError('invalid_config', `the log-in was refused: ${error.message}`, { cause: error });
      throw error;
    }
  }

  async #send(method: string, path: string, key: string | undefined, form?: Readonly<Record<string, string>>): Promise<Exchange> {
    const query = key === undefined ? '' : `${path.includes('?') ? '&' : '?'}auth_key=${encodeURIComponent(key)}`;
    const response = await this.ctx.fetch(`${this.#root}${path}${query}`, {
      method,
      headers: { accept: 'application/json', ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
      ...(form ? { body: new URLSearchParams(form).toString() } : {}),
    });
    return {
      what: `${method} ${path.replace(/\?.*$/, '')}`,
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    };
  }
}
