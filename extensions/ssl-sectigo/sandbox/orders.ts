import { createHash } from 'node:crypto';
import { namesOfRequest, type SandboxClock, type TestAuthority } from '@hostwright/sdk-testing';
import { Refused, type Form } from './calls.js';
import { derOf, type Looker } from './validation.js';

export type Covers = 'one name' | 'one wildcard' | 'several names';
export const products: Readonly<Record<string, Covers>> = {
  287: 'one name',
  289: 'one wildcard',
  279: 'several names',
  316: 'one name',
  337: 'one name',
};
const ofOrganization = ['organizationName', 'streetAddress1', 'localityName', 'stateOrProvinceName', 'postalCode', 'countryName'];
/** What products besides those for domains ask for. */
const alsoNeeded: Readonly<Record<string, readonly string[]>> = {
  316: ofOrganization,
  337: [...ofOrganization, 'companyNumber', 'joiLocalityName', 'joiStateOrProvinceName', 'joiCountryName'],
};

export function problemOfOrganization(form: Form): Refused | undefined {
  const missing = alsoNeeded[form.get('product')!]?.find((name) => !form.get(name));
  if (missing !== undefined) return new Refused(-3, `The '${missing}' argument is missing!`);
  const country = form.get('countryName');
  return country === undefined || /^[A-Z]{2}$/.test(country)
    ? undefined
    : new Refused(-7, "The value of the 'countryName' argument is not an ISO-3166 country!");
}

export type CertificateState = 'pending' | 'issued' | 'failed' | 'rejected' | 'revoked';

export interface Certificate {
  readonly id: number;
  readonly csr: string;
  readonly unique: string;
  readonly names: readonly string[];
  readonly validated: Set<string>;
  state: CertificateState;
  /** Being signed: it can neither be rejected nor collected. */
  signing: boolean;
  pem: string;
}

export interface Order {
  readonly number: number;
  readonly covers: Covers;
  readonly reference: string;
  readonly certificates: Certificate[];
  refunded: boolean;
}

const minute = 60_000;
const day = 86_400_000;
/** Life of one certificate, whatever was paid for. */
const certificateDays = 199;

/** Orders with their certificates: validated by what stands in the DNS, and signed. */
export class Orders {
  readonly all = new Map<number, Order>();
  /** Validations asked for, by request and unique value. */
  private readonly tokens = new Map<string, Certificate>();
  private nextNumber = 3_040_824;
  private nextId = 55_000_001;

  constructor(
    private readonly clock: SandboxClock,
    private readonly authority: TestAuthority,
    private readonly look: Looker,
    private readonly now: () => number,
  ) {}

  add(covers: Covers, form: Form): Order {
    const certificate = this.certificate(covers, form);
    const order: Order = {
      number: this.nextNumber++,
      covers,
      reference: form.get('foreignOrderNumber') ?? '',
      certificates: [certificate],
      refunded: false,
    };
    this.all.set(order.number, order);
    return order;
  }

  replace(order: Order, form: Form): Certificate {
    const certificate = this.certificate(order.covers, form);
    order.certificates.push(certificate);
    return certificate;
  }

  /** Throws `Refused`. */
  find(form: Form): { readonly order: Order; readonly certificate: Certificate } {
    const [number, id] = [form.get('orderNumber'), form.get('certificateID')];
    for (const order of this.all.values()) {
      if (number !== undefined && String(order.number) === number) return { order, certificate: order.certificates.at(-1)! };
      const certificate = order.certificates.find((one) => String(one.id) === id);
      if (certificate) return { order, certificate };
    }
    throw new Refused(-4, `The value of the '${number === undefined ? 'certificateID' : 'orderNumber'}' argument is invalid!`);
  }

  /** Looks at what stands in the DNS now, and signs once all of it does. */
  async validate(certificate: Certificate): Promise<void> {
    const { csr, unique, names, validated } = certificate;
    for (const name of names) if (await this.look(csr, unique, name)) validated.add(name);
    if (certificate.state !== 'pending' || certificate.signing || !names.every((name) => validated.has(name))) return;
    certificate.signing = true;
    await this.clock.wait(minute);
    const begun = this.now();
    const pem = await this.authority.sign(csr, { names, notBefore: new Date(begun), notAfter: new Date(begun + certificateDays * day) });
    Object.assign(certificate, { pem, state: 'issued', signing: false });
  }

  private certificate(covers: Covers, form: Form): Certificate {
    if ((form.get('dcvMethod') ?? 'EMAIL') === 'EMAIL' && !form.get('dcvEmailAddress'))
      throw new Refused(-3, "The 'dcvEmailAddress' argument is missing!");
    const unique = form.get('uniqueValue') ?? '';
    if (!/^[A-Za-z0-9]{0,20}$/.test(unique)) throw new Refused(-4, "The value of the 'uniqueValue' argument is invalid!");
    const csr = form.get('csr')!;
    const names = namesIn(covers, form, csr);
    const certificate: Certificate = {
      id: this.nextId++,
      csr,
      unique,
      names,
      validated: new Set(),
      state: 'pending',
      signing: false,
      pem: '',
    };
    const token = createHash('sha256').update(derOf(csr)).update(unique).digest('hex');
    // The one that had it first fails, not this one.
    const first = this.tokens.get(token);
    if (first?.state === 'pending') first.state = 'failed';
    this.tokens.set(token, certificate);
    this.watch(certificate);
    return certificate;
  }

  /** It looks by itself, some minutes apart. */
  private watch(certificate: Certificate): void {
    const again = (): void => {
      if (certificate.state !== 'pending') return;
      void this.validate(certificate).then(() => this.clock.later(5 * minute, again));
    };
    this.clock.later(minute, again);
  }
}

function namesIn(covers: Covers, form: Form, csr: string): readonly string[] {
  let asked: readonly string[];
  try {
    asked = namesOfRequest(csr).map((name) => name.toLowerCase());
  } catch {
    throw new Refused(-10, 'The CSR cannot be decoded!');
  }
  const [first] = asked;
  if (first === undefined) throw new Refused(-8, "The CSR lacks the 'CN' field!");
  if (covers !== 'several names') {
    if (form.get('domainNames')) throw new Refused(-2, "'domainNames' is an unrecognised argument!");
    if (covers === 'one name' && first.startsWith('*.')) throw new Refused(-5, 'The CN may not contain a wildcard!');
    if (covers === 'one wildcard' && !first.startsWith('*.')) throw new Refused(-6, 'The CN must contain one wildcard!');
    return [first];
  }
  const names = (form.get('domainNames') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (names.length === 0) throw new Refused(-3, "The 'domainNames' argument is missing!");
  if (asked.some((name) => !names.includes(name))) throw new Refused(-162, 'The names of the CSR are not all in domainNames!');
  return names;
}
