import { fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';
import { keyTypes } from './key-and-request.js';

/** What the seller chooses for every certificate, whoever issues it. An extension adds its own. */
export const certificateProductFields = fields({
  keyType: { type: 'choice', label: 'Key', choices: keyTypes, default: 'rsa-2048' },
  validation: {
    type: 'choice',
    label: 'Validation',
    help: 'automatic: the records are made at the connected dns module for names that are wired or known to be the customer’s; for others that he types, and with a key of his own, he makes them, so that nobody has a certificate for a name of another. always automatic: for zones whose names are all his. by the customer: he is told which',
    choices: ['automatic', 'always automatic', 'by the customer'],
    default: 'automatic',
  },
  install: { type: 'boolean', label: 'Install it on the site that the service is for', default: false },
});

/** Asked at checkout. */
export const certificateOrderFields = fields({
  names: {
    type: 'text',
    label: 'Names',
    help: 'Separated by commas or spaces; the first is the main one. Example: shop.example.com, www.shop.example.com',
    maxLength: 4_000,
  },
  csr: {
    type: 'multiline',
    label: 'Certificate request',
    help: 'Only with a key of your own: PEM, for exactly these names; you are then told which DNS records to add. Without one we make the key',
    optional: true,
    maxLength: 16_000,
  },
});

/** What create leaves on the service. */
export const certificateProperties = fields({
  orderId: { type: 'text', label: 'Order', maxLength: 500 },
  earlierOrders: { type: 'text', label: 'Orders that renewals took the place of', optional: true, maxLength: 4_000 },
  issuedAt: { type: 'text', label: 'Issued, and to be installed', optional: true, maxLength: 40 },
  onSite: { type: 'multiline', label: 'Certificate that the site has from us', optional: true },
  renewedAt: { type: 'text', label: 'Renewed', optional: true, maxLength: 40 },
  names: { type: 'text', label: 'Names', maxLength: 4_000, shownTo: 'customer' },
  certificate: { type: 'multiline', label: 'Certificate', shownTo: 'customer' },
  chain: { type: 'multiline', label: 'Intermediate certificates', shownTo: 'customer' },
  csr: { type: 'multiline', label: 'Certificate request', shownTo: 'customer' },
  privateKey: { type: 'secret', multiline: true, label: 'Private key', optional: true },
  validFrom: { type: 'text', label: 'Valid from', maxLength: 40, shownTo: 'customer' },
  validTo: { type: 'text', label: 'Valid to', maxLength: 40, shownTo: 'customer' },
  paidTo: { type: 'text', label: 'Paid to', maxLength: 40, shownTo: 'customer' },
});

export type CertificateProductValues = ValuesOf<typeof certificateProductFields>;
export type CertificateOrderValues = ValuesOf<typeof certificateOrderFields>;
export type CertificateValues = PropertiesOf<typeof certificateProperties>;
