import { fields, type ValuesOf } from '@hostwright/sdk';

/** One zone at Cloudflare and the API token that may edit its records. */
export const server = fields({
  apiUrl: {
    type: 'url',
    label: 'API address',
    help: 'Leave it as it is unless you go through a proxy of your own',
    default: 'https://api.cloudflare.com/client/v4',
  },
  apiToken: { type: 'secret', label: 'API token' },
  zone: { type: 'hostname', label: 'Zone', help: 'The domain the records are made in. Example: example.net' },
});

export type ServerConfig = ValuesOf<typeof server>;
