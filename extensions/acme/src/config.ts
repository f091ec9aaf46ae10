import { fields, type ValuesOf } from '@hostwright/sdk';
import { keyTypes } from '@hostwright/sdk-certificates';

/** One account at one authority that speaks ACME (RFC 8555). */
export const server = fields({
  directoryUrl: {
    type: 'url',
    label: 'Directory',
    help: "Let's Encrypt: https://acme-v02.api.letsencrypt.org/directory, for trials https://acme-staging-v02.api.letsencrypt.org/directory",
    default: 'https://acme-v02.api.letsencrypt.org/directory',
  },
  accountKey: {
    type: 'secret',
    multiline: true,
    label: 'Account key',
    help: 'PEM, ECDSA P-256 or RSA. The account is made with it when there is none: openssl ecparam -genkey -name prime256v1 -noout',
  },
  contactEmail: { type: 'email', label: 'Contact', help: 'Told of by the authority when something is wrong', optional: true },
  termsAgreed: { type: 'boolean', label: "I agree to the authority's terms of service", default: false },
  eabKeyId: {
    type: 'text',
    label: 'External account: key id',
    help: 'ZeroSSL, Google, Sectigo and others ask for it',
    optional: true,
    maxLength: 500,
  },
  eabHmacKey: { type: 'secret', label: 'External account: HMAC key', optional: true },
  keyType: { type: 'choice', label: 'Keys of certificates', choices: keyTypes, default: 'ecdsa-p256' },
  preferredChain: {
    type: 'text',
    label: 'Preferred chain',
    help: 'Common name of the root to lead to, where the authority offers several',
    optional: true,
    maxLength: 200,
  },
  tlsAuthority: {
    type: 'tls-authority',
    label: "Authority of the directory's own certificate",
    help: 'PEM; only for an authority of your own',
    optional: true,
  },
});

export type ServerConfig = ValuesOf<typeof server>;
