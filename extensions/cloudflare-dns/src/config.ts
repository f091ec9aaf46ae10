import { fields, type ValuesOf } from '@hostwright/sdk';

/** One zone at Cloudflare, or those in the customers' own accounts, and the API token that may edit their records. */
export const server = fields({
  apiUrl: {
    type: 'url',
    label: 'API address',
    help: 'Leave it as it is unless you go through a proxy of your own',
    default: 'https://api.cloudflare.com/client/v4',
  },
  apiToken: { type: 'secret', label: 'API token' },
  zone: {
    type: 'hostname',
    label: 'Zone',
    help: 'The domain the records are made in. Example: example.net. Left empty: the zones in the account that the tenant has for the customer',
    optional: true,
  },
});

export type ServerConfig = ValuesOf<typeof server>;
