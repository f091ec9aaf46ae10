import { fields, type ValuesOf } from '@hostwright/sdk';
import { certificateProductFields } from '@hostwright/sdk-certificates';

/** One reseller account at GoGetSSL. */
export const server = fields({
  apiUrl: { type: 'url', label: 'API address', default: 'https://my.gogetssl.com/api', help: 'Another only for the sandbox account' },
  user: { type: 'email', label: 'E-mail of the client area' },
  password: { type: 'secret', label: 'API password', help: 'From Reseller modules → API settings; not the password of the client area' },
  firstName: { type: 'text', label: 'Contact: first name', maxLength: 64 },
  lastName: { type: 'text', label: 'Contact: last name', maxLength: 64 },
  title: { type: 'text', label: 'Contact: title', default: 'Administrator', maxLength: 64 },
  email: { type: 'email', label: 'Contact: e-mail', help: 'Told of what becomes of orders' },
  phone: { type: 'text', label: 'Contact: phone', pattern: '\\+?[0-9 .()-]{5,30}' },
});

/** What is sold. Certificates for domains only: an organisation would have to be validated by hand. */
export const product = fields({
  ...certificateProductFields,
  productId: { type: 'integer', label: 'Product', help: 'Its id at GoGetSSL, such as 65 for Sectigo PositiveSSL', min: 1 },
  months: { type: 'integer', label: 'Period (months)', min: 1, max: 60, default: 12 },
  webServer: { type: 'choice', label: 'Family', choices: ['Sectigo', 'DigiCert'], default: 'Sectigo' },
});

/** For `ctx.certificates`, where nobody chooses a product: what is ordered then. */
export const certificateServer = fields({
  ...server,
  productId: product.productId,
  months: product.months,
  webServer: product.webServer,
  keyType: certificateProductFields.keyType,
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = Pick<ValuesOf<typeof product>, 'productId' | 'months' | 'webServer' | 'keyType'>;
