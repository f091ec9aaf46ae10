import { secret, type Ctx, type Skip, type Step } from '@hostwright/sdk';
import type { CertificateAuthority, Ordering } from './authority.js';
import type { CertificateOrderValues, CertificateProductValues, CertificateValues } from './certificate-fields.js';
import { certificateNames } from './names.js';
import { obtainCertificate, obtainSteps, type ObtainedCertificate, type ObtainStep } from './obtain.js';
import { organizationOf } from './organization.js';

export const installing = [...obtainSteps, 'install certificate'] as const;
type Installing = ObtainStep | 'install certificate';

/** Values of a product and an order; those about an organization are there where the extension has the fields for them. */
export type SoldProduct = CertificateProductValues & { readonly validates?: Parameters<typeof organizationOf>[1] };
export type SoldOrder = CertificateOrderValues & Parameters<typeof organizationOf>[0];

export interface Issuing {
  readonly ctx: Ctx;
  readonly step: Step<Installing>;
  readonly skip: Skip<Installing>;
  readonly product: SoldProduct;
  readonly authority: CertificateAuthority;
  readonly ordering: Ordering;
  readonly order: SoldOrder;
  readonly orderId?: string;
  readonly paidTo?: string;
  /** What the certificate before it left. */
  readonly before?: Pick<CertificateValues, 'names' | 'namesShown'>;
}

/** Orders, waits and installs: what create, renewal and reissue have in common. */
export async function issue(issuing: Issuing): Promise<CertificateValues> {
  const { ctx, step, skip, product, authority, ordering, order, orderId, paidTo, before } = issuing;
  const names = certificateNames(order.names.split(/[\s,]+/).filter(Boolean), {
    field: 'order.names',
    ...(authority.mostNames === undefined ? {} : { most: authority.mostNames }),
  });
  const organization = organizationOf(order, product.validates);
  const publish = isPublished(product, order.csr);
  const obtained = await obtainCertificate({
    ctx,
    step,
    skip,
    authority,
    ordering,
    names,
    publish,
    namesShown: before?.namesShown === true && names.every((name) => before.names.split(', ').includes(name)),
    ...(organization === undefined ? {} : { organization }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(paidTo === undefined ? {} : { paidTo }),
    ...(order.csr === undefined ? {} : { csr: order.csr }),
  });
  const { certificate, chain, privateKey } = obtained;
  if (!product.install) skip('install certificate', 'it is the customer’s to install');
  else if (!privateKey) skip('install certificate', 'the key is the customer’s own');
  else await step('install certificate', ctx.site.installCertificate({ names, certificate, chain, privateKey }));
  return { ...valuesOf(obtained), namesShown: !publish || product.validation === 'always automatic' };
}

/**
 * Whether the records are made by us. Whoever has the key of a certificate for somebody else's name can pass for him, and the zones of the dns
 * module may have names of many: where the customer has the key, or will fetch it, he shows himself that the names are his.
 */
function isPublished({ validation, install }: SoldProduct, csr: string | undefined): boolean {
  return validation === 'always automatic' || (validation === 'automatic' && install && csr === undefined);
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
