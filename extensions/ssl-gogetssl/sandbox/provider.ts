import { createHash, randomBytes } from 'node:crypto';
import {
  json,
  switchRoute,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
  type TestAuthority,
} from '@hostwright/sdk-testing';
import { form, problemOfOrder, problemOfRequest, products, refusal, success, type Form } from './form.js';
import { price, type Order, type Orders, type OrderState } from './orders.js';
import { statusOf } from './status.js';

export const account = { user: 'reseller@example.net', password: 'api-password-1' };

const minute = 60_000;
const longestPage = 100;

/** GoGetSSL, small. */
export class GoGetSslProvider {
  /** False: the list of orders is refused, as on accounts that lack it. */
  hasList = true;
  /** True: an order that was cancelled stays active until people have seen to it. */
  cancelledByStaff = false;
  /** False: no order is taken back any more. */
  takesBack = true;
  /** How many of the next calls come upon a page of maintenance, with HTTP 200. */
  maintenance = 0;
  /** True: every key is refused, new ones too. */
  lockedOut = false;
  private readonly keys = new Set<string>();

  constructor(
    private readonly orders: Orders,
    private readonly authority: TestAuthority,
    private readonly clock: SandboxClock,
  ) {}

  ledger(): readonly LedgerEntry[] {
    return [...this.orders.all.values()]
      .filter(({ state, cancelling }) => state !== 'cancelled' && state !== 'rejected' && state !== 'expired' && !cancelling)
      .map(({ id, state, names, csr }) => ({
        kind: 'certificate-order',
        id: String(id),
        details: { state, names: [...names], request: createHash('sha256').update(csr).digest('hex') },
      }));
  }

  /** Everything but the log-in needs the key that it gave. */
  before = ({ path, query }: SandboxRequest): SandboxAnswer | undefined => {
    if (this.maintenance-- > 0) return { status: 200, headers: { 'content-type': 'text/html' }, text: '<h1>Scheduled maintenance</h1>' };
    this.maintenance = 0;
    if (path === '/auth/') return undefined;
    return this.keys.has(query.get('auth_key') ?? '') && !this.lockedOut ? undefined : refusal('Access denied', 403);
  };

  routes(): readonly SandboxRoute[] {
    return [
      { method: 'POST', path: '/auth/', handle: ({ body }) => this.logIn(form(body)) },
      {
        method: 'GET',
        path: '/account/balance/',
        handle: () => success({ balance: this.orders.balance.toFixed(2), currency: 'USD' }),
      },
      { method: 'POST', path: '/orders/add_ssl_order/', latencyMs: 3_000, handle: ({ body }) => this.order(form(body)) },
      { method: 'POST', path: '/orders/add_ssl_renew_order/', latencyMs: 3_000, handle: ({ body }) => this.order(form(body)) },
      {
        method: 'POST',
        path: '/orders/ssl/reissue/:id',
        latencyMs: 2_000,
        handle: ({ params, body }) => this.reissue(this.find(params['id']), form(body)),
      },
      { method: 'GET', path: '/products/ssl/:id', handle: ({ params }) => this.product(Number(params['id'])) },
      { method: 'GET', path: '/orders/status/:id', handle: ({ params }) => this.status(this.find(params['id'])) },
      { method: 'POST', path: '/orders/statuses/', handle: ({ body }) => this.statuses(form(body)) },
      { method: 'GET', path: '/orders/ssl/all', handle: ({ query }) => this.list(query) },
      {
        method: 'POST',
        path: '/orders/ssl/revalidate/:id',
        handle: ({ params, body }) => this.revalidate(this.find(params['id']), form(body)),
      },
      { method: 'POST', path: '/orders/cancel_ssl_order/', latencyMs: 1_500, handle: ({ body }) => this.cancel(form(body)) },
    ];
  }

