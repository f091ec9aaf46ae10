import { fields, type ValuesOf } from '@hostwright/sdk';
import {
  certificateOrderFields,
  certificateProductFields,
  organizationOrderFields,
  organizationProductFields,
} from '@hostwright/sdk-certificates';

/** One reseller account at GoGetSSL. */
export const server = fields({
  apiUrl: { type: 'url', label: 'API address', default: 'https://my.gogetssl.com/api', help: 'Another only for the sandbox account' },
  user: { type: 'email', label: 'E-mail of the client area' },
  password: { type: 'secret', label: 'API password', help: 'From Reseller modules → API settings; not the password of the client area' },
  firstName: { type: 'text', label: 'Contact: first name', maxLength: 64 },
  lastName: { type: 'text', label: 'Contact: last name', maxLength: 64 },
  title: { type: 'text', label: 'Contact: title', default: 'Administrator', maxLength: 64 },
  email: { type: 'email', label: 'Contact: e-mail', help: 'Told of what becomes of orders' },
  phone: {
    type: 'text',
    label: 'Contact: phone',
    pattern: '\\+?[0-9 .()-]{5,30}',
    patternText: 'a phone number: 5 to 30 digits, spaces, dots, hyphens and brackets, a + before them where it has one',
  },
});

/** What is sold. */
export const product = fields({
  ...certificateProductFields,
  ...organizationProductFields,
  productId: { type: 'integer', label: 'Product', help: 'Its id at GoGetSSL, such as 65 for Sectigo PositiveSSL', min: 1 },
  months: { type: 'integer', label: 'Period (months)', min: 1, max: 60, default: 12 },
  webServer: { type: 'choice', label: 'Family', choices: ['Sectigo', 'DigiCert'], default: 'Sectigo' },
  ownCode: {
    type: 'boolean',
    label: 'Validation code of our own',
    help: 'For products with custom_dcv_random_value: no two orders then have the same validation, with a request of the customer’s own too',
    default: false,
  },
});

/** Asked at checkout. */
export const order = fields({ ...certificateOrderFields, ...organizationOrderFields });

/** For `ctx.certificates`, where nobody chooses a product: what is ordered then. */
export const certificateServer = fields({
  ...server,
  productId: product.productId,
  months: product.months,
  webServer: product.webServer,
  ownCode: product.ownCode,
  keyType: certificateProductFields.keyType,
});

export type ServerConfig = ValuesOf<typeof server>;
type Product = ValuesOf<typeof product>;
export type ProductConfig = Pick<Product, 'productId' | 'months' | 'webServer' | 'ownCode' | 'keyType'> &
  Partial<Pick<Product, 'validates'>>;
