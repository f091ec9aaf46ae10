import { createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import {
  json,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
  type TestAuthority,
} from '@hostwright/sdk-testing';
import { dcvRecord, type Looker } from './validation.js';
import { dayOf, form, namesIn, refusal, success, type Form } from './wire.js';

export const account = { user: 'reseller@example.net', password: 'api-password-1' };

type OrderState = 'unpaid' | 'processing' | 'active' | 'cancelled' | 'rejected' | 'reissue';

interface Order {
  readonly id: number;
  readonly productId: number;
  readonly months: number;
  state: OrderState;
  csr: string;
  names: readonly string[];
  readonly validated: Set<string>;
  certificate: string;
  begun: number;
  /** Of the last time a name was asked to be looked at again. */
  readonly lookedAt: Map<string, number>;
  /** When the validation's data appears. */
  dataAt: number;
}

const minute = 60_000;
const day = 86_400_000;
/** Life of one certificate, whatever was paid for. */
const certificateDays = 199;
const price = 9;

/** GoGetSSL, small: orders are charged at once, validated by what stands in the DNS, and signed by an authority of the sandbox's own. */
export class GoGetSslProvider {
  readonly orders = new Map<number, Order>();
  balance = 1_000;
  /** False: the list of orders is refused, as on accounts that lack it. */
  hasList = true;
  private readonly keys = new Set<string>();
  private nextId = 12_345_678;

  constructor(
    private readonly clock: SandboxClock,
    private readonly authority: TestAuthority,
    private readonly look: Looker,
    private readonly now: () => number,
  ) {}

  ledger(): readonly LedgerEntry[] {
    return [...this.orders.values()]
      .filter(({ state }) => state !== 'cancelled' && state !== 'rejected')
      .map(({ id, state, names, csr }) => ({
        kind: 'certificate-order',
        id: String(id),
        details: { state, names: [...names], request: createHash('sha256').update(csr).digest('hex') },
      }));
  }

  /** Everything but the log-in needs the key that it gave. */
  before = ({ path, query }: SandboxRequest): SandboxAnswer | undefined => {
    if (path === '/auth/') return undefined;
    return this.keys.has(query.get('auth_key') ?? '') ? undefined : refusal('Access denied', 403);
  };

  routes(): readonly SandboxRoute[] {
    return [
      { method: 'POST', path: '/auth/', handle: ({ body }) => this.logIn(form(body)) },
      { method: 'GET', path: '/account/balance/', handle: () => success({ balance: this.balance.toFixed(2), currency: 'USD' }) },
      { method: 'POST', path: '/orders/add_ssl_order/', latencyMs: 3_000, handle: ({ body }) => this.order(form(body)) },
      { method: 'POST', path: '/orders/add_ssl_renew_order/', latencyMs: 3_000, handle: ({ body }) => this.order(form(body)) },
      {
        method: 'POST',
        path: '/orders/ssl/reissue/:id',
        latencyMs: 2_000,
        handle: ({ params, body }) => this.reissue(params['id']!, form(body)),
      },
      { method: 'GET', path: '/orders/status/:id', handle: ({ params }) => this.status(params['id']!) },
      { method: 'POST', path: '/orders/statuses/', handle: ({ body }) => this.statuses(form(body)) },
      { method: 'GET', path: '/orders/ssl/all', handle: ({ query }) => this.list(query) },
      { method: 'POST', path: '/orders/ssl/revalidate/:id', handle: ({ params, body }) => this.revalidate(params['id']!, form(body)) },
      { method: 'POST', path: '/orders/cancel_ssl_order/', latencyMs: 1_500, handle: ({ body }) => this.cancel(form(body)) },
    ];
  }

  control(): readonly SandboxRoute[] {
    const set = (path: string, apply: (value: JsonObject) => void): SandboxRoute => ({
      method: 'PUT',
      path,
      handle: ({ body }) => {
        apply(body as JsonObject);
        return json(200, {});
      },
    });
    return [
      set('/balance', ({ balance }) => (this.balance = Number(balance))),
      set('/sessions', () => this.keys.clear()),
      set('/list', ({ has }) => (this.hasList = has === true)),
      set('/order', ({ id, state }) => void (this.orders.get(Number(id))!.state = state as OrderState)),
      set('/paid', ({ id }) => this.pay(this.orders.get(Number(id))!)),
    ];
  }

  private logIn(given: Form): SandboxAnswer {
    if (given.get('user') !== account.user || given.get('pass') !== account.password) return refusal('Wrong username or password', 403);
    const key = randomBytes(20).toString('hex');
    this.keys.add(key);
    return success({ key });
  }

  private order(given: Form): SandboxAnswer {
    const missing = [
      'product_id',
      'period',
      'csr',
      'server_count',
      'webserver_type',
      'dcv_method',
      'admin_firstname',
      'admin_lastname',
      'admin_phone',
      'admin_title',
      'admin_email',
      'tech_email',
    ].find((name) => !given.get(name));
    if (missing !== undefined) return refusal(`Field ${missing} is required`);
    const names = namesIn(given);
    if (typeof names === 'string') return refusal(names);
    const id = this.nextId++;
    const order: Order = {
      id,
      productId: Number(given.get('product_id')),
      months: Number(given.get('period')),
      state: 'processing',
      csr: given.get('csr')!,
      names,
      validated: new Set(),
      certificate: '',
      begun: this.now(),
      lookedAt: new Map(),
      dataAt: this.now() + this.clock.scaled(2_000),
    };
    this.orders.set(id, order);
    if (this.balance < price) order.state = 'unpaid';
    else this.pay(order);
    return success({
      order_id: id,
      invoice_id: id - 1_000,
      order_status: order.state === 'unpaid' ? 'unpaid' : 'pending',
      order_amount: price.toFixed(2),
      currency: 'USD',
    });
  }

  private pay(order: Order): void {
    this.balance -= price;
    order.state = 'processing';
    this.watch(order);
  }

  private reissue(id: string, given: Form): SandboxAnswer {
    const order = this.orders.get(Number(id));
    if (!order || order.state !== 'active') return refusal('Order can not be reissued');
    const names = namesIn(given);
    if (typeof names === 'string') return refusal(names);
    Object.assign(order, {
      csr: given.get('csr'),
      names,
      state: 'reissue',
      begun: this.now(),
      dataAt: this.now() + this.clock.scaled(2_000),
    });
    order.validated.clear();
    this.watch(order);
    return success({ order_id: order.id, order_status: 'reissue', validation: {} });
  }

  private status(id: string): SandboxAnswer {
    const order = this.orders.get(Number(id));
    if (!order) return refusal('Order not found');
    const [domain, ...others] = order.names;
    const shows = this.now() >= order.dataAt && order.state !== 'unpaid';
    const validation = (name: string) => (shows ? { dns: { record: dcvRecord(order.csr, name) } } : {});
    const active = order.certificate !== '';
    return success({
      order_id: String(order.id),
      partner_order_id: String(order.id + 900_000_000),
      status: order.state,
      status_description: '',
      product_id: String(order.productId),
      domain: domain!,
      total_domains: String(order.names.length),
      validity_period: order.months,
      csr_code: order.csr,
      crt_code: order.certificate,
      ca_code: active ? this.authority.chainPem : '',
      valid_from: active ? dayOf(order.begun) : '0000-00-00',
      valid_till: active ? dayOf(order.begun + certificateDays * day) : '0000-00-00',
      begin_date: active ? dayOf(order.begun) : '0000-00-00',
      end_date: active ? dayOf(order.begun + order.months * 30 * day) : '0000-00-00',
      dcv_method: 'dns',
      dcv_status: order.validated.has(domain!) ? '2' : shows ? '1' : '0',
      approver_method: validation(domain!),
      san: others.map((name) => ({
        san_name: name,
        validation_method: 'dns',
        status: order.validated.has(name) ? '2' : shows ? '1' : '0',
        status_description: '',
        validation: validation(name),
      })),
      manual_check: 0,
    });
  }

  private statuses(given: Form): SandboxAnswer {
    const ids = (given.get('cids') ?? '').split(',').filter(Boolean);
    const found = ids.flatMap((id) => this.orders.get(Number(id)) ?? []);
    return success({
      certificates: found.map(({ id, state }) => ({ order_id: String(id), status: state })),
      time_stamp: Math.floor(this.now() / 1_000),
    });
  }

  private list(query: URLSearchParams): SandboxAnswer {
    if (!this.hasList) return refusal('Method not found');
    const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
    const orders = [...this.orders.values()].slice(offset, offset + limit);
    return success({
      orders: orders.map(({ id, state, names }) => ({ order_id: id, domain: names[0]!, status: state })),
      limit,
      offset,
      count: this.orders.size,
    });
  }

  private revalidate(id: string, given: Form): SandboxAnswer {
    const order = this.orders.get(Number(id));
    const name = given.get('domain') ?? '';
    if (!order?.names.includes(name)) return refusal('Domain not found in the order');
    const last = order.lookedAt.get(name);
    if (last !== undefined && this.now() - last < this.clock.scaled(15 * minute)) return refusal('Function is locked for 15 minutes.');
    order.lookedAt.set(name, this.now());
    void this.validate(order, order.csr);
    return success({ message: 'Revalidation was started' });
  }

  private cancel(given: Form): SandboxAnswer {
    const order = this.orders.get(Number(given.get('order_id')));
    if (!order) return refusal('Order not found');
    if (!given.get('reason')) return refusal('Field reason is required');
    if (order.state === 'cancelled') return refusal('Order is already cancelled');
    order.state = 'cancelled';
    this.balance += price;
    return success({ order_id: String(order.id) });
  }

  /** GoGetSSL looks by itself, some minutes apart. */
  private watch(order: Order): void {
    const { csr } = order;
    const again = (): void => {
      if (order.csr !== csr || (order.state !== 'processing' && order.state !== 'reissue')) return;
      void this.validate(order, csr).then(() => this.clock.later(5 * minute, again));
    };
    this.clock.later(minute, again);
  }

  private async validate(order: Order, csr: string): Promise<void> {
    for (const name of order.names) if (await this.look(csr, name)) order.validated.add(name);
    if (order.csr !== csr || !order.names.every((name) => order.validated.has(name))) return;
    if (order.state !== 'processing' && order.state !== 'reissue') return;
    const begun = this.now();
    const certificate = await this.authority.sign(csr, {
      names: order.names,
      notBefore: new Date(begun),
      notAfter: new Date(begun + certificateDays * day),
    });
    if (order.csr === csr && (order.state === 'processing' || order.state === 'reissue'))
      Object.assign(order, { certificate, state: 'active', begun });
  }
}
