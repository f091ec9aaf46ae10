import { secret, type Ctx, type Skip, type Step } from '@hostwright/sdk';
import type { CertificateAuthority, Ordering } from './authority.js';
import type { CertificateOrderValues, CertificateProductValues, CertificateValues } from './certificate-fields.js';
import { baseName, certificateNames } from './names.js';
import { obtainCertificate, obtainSteps, type ObtainedCertificate, type ObtainStep } from './obtain.js';
import { organizationOf } from './organization.js';

export const issuing = ['look whose names', 'check site', ...obtainSteps] as const;
export const installing = [...issuing, 'install certificate'] as const;
export type InstallingStep = ObtainStep | 'look whose names' | 'check site' | 'install certificate';

/** Values of a product and an order; those about an organization are there where the extension has the fields for them. */
export type SoldProduct = CertificateProductValues & { readonly validates?: Parameters<typeof organizationOf>[1] };
export type SoldOrder = CertificateOrderValues & Parameters<typeof organizationOf>[0];

export interface Issuing {
  readonly ctx: Ctx;
  readonly step: Step<InstallingStep>;
  readonly skip: Skip<InstallingStep>;
  readonly product: SoldProduct;
  readonly authority: CertificateAuthority;
  readonly ordering: Ordering;
  readonly order: SoldOrder;
  /** Fields of the order that nobody typed. */
  readonly wired: readonly string[];
  readonly orderId?: string;
  readonly paidTo?: string;
  /** It is left to another job to install it. */
  readonly installsLater?: true;
}

/** Orders, waits and installs: what create, renewal and reissue have in common. */
export async function issue(issuing: Issuing): Promise<CertificateValues> {
  const { ctx, step, skip, product, authority, ordering, order, orderId, paidTo } = issuing;
  const installs = product.install && order.csr === undefined;
  const names = certificateNames(order.names.split(/[\s,]+/).filter(Boolean), {
    field: 'order.names',
    ...(authority.mostNames === undefined ? {} : { most: authority.mostNames }),
  });
  const organization = organizationOf(order, product.validates);
  const publish = await isPublished(issuing, names);
  // Before anything is paid for.
  if (installs) await step('check site', ctx.site.checkNames({ names }));
  else skip('check site', 'it is not installed by us');
  const obtained = await obtainCertificate({
    ctx,
    step,
    skip,
    authority,
    ordering,
    names,
    publish,
    ...(organization === undefined ? {} : { organization }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(paidTo === undefined ? {} : { paidTo }),
    ...(order.csr === undefined ? {} : { csr: order.csr }),
  });
  const { certificate, chain, privateKey } = obtained;
  if (!product.install) skip('install certificate', 'it is the customer’s to install');
  else if (!privateKey) skip('install certificate', 'the key is the customer’s own');
  else if (issuing.installsLater) skip('install certificate', 'another job does it');
  else {
    await step('install certificate', ctx.site.installCertificate({ names, certificate, chain, privateKey }));
    return { ...valuesOf(obtained), onSite: certificate };
  }
  return valuesOf(obtained);
}

/**
 * Whether the records are made by us. Whoever has a certificate for somebody else's name can pass for him, and the zones of the dns module may
 * have names of many. So names that were typed have to be known to be the customer's, and with a key of his own he shows himself that they are.
 */
async function isPublished({ ctx, step, skip, product, order, wired }: Issuing, names: readonly string[]): Promise<boolean> {
  const asks = product.validation === 'automatic' && order.csr === undefined && !wired.includes('names');
  if (!asks) {
    skip('look whose names', 'the validation does not depend on it');
    return product.validation === 'always automatic' || (product.validation === 'automatic' && order.csr === undefined);
  }
  const { areHis } = await step('look whose names', {
    run: async () => {
      const { domains } = await ctx.customer();
      return { areHis: names.map(baseName).every((name) => domains.some((one) => name === one || name.endsWith(`.${one}`))) };
    },
  });
  return areHis;
}

function valuesOf({
  names,
  privateKey,
  orderId,
  certificate,
  chain,
  csr,
  validFrom,
  validTo,
  paidTo,
}: ObtainedCertificate): CertificateValues {
  return {
    orderId,
    names: names.join(', '),
    certificate,
    chain,
    csr,
    ...(privateKey ? { privateKey: secret(privateKey.$secret) } : {}),
    validFrom,
    validTo,
    paidTo,
  };
}
