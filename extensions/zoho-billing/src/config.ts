import { fields, type ValuesOf } from '@hostwright/sdk';

/** One organization of Zoho Billing, and the client that may read it. */
export const server = fields({
  accountsUrl: {
    type: 'url',
    label: 'Accounts address',
    default: 'https://accounts.zoho.com',
    help: 'Of your data centre: accounts.zoho.com, .eu, .in, .com.au, .jp, .sa, .uk or accounts.zohocloud.ca',
  },
  apiUrl: {
    type: 'url',
    label: 'API address',
    default: 'https://www.zohoapis.com',
    help: 'Of the same data centre: www.zohoapis.com, .eu, .in, .com.au, .jp, .sa, .uk or .ca',
  },
  organizationId: { type: 'text', label: 'Organization id', pattern: '[0-9]{1,30}', patternText: 'at most 30 digits' },
  clientId: { type: 'text', label: 'Client id', maxLength: 200 },
  clientSecret: { type: 'secret', label: 'Client secret' },
  refreshToken: {
    type: 'secret',
    label: 'Refresh token',
    help: 'With the scopes ZohoSubscriptions.subscriptions.READ and ZohoSubscriptions.settings.READ',
  },
  webhookSecret: {
    type: 'secret',
    label: 'Secret of the webhook',
    help: 'As entered at the webhook; while another takes its place both, separated by a space',
  },
});

export type ServerConfig = ValuesOf<typeof server>;
