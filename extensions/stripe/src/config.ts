import { fields, type ValuesOf } from '@hostwright/sdk';

/** One Stripe account, in one mode: live and test are two. */
export const server = fields({
  apiUrl: { type: 'url', label: 'API address', default: 'https://api.stripe.com', help: 'Another only for tests' },
  secretKey: {
    type: 'secret',
    label: 'Secret key',
    help: 'A restricted key, rk_…, with the permissions that the README lists; sk_… works, and may do everything',
  },
  webhookSecret: {
    type: 'secret',
    label: 'Signing secret of the webhook endpoint',
    help: 'whsec_…; while another takes its place both, separated by a space',
  },
});

export type ServerConfig = ValuesOf<typeof server>;

/** Whether the key may do all that there is in the account, other than a restricted one, which says so. */
export function isUnrestricted({ secretKey }: Pick<ServerConfig, 'secretKey'>): boolean {
  return secretKey.startsWith('sk_');
}

/** Whether the key moves real money; undefined for a key that does not say. */
export function isLive({ secretKey }: Pick<ServerConfig, 'secretKey'>): boolean | undefined {
  const mode = /^(?:sk|rk)_(live|test)_/.exec(secretKey)?.[1];
  return mode === undefined ? undefined : mode === 'live';
}
