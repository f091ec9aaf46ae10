import { isPanelError, PanelError, type Ctx } from '@hostwright/sdk';
import type { CertificateWish } from '@hostwright/sdk-certificates';
import {
  readBalance,
  readKey,
  readList,
  readOrder,
  readOrderId,
  readPrice,
  readStates,
  requireSuccess,
  type OrderState,
  type RemoteOrder,
} from './answers.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { contactFields, organizationFields, requestFields } from './order-fields.js';
import { isKeyRefused, openAnswer, type Exchange } from './refusal.js';

/** An order as it is sent. */
export interface NewOrder extends Pick<CertificateWish, 'names' | 'csr' | 'once' | 'organization'> {
  readonly product: ProductConfig;
}

/** The longest page that GoGetSSL gives is not published: it may be shorter than asked for. */
const pageSize = 500;
/** More pages than this nobody looks through for one order; then a person decides. */
const mostPages = 100;
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

  /** What an order without further names costs, in the account's currency; undefined where GoGetSSL does not tell. */
  async price({ productId, months }: Pick<ProductConfig, 'productId' | 'months'>): Promise<number | undefined> {
    return readPrice(await this.#call('GET', `/products/ssl/${productId}`), months);
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

  /** Ids of every order of the account, ended ones too, in no particular order. */
  async orders(): Promise<readonly string[]> {
    const found = new Set<string>();
    for (let page = 0; page < mostPages; page += 1) {
      const known = found.size;
      for (const id of await this.ordersFrom(known)) found.add(id);
      if (found.size === known) return [...found];
    }
    throw new PanelError('unknown_outcome', 'the account has too many orders to look through for one');
  }

  /** One page of them. Throws a `Refusal` where the account has no list. */
  async ordersFrom(offset: number): Promise<readonly string[]> {
    return readList(await this.#call('GET', `/orders/ssl/all?limit=${pageSize}&offset=${offset}`), 'GET /orders/ssl/all');
  }

  /** Asks to look at a name's validation now. */
  async revalidate(id: string, domain: string): Promise<void> {
    await this.#call('POST', `/orders/ssl/revalidate/${id}`, { domain });
  }

  async cancel(id: string, reason: string): Promise<void> {
    const path = '/orders/cancel_ssl_order/';
    requireSuccess(await this.#call('POST', path, { order_id: id, reason }), `POST ${path}`);
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
