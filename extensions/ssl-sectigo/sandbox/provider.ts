import { X509Certificate } from 'node:crypto';
import {
  switchRoute,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
  type TestAuthority,
} from '@hostwright/sdk-testing';
import { answered, calls, opened, Refused, refused, type Call, type Fields, type Form } from './calls.js';
import { products, problemOfOrganization, type Certificate, type CertificateState, type Order, type Orders } from './orders.js';

const price = 9;
const hour = 3_600_000;
const ok: readonly [string, string] = ['errorCode', '0'];

/** Sectigo's reseller API, small. Strict about parameters, and about how CollectSSL is called. */
export class SectigoProvider {
  credit = 1_000;
  /** Of the answer to an order: 1 is success too. */
  orderNumber = 0;
  /** False: GetDetailedOrderStatus does not say how the certificate stands. */
  tellsState = true;
  /** False: GetMDCDomainDetails is for orders of several names only. */
  tellsSingles = true;
  refunds = true;
  /** False: no second replacement is taken while the first is under way. */
  replacesPending = true;
  collectsInLines = false;
  /** How often one certificate may be collected. */
  collectHours = 3;
  private armed: { readonly call: string; readonly number: number; times: number } | undefined;
  private readonly collectedAt = new Map<number, number>();
  private collecting = 0;

  constructor(
    private readonly orders: Orders,
    private readonly authority: TestAuthority,
    private readonly clock: SandboxClock,
    private readonly now: () => number,
    private readonly violate: (what: string) => void,
  ) {}

  ledger(): readonly LedgerEntry[] {
    return [...this.orders.all.values()].filter(isAlive).map(({ number, reference, certificates }) => ({
      kind: 'certificate-order',
      id: String(number),
      details: { reference, state: certificates.at(-1)!.state, names: [...certificates.at(-1)!.names] },
    }));
  }

  routes(): readonly SandboxRoute[] {
    return [
      this.route(calls.apply, (form) => this.apply(form), 3_000),
      this.route(calls.replace, (form) => this.replace(form), 3_000),
      this.route(calls.update, (form) => this.update(form)),
      this.route(calls.status, (form) => this.status(form)),
      this.route(calls.domains, (form) => this.domains(form)),
      this.route(calls.collect, (form) => this.collect(form)),
      this.route(calls.reject, (form) => this.reject(form)),
      this.route(calls.refund, (form) => this.refund(form)),
      this.route(calls.revoke, (form) => this.revoke(form)),
      this.route(calls.emails, () => [ok, ['address', 'admin@example.com'], ['address', 'postmaster@example.com']]),
    ];
  }

  control(): readonly SandboxRoute[] {
    return [
      switchRoute('/credit', ({ credit }) => (this.credit = Number(credit))),
      switchRoute('/order-answer', ({ number }) => (this.orderNumber = Number(number))),
      switchRoute('/tells', ({ state, singles }) => void ((this.tellsState = state !== false), (this.tellsSingles = singles !== false))),
      switchRoute('/refunds', ({ open }) => (this.refunds = open === true)),
      switchRoute('/replace', ({ pending }) => (this.replacesPending = pending === true)),
      switchRoute('/collect', ({ lines, hours }) => {
        this.collectsInLines = lines === true;
        this.collectHours = Number(hours ?? 3);
      }),
      switchRoute(
        '/order',
        ({ id, state }) => void (this.orders.all.get(Number(id))!.certificates.at(-1)!.state = state as CertificateState),
      ),
      switchRoute(
        '/refuse',
        ({ call, number, times }) => (this.armed = { call: call as string, number: number as number, times: Number(times ?? 1) }),
      ),
    ];
  }