  /** See `index.ts`. */
  control(): readonly SandboxRoute[] {
    return [
      switchRoute('/balance', ({ balance, refuses }) => {
        this.orders.balance = Number(balance);
        this.orders.keepsUnpaid = refuses !== true;
      }),
      switchRoute('/sessions', () => this.keys.clear()),
      switchRoute('/locked-out', ({ is }) => (this.lockedOut = is === true)),
      switchRoute('/maintenance', ({ calls }) => (this.maintenance = Number(calls))),
      switchRoute('/list', ({ has }) => (this.hasList = has === true)),
      switchRoute('/cancellations', ({ byStaff, open }) => {
        this.cancelledByStaff = byStaff === true;
        this.takesBack = open !== false;
      }),
      switchRoute('/order', ({ id, state }) => void (this.find(String(id))!.state = state as OrderState)),
      switchRoute('/paid', ({ id }) => this.orders.pay(this.find(String(id))!)),
    ];
  }

  private find(id: string | undefined): Order | undefined {
    return this.orders.all.get(Number(id));
  }

  private logIn(given: Form): SandboxAnswer {
    if (given.get('user') !== account.user || given.get('pass') !== account.password) return refusal('Wrong username or password', 403);
    const key = randomBytes(20).toString('hex');
    this.keys.add(key);
    return success({ key });
  }

  private order(given: Form): SandboxAnswer {
    const problem = problemOfOrder(given);
    if (problem !== undefined) return refusal(problem);
    const order = this.orders.add(given);
    if (typeof order === 'string') return refusal(order);
    return success({
      order_id: order.id,
      invoice_id: order.id - 1_000,
      order_status: order.state === 'unpaid' ? 'unpaid' : 'pending',
      order_amount: price.toFixed(2),
      currency: 'USD',
    });
  }

  private reissue(order: Order | undefined, given: Form): SandboxAnswer {
    if (!order || order.state !== 'active') return refusal('Order can not be reissued');
    const problem = problemOfRequest(given, order.product) ?? this.orders.reissue(order, given);
    return problem === undefined ? success({ order_id: order.id, order_status: 'reissue', validation: {} }) : refusal(problem);
  }

  private status(order: Order | undefined): SandboxAnswer {
    return order ? success(statusOf(order, this.orders.now(), this.authority.chainPem)) : refusal('Order not found');
  }

  private statuses(given: Form): SandboxAnswer {
    const ids = (given.get('cids') ?? '').split(',').filter(Boolean);
    const found = ids.flatMap((id) => this.find(id) ?? []);
    return success({
      certificates: found.map(({ id, state }) => ({ order_id: String(id), status: state })),
      time_stamp: Math.floor(this.orders.now() / 1_000),
    });
  }

  private product(id: number): SandboxAnswer {
    if (!products.has(id)) return refusal('Product not found');
    return success({ product: { id: String(id), prices: { vendor: { '12': price.toFixed(2) } } } });
  }

  private list(query: URLSearchParams): SandboxAnswer {
    if (!this.hasList) return refusal('Method not found');
    const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
    // The newest first, and never more than a page of its own, whatever is asked for.
    const orders = [...this.orders.all.values()].reverse().slice(offset, offset + Math.min(limit, longestPage));
    return success({ orders: orders.map(({ id, state }) => ({ order_id: id, status: state })) });
  }

  private revalidate(order: Order | undefined, given: Form): SandboxAnswer {
    const name = given.get('domain') ?? '';
    if (!order?.names.includes(name)) return refusal('Domain not found in the order');
    const now = this.orders.now();
    const last = order.lookedAt.get(name);
    if (last !== undefined && now - last < this.clock.scaled(15 * minute)) return refusal('Function is locked for 15 minutes.');
    order.lookedAt.set(name, now);
    void this.orders.validate(order);
    return success({ message: 'Revalidation was started' });
  }

  private cancel(given: Form): SandboxAnswer {
    const order = this.find(given.get('order_id'));
    if (!order) return refusal('Order not found');
    if (!given.get('reason')) return refusal('Field reason is required');
    if (order.state === 'cancelled' || order.cancelling) return refusal('Cancellation of the order was requested already');
    if (!this.takesBack) return refusal('Order can not be cancelled');
    this.orders.cancel(order, this.cancelledByStaff);
    return success({ order_id: String(order.id) });
  }
}

/** Of requests that are refused whatever they ask. */
export const notFound = (): SandboxAnswer => json(200, { error: true, message: 'Error', description: 'Method not found' });
