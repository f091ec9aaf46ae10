import { fields, type ValuesOf } from '@hostwright/sdk';
import { certificateProductFields } from '@hostwright/sdk-certificates';

/** One organization of one Certificate Manager account. */
export const server = fields({
  apiUrl: {
    type: 'url',
    label: 'Address',
    default: 'https://admin.enterprise.sectigo.com',
    help: 'With an administrator’s login: https://cert-manager.com',
  },
  access: {
    type: 'choice',
    label: 'Log in as',
    choices: ['API client', 'administrator'],
    help: 'API client: OAuth, with a client id and secret. administrator: with login, password and customer URI',
    default: 'API client',
  },
  tokenUrl: {
    type: 'url',
    label: 'Token address',
    help: 'For API clients',
    default: 'https://auth.sso.sectigo.com/auth/realms/apiclients/protocol/openid-connect/token',
  },
  login: { type: 'text', label: 'Client id or login', maxLength: 256 },
  password: { type: 'secret', label: 'Client secret or password' },
  customerUri: {
    type: 'text',
    label: 'Customer URI',
    help: 'For administrators: the last part of the address they log in at',
    optional: true,
    maxLength: 256,
  },
  orgId: { type: 'integer', label: 'Organization', help: 'Its id; certificates are ordered for it', min: 1 },
});

/** What is sold. */
export const product = fields({
  ...certificateProductFields,
  profile: { type: 'integer', label: 'Profile', help: 'Id of the certificate profile', min: 1 },
  term: { type: 'integer', label: 'Term (days)', help: 'One of those that the profile has', min: 1, max: 1_900, default: 199 },
  revokeAtEnd: { type: 'boolean', label: 'Revoke the certificate when the service ends', default: false },
});

/** For `ctx.certificates`, where nobody chooses a product: what is ordered then. */
export const certificateServer = fields({
  ...server,
  profile: product.profile,
  term: product.term,
  revokeAtEnd: product.revokeAtEnd,
  keyType: certificateProductFields.keyType,
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = Pick<ValuesOf<typeof product>, 'profile' | 'term' | 'revokeAtEnd' | 'keyType'>;