  private route(
    call: Call,
    carryOut: (form: Form) => Fields | SandboxAnswer | Promise<Fields | SandboxAnswer>,
    latencyMs = 300,
  ): SandboxRoute {
    const handle = async (request: SandboxRequest): Promise<SandboxAnswer> => {
      try {
        const form = opened(call, request);
        if (this.armed?.call === call.name && this.armed.times-- > 0) throw new Refused(this.armed.number, 'as it was told to');
        const answer = await carryOut(form);
        return 'status' in answer ? answer : answered(call, form, answer);
      } catch (error) {
        if (error instanceof Refused) return refused(call, request.body, error);
        throw error;
      }
    };
    return { method: 'POST', path: `/products/${call.name}`, latencyMs, handle };
  }

  private apply(form: Form): Fields {
    const covers = products[form.get('product')!];
    if (covers === undefined) throw new Refused(-4, "The value of the 'product' argument is invalid!");
    const days = Number(form.get('days') ?? 365 * Number(form.get('years')));
    if (!(days >= 30 && days <= 1_825)) throw new Refused(-115, 'There is no price for the product and its term!');
    if ((form.get('foreignOrderNumber') ?? '').length > 64)
      throw new Refused(-4, "The value of the 'foreignOrderNumber' argument is invalid!");
    const problem = problemOfOrganization(form);
    if (problem) throw problem;
    const paid = form.get('test') !== 'Y';
    if (paid && this.credit < price) throw new Refused(-15, 'Not enough credit!');
    const order = this.orders.add(covers, form);
    if (paid) this.credit -= price;
    const [certificate] = order.certificates;
    return [
      ['errorCode', String(this.orderNumber)],
      ['orderNumber', String(order.number)],
      ['totalCost', price.toFixed(2)],
      ...(form.get('showCertificateID') === 'Y' ? [['certificateID', String(certificate!.id)] as const] : []),
      ['expectedDeliveryTime', '1'],
    ];
  }

  private replace(form: Form): Fields {
    const { order, certificate } = this.orders.find(form);
    if (certificate.signing) throw new Refused(-26, 'The certificate is being issued.');
    if (!isAlive(order) || !order.certificates.some(({ state }) => state === 'issued'))
      throw new Refused(-160, 'The order has no certificate to replace.');
    if (certificate.state === 'pending') {
      if (!this.replacesPending) throw new Refused(-160, 'The certificate is being replaced already.');
      certificate.state = 'failed';
    }
    return [ok, ['certificateID', String(this.orders.replace(order, form).id)], ['expectedDeliveryTime', '1']];
  }

  private update(form: Form): Fields {
    const { order, certificate } = this.orders.find(form);
    const methods = order.covers === 'several names' ? (form.get('newMethods') ?? '').split(',') : [form.get('newMethod') ?? ''];
    const names = order.covers === 'several names' ? (form.get('domainNames') ?? '').split(' ') : certificate.names;
    if (methods.length !== names.length || methods.some((one) => one !== 'CNAME_CSR_HASH'))
      throw new Refused(-4, "The value of the 'newMethods' argument is invalid!");
    if (names.some((name) => !certificate.names.includes(name)))
      throw new Refused(-4, "The value of the 'domainNames' argument is invalid!");
    void this.orders.validate(certificate);
    return [ok];
  }

  private status(form: Form): Fields {
    const { order, certificate } = this.orders.find(form);
    const told = this.tellsState
      ? [['orderStatus', words[certificate.state]] as const, ['certificateStatus', words[certificate.state]] as const]
      : [];
    return [ok, ['orderNumber', String(order.number)], ...told];
  }

  private domains(form: Form): Fields {
    const { order, certificate } = this.orders.find(form);
    if (!this.tellsSingles && order.covers !== 'several names') throw new Refused(-160, 'The order is not for several names.');
    return [
      ok,
      ...certificate.names.flatMap((name, at) => [
        [`${at + 1}_domainName`, name] as const,
        [`${at + 1}_dcvMethod`, 'CNAME_CSR_HASH'] as const,
        [`${at + 1}_dcvStatus`, certificate.validated.has(name) ? 'Validated' : 'Awaiting Validation'] as const,
      ]),
    ];
  }

