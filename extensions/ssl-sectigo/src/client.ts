import type { Ctx } from '@hostwright/sdk';
import type { CertificateWish } from '@hostwright/sdk-certificates';
import {
  openAnswer,
  readCertificates,
  readNames,
  readReference,
  readState,
  type Answer,
  type OrderState,
  type RemoteName,
  type RemoteReference,
} from './answers.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { organizationFields } from './organization-fields.js';
import { isRefused } from './refusal.js';

/** An order as it is sent; `once` is its `uniqueValue`: at most 20 letters and digits. */
export interface NewOrder extends Pick<CertificateWish, 'names' | 'csr' | 'once' | 'organization'> {
  readonly product: ProductConfig;
}

type Form = Readonly<Record<string, string>>;

const method = 'CNAME_CSR_HASH';
/** For calls that answer `errorCode=…` only when they are asked to; others refuse the parameter. */
const encoded: Form = { responseFormat: '1' };
/** "Other". */
const refundReason = '11';

/** The call of CollectSSL that is under way, by address. */
const collecting = new Map<string, Promise<unknown>>();

/** Where an order does not tell how it stands its wait collects too, without the permit that keeps those apart whose certificates are there. */
function afterTheOthers<T>(where: string, call: () => Promise<T>): Promise<T> {
  const mine = (collecting.get(where) ?? Promise.resolve()).then(call, call);
  const last = mine.catch(() => undefined).then(() => void (collecting.get(where) === last && collecting.delete(where)));
  collecting.set(where, last);
  return mine;
}

/** Everything that talks to Sectigo. A parameter that a call does not know is refused, so each sends what its page names and no more. */
export class SectigoClient {
  readonly #root: string;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: ServerConfig,
  ) {
    this.#root = server.apiUrl.replace(/\/+$/, '');
  }

  /** `reference`: ours, at most 64 characters; nothing can be found by it but in Sectigo's own pages. */
  async order(order: NewOrder, reference: string): Promise<RemoteReference> {
    const { product, organization } = order;
    const answer = await this.#call('!AutoApplySSL', {
      ...encoded,
      product: String(product.code),
      days: String(product.days),
      foreignOrderNumber: reference,
      ...(this.server.testOrders ? { test: 'Y' } : {}),
      ...(organization ? organizationFields(organization, product.validates === 'extended') : {}),
      ...this.#request(order),
    });
    return readReference(answer);
  }

  /** Another certificate of an order. The one before stays good. */
  async replace(orderNumber: string, order: NewOrder): Promise<RemoteReference> {
    return readReference(await this.#call('!AutoReplaceSSL', { ...encoded, orderNumber, ...this.#request(order) }), orderNumber);
  }

  /** Asks to look at the names' validation now: the same method once more. This call refuses `responseFormat`, and answers in it all the same. */
  async revalidate(orderNumber: string, { names, product }: Pick<NewOrder, 'names' | 'product'>): Promise<void> {
    const several = { domainNames: names.join(' '), newMethods: names.map(() => method).join(',') };
    await this.#call('!AutoUpdateDCV', { orderNumber, ...(product.covers === 'several names' ? several : { newMethod: method }) });
  }

  /** Undefined: it does not tell. */
  async state({ orderNumber, certificateId }: RemoteReference): Promise<OrderState | undefined> {
    const which: Form = certificateId === undefined ? { orderNumber } : { certificateID: certificateId };
    return readState(await this.#call('!GetDetailedOrderStatus', { ...encoded, ...which, queryType: '1' }));
  }

  /** The names of an order with how far they are; none where Sectigo tells that of orders for several names only. */
  async names(orderNumber: string): Promise<readonly RemoteName[]> {
    try {
      return readNames(await this.#call('!GetMDCDomainDetails', { ...encoded, orderNumber, showStatusDetails: 'Y' }));
    } catch (error) {
      if (isRefused(error)) return [];
      throw error;
    }
  }

  /** PEM texts; undefined while there is no certificate. Not to be called side by side, nor more often than every three hours. */
  async collect({ orderNumber, certificateId }: RemoteReference): Promise<readonly string[] | undefined> {
    const which: Form = certificateId === undefined ? { orderNumber } : { certificateID: certificateId };
    const form = { ...encoded, ...which, queryType: '1', responseType: '3', responseEncoding: '0' };
    return readCertificates(await afterTheOthers(this.#root, () => this.#call('download/CollectSSL', form)));
  }

  /** Withdraws an order without a certificate. Answers in lines only. */
  async reject(orderNumber: string): Promise<void> {
    await this.#call('!AutoReject', { orderNumber });
  }

  /** For a single name or a wildcard, and only for some weeks. */
  async refund(orderNumber: string): Promise<void> {
    await this.#call('!AutoRefund', { orderNumber, refundReasonCode: refundReason });
  }

  /** `which`: an order with its certificates, or one certificate by its serial number. Without words on why, its refusals had other numbers. */
  async revoke(which: { readonly orderNumber: string } | { readonly serialNumber: string }, reason: string, code: string): Promise<void> {
    await this.#call('!AutoRevokeSSL', { ...encoded, ...which, revocationReason: reason, codeReason: code });
  }

  /** Shows that the account is let in. Throws `invalid_config` when it is not. */
  async greet(): Promise<void> {
    try {
      await this.#call('!GetDCVEmailAddressList', { domainName: 'example.com' });
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }

  #request({ names, csr, once, product }: NewOrder): Form {
    return {
      csr,
      serverSoftware: '-1',
      isCustomerValidated: 'N',
      dcvMethod: method,
      uniqueValue: once,
      showCertificateID: 'Y',
      ...(product.covers === 'several names' ? { domainNames: names.join(','), primaryDomainName: names[0]!.slice(0, 64) } : {}),
    };
  }

  async #call(what: string, form: Form): Promise<Answer> {
    const { loginName, loginPassword } = this.server;
    const response = await this.ctx.fetch(`${this.#root}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ loginName, loginPassword, ...form }).toString(),
    });
    return openAnswer({ what, status: response.status, headers: response.headers, text: await response.text() });
  }
}
