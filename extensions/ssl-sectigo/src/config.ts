import { fields, type ValuesOf } from '@hostwright/sdk';
import {
  certificateOrderFields,
  certificateProductFields,
  organizationOrderFields,
  organizationProductFields,
} from '@hostwright/sdk-certificates';

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

/** What is sold. */
export const product = fields({
  ...certificateProductFields,
  ...organizationProductFields,
  code: {
    type: 'integer',
    label: 'Product',
    help: 'Its code at Sectigo, such as 287 for PositiveSSL, 289 with a wildcard, 279 for several names, 316 for SectigoSSL OV, 337 for EV',
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

/** Asked at checkout. */
export const order = fields({ ...certificateOrderFields, ...organizationOrderFields });

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
type Product = ValuesOf<typeof product>;
export type ProductConfig = Pick<Product, 'code' | 'covers' | 'days' | 'revokeAtEnd' | 'keyType'> & Partial<Pick<Product, 'validates'>>;