  private async collect(form: Form): Promise<Fields | SandboxAnswer> {
    const { certificate } = this.orders.find(form);
    if (this.collecting > 0) this.violate('CollectSSL was called while another call of it was under way');
    this.collecting += 1;
    await this.clock.wait(2_000);
    this.collecting -= 1;
    const last = this.collectedAt.get(certificate.id);
    if (last !== undefined && this.now() - last < this.clock.scaled(this.collectHours * hour))
      throw new Refused(-42, 'The call limit has been reached.');
    this.collectedAt.set(certificate.id, this.now());
    const ended = { rejected: -20, failed: -20, revoked: -21 }[certificate.state as string];
    if (ended !== undefined) throw new Refused(ended, 'The certificate is not to be had any more.');
    if (certificate.signing) throw new Refused(-26, 'The certificate is being issued.');
    if (certificate.state !== 'issued') return [ok];
    return this.files(certificate);
  }

  private files({ pem }: Certificate): Fields | SandboxAnswer {
    const [root, middle] = [this.authority.rootPem, this.authority.chainPem];
    if (this.collectsInLines) return { status: 200, headers: { 'content-type': 'text/plain' }, text: `2\n${root}${middle}${pem}` };
    const bare = (one: string): string => one.replace(/-----[^-]+-----|\s/g, '');
    return [
      ['errorCode', '2'],
      ['caCertificate', bare(root)],
      ['caCertificate', bare(middle)],
      ['certificate', bare(pem)],
    ];
  }

  private reject(form: Form): Fields {
    const { certificate } = this.orders.find(form);
    if (certificate.signing) throw new Refused(-26, 'The certificate is being issued.');
    if (certificate.state === 'rejected') throw new Refused(-20, 'The order has been rejected already.');
    if (certificate.state === 'revoked') throw new Refused(-21, 'The certificate has been revoked already.');
    if (certificate.state === 'issued') throw new Refused(-160, 'The certificate has been issued.');
    certificate.state = 'rejected';
    this.credit += price;
    return [ok];
  }

  private refund(form: Form): Fields {
    const { order } = this.orders.find(form);
    if (order.refunded) throw new Refused(-18, 'The order has been refunded already.');
    if (order.covers === 'several names') throw new Refused(-160, 'Certificates for several names are refunded by a ticket.');
    if (!this.refunds) throw new Refused(-160, 'The refund period has passed.');
    order.refunded = true;
    this.credit += price;
    for (const one of order.certificates) if (one.state === 'issued') one.state = 'revoked';
    return [ok];
  }

  private revoke(form: Form): Fields {
    const said = form.get('revocationReason');
    if (!['0', '1', '3', '4', '5'].includes(form.get('codeReason') ?? '0'))
      throw new Refused(-4, "The value of the 'codeReason' argument is invalid!");
    const serial = form.get('serialNumber')?.toLowerCase();
    const all = [...this.orders.all.values()].flatMap(({ certificates }) => certificates);
    const meant = serial === undefined ? [this.orders.find(form).certificate] : all.filter((one) => serialOf(one) === serial);
    const [first] = meant;
    if (!first) throw new Refused(-4, "The value of the 'serialNumber' argument is invalid!");
    if (first.signing) throw new Refused(said ? -26 : -23, 'The certificate is being issued.');
    if (first.state === 'rejected') throw new Refused(-20, 'The order has been rejected already.');
    if (first.state === 'revoked') throw new Refused(-21, 'The certificate has been revoked already.');
    first.state = first.state === 'issued' ? 'revoked' : 'rejected';
    return [ok];
  }
}

const words: Readonly<Record<CertificateState, string>> = {
  pending: 'Awaiting validation',
  issued: 'Issued',
  failed: 'Pre-sign failed',
  rejected: 'Rejected',
  revoked: 'Revoked',
};

const isAlive = ({ refunded, certificates }: Order): boolean => !refunded && certificates.at(-1)!.state !== 'rejected';
const serialOf = ({ pem }: Certificate): string | undefined =>
  pem === '' ? undefined : new X509Certificate(pem).serialNumber.toLowerCase();
