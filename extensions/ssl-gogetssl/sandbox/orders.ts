import type { SandboxClock, TestAuthority } from '@hostwright/sdk-testing';
import { namesIn, products, type Form, type Product } from './form.js';
import type { Looker } from './validation.js';

export type OrderState = 'unpaid' | 'processing' | 'active' | 'cancelled' | 'rejected' | 'reissue' | 'expired';

export interface Order {
  readonly id: number;
  readonly product: Product;
  readonly productId: number;
  readonly months: number;
  state: OrderState;
  csr: string;
  /** In the validation; empty without one. */
  code: string;
  names: readonly string[];
  readonly validated: Set<string>;
  certificate: string;
  begun: number;
  /** Of the last time a name was asked to be looked at again. */
  readonly lookedAt: Map<string, number>;
  /** When the validation's data appears, and when the certificate's chain does. */
  dataAt: number;
  chainAt: number;
  /** It was asked to be cancelled; people see to it. */
  cancelling: boolean;
}

const minute = 60_000;
const day = 86_400_000;
/** Life of one certificate, whatever was paid for. */
export const certificateDays = 199;
export const price = 9;

/** Orders of one account: charged at once, validated by what stands in the DNS, and signed by an authority of the sandbox's own. */
export class Orders {
  readonly all = new Map<number, Order>();
  balance = 1_000;
  /** False: without the money an order is refused, and not kept until it is paid. */
  keepsUnpaid = true;
  private nextId = 12_345_678;

  constructor(
    private readonly clock: SandboxClock,
    private readonly authority: TestAuthority,
    private readonly look: Looker,
    readonly now: () => number,
  ) {}

  /** Or why it is refused. */
  add(given: Form): Order | string {
    const names = namesIn(given);
    if (typeof names === 'string') return names;
    if (this.balance < price && !this.keepsUnpaid) return 'Not enough funds';
    const id = this.nextId++;
    const productId = Number(given.get('product_id'));
    const order: Order = {
      id,
      product: products.get(productId)!,
      productId,
      months: Number(given.get('period')),
      state: 'processing',
      csr: given.get('csr')!,
      code: given.get('unique_code') ?? '',
      names,
      validated: new Set(),
      certificate: '',
      begun: this.now(),
      lookedAt: new Map(),
      dataAt: this.after(2_000),
      chainAt: Infinity,
      cancelling: false,
    };
    this.all.set(id, order);
    if (this.balance < price) order.state = 'unpaid';
    else this.pay(order);
    return order;
  }

  pay(order: Order): void {
    this.balance -= price;
    order.state = 'processing';
    this.watch(order);
  }

  /** Why it is refused, if it is. The certificate before stays good, and is shown until there is the new one. */
  reissue(order: Order, given: Form): string | undefined {
    const names = namesIn(given);
    if (typeof names === 'string') return names;
    if (names.length > order.names.length) return 'The order has no more SAN items';
    Object.assign(order, {
      csr: given.get('csr'),
      code: given.get('unique_code') ?? '',
      names,
      state: 'reissue',
      dataAt: this.after(2_000),
    });
    order.validated.clear();
    this.watch(order);
    return undefined;
  }

  cancel(order: Order, byStaff: boolean): void {
    if (byStaff) order.cancelling = true;
    else order.state = 'cancelled';
    this.balance += price;
  }

  async validate(order: Order): Promise<void> {
    const { csr } = order;
    for (const name of order.names) if (await this.look(csr, order.code, name)) order.validated.add(name);
    if (order.csr !== csr || !isUnderWay(order) || !order.names.every((name) => order.validated.has(name))) return;
    const begun = this.now();
    const certificate = await this.authority.sign(csr, {
      names: order.names,
      notBefore: new Date(begun),
      notAfter: new Date(begun + certificateDays * day),
    });
    if (order.csr !== csr || !isUnderWay(order)) return;
    Object.assign(order, { certificate, state: 'active', begun, chainAt: this.after(3_000) });
  }

  /** GoGetSSL looks by itself, some minutes apart. */
  private watch(order: Order): void {
    const { csr } = order;
    const again = (): void => {
      if (order.csr !== csr || !isUnderWay(order)) return;
      void this.validate(order).then(() => this.clock.later(5 * minute, again));
    };
    this.clock.later(minute, again);
  }

  private after(ms: number): number {
    return this.now() + this.clock.scaled(ms);
  }
}

const isUnderWay = ({ state }: Order): boolean => state === 'processing' || state === 'reissue';
