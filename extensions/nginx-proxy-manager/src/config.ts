import { fields, type ValuesOf } from '@hostwright/sdk';

/** One Nginx Proxy Manager and the account the panel uses there. */
export const server = fields({
  baseUrl: {
    type: 'url',
    label: 'Address',
    help: 'Where its administration answers. Example: https://proxy.example.net or http://10.0.0.5:81',
  },
  identity: { type: 'email', label: 'E-mail', help: 'Of an account of its own for the panel, without two-factor authentication' },
  secret: { type: 'secret', label: 'Password' },
  tlsFingerprint: {
    type: 'tls-fingerprint',
    label: 'Certificate fingerprint (SHA-256)',
    help: 'Needed only when its certificate is not from a public authority',
    optional: true,
  },
});

export type ServerConfig = ValuesOf<typeof server>;

/** The root of its API, whether the address was given with `/api` or without. */
export function apiRoot(config: Pick<ServerConfig, 'baseUrl'>): string {
  return `${config.baseUrl.replace(/\/+$/, '').replace(/\/api$/, '')}/api`;
}
