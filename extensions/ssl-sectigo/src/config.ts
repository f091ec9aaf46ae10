import { fields, type ValuesOf } from '@hostwright/sdk';
import { certificateProductFields } from '@hostwright/sdk-certificates';

/** One reseller account at Sectigo. */
export const server = fields({
  apiUrl: { type: 'url', label: 'API address', default: 'https://secure.trust-provider.com/products' },
  loginName: { type: 'text', label: 'Login name', maxLength: 64, help: 'Upper and lower case matter' },
  loginPassword: { type: 'secret', label: 'Password', help: 'At most 128 characters' },
  testOrders: {
    type: 'boolean',
    label: 'Test orders',
    help: 'Not charged, and trusted by nobody; Sectigo has to allow them for the account',
    default: false,
  },
});

/** What is sold. Certificates for domains only: an organisation would have to be validated by hand. */
export const product = fields({
  ...certificateProductFields,
  code: {
    type: 'integer',
    label: 'Product',
    help: 'Its code at Sectigo, such as 287 for PositiveSSL, 289 with a wildcard, 279 for several names',
    min: 1,
    max: 99_999,
  },
  covers: { type: 'choice', label: 'Covers', choices: ['one name', 'one wildcard', 'several names'], default: 'one name' },
  days: {
    type: 'integer',
    label: 'Period (days)',
    help: 'What is paid for; certificates last shorter and are issued anew within it',
    min: 1,
    max: 1_900,
    default: 365,
  },
  revokeAtEnd: { type: 'boolean', label: 'Revoke the certificate when the service ends', default: false },
});

/** For `ctx.certificates`, where nobody chooses a product: what is ordered then. */
export const certificateServer = fields({
  ...server,
  code: product.code,
  covers: product.covers,
  days: product.days,
  revokeAtEnd: product.revokeAtEnd,
  keyType: certificateProductFields.keyType,
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = Pick<ValuesOf<typeof product>, 'code' | 'covers' | 'days' | 'revokeAtEnd' | 'keyType'>;
