import { fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';

/** Administrator, which has the same id in every account. Source: Cloudflare docs, tenant, "manage account members". */
const administratorRole = '05784afa30c1afe1440e79d9351c7430';

/** A tenant of Cloudflare's, and the user who administers it. */
export const server = fields({
  apiUrl: {
    type: 'url',
    label: 'API address',
    help: 'Leave it as it is unless you go through a proxy of your own',
    default: 'https://api.cloudflare.com/client/v4',
  },
  email: { type: 'email', label: 'E-mail address of the tenant’s administrator' },
  globalKey: { type: 'secret', label: 'Global API key', help: 'Of that user. Accounts are made, listed and deleted with it' },
  apiToken: {
    type: 'secret',
    label: 'API token',
    help: 'Of the same user, for everything within the accounts. Without it the global key is used for that too',
    optional: true,
  },
  tenantTag: { type: 'text', label: 'Tenant', help: 'Its tag, as GET /user/tenants has it', pattern: '[0-9A-Za-z_-]{1,64}' },
  unitTag: {
    type: 'text',
    label: 'Unit',
    help: 'Tag of the tenant unit in which accounts are made. Needed where the user administers several',
    pattern: '[0-9A-Za-z_-]{1,64}',
    optional: true,
  },
  programme: {
    type: 'choice',
    label: 'Programme',
    help: 'Which of Cloudflare’s partner programmes the tenant is in: it decides how plans are called',
    choices: ['reseller', 'pay as you go', 'msp'],
    default: 'reseller',
  },
});

/** What the seller chooses: a plan for the zone, and what the account has besides. */
export const product = fields({
  plan: { type: 'choice', label: 'Plan', choices: ['free', 'pro', 'business', 'enterprise'], default: 'free' },
  frequency: { type: 'choice', label: 'Cloudflare bills', choices: ['monthly', 'yearly'], default: 'monthly' },
  argo: { type: 'boolean', label: 'Argo', default: false },
  loadBalancing: { type: 'boolean', label: 'Load balancing', default: false },
  advancedCertificates: { type: 'boolean', label: 'Advanced Certificate Manager', default: false },
  addOns: {
    type: 'text',
    label: 'Further add-ons',
    help: 'Rate plan ids of your agreement, separated by spaces, such as PARTNERS_RATE_LIMITING or your id of a WAF add-on',
    pattern: '[0-9A-Za-z_]{1,64}( [0-9A-Za-z_]{1,64}){0,19}',
    patternText: 'at most 20 ids of letters, digits and _, with one space between two',
    optional: true,
  },
  invite: { type: 'boolean', label: 'Invite the customer to his account', default: true },
  role: {
    type: 'text',
    label: 'His role',
    help: 'Id of a role; Administrator by default',
    pattern: '[0-9a-f]{32}',
    patternText: '32 hexadecimal digits in lower case',
    default: administratorRole,
  },
  suspension: {
    type: 'choice',
    label: 'A suspension',
    help: 'A pause sends visitors straight to the origin. The member is removed only while the customer has no other service in the account',
    choices: ['pauses the zone', 'pauses the zone and removes the member'],
    default: 'pauses the zone',
  },
  customHostnames: { type: 'integer', label: 'Custom hostnames', help: 'Cloudflare for SaaS; 0: none', min: 0, max: 50_000, default: 0 },
});

export const order = fields({
  domain: { type: 'hostname', label: 'Domain', help: 'Example: example.com' },
  email: { type: 'email', label: 'E-mail address', help: 'Invited to the account at Cloudflare', optional: true },
});

export const properties = fields({
  accountId: { type: 'text', label: 'Account at Cloudflare', shownTo: 'customer' },
  zoneId: { type: 'text', label: 'Zone', shownTo: 'customer' },
  domain: { type: 'text', label: 'Domain', shownTo: 'customer' },
  nameServers: { type: 'text', label: 'Name servers', help: 'Enter these where the domain is registered', shownTo: 'customer' },
  plan: { type: 'text', label: 'Plan', shownTo: 'customer' },
  /** False: the customer had the zone before, so it outlives the service. */
  zoneMade: { type: 'boolean', label: 'The zone was made for this service' },
  planBefore: { type: 'text', label: 'Plan before this service' },
  /** `PLAN=id` for each, separated by spaces, or `none`: those that end with the service, once nobody else of the customer has them. */
  subscriptions: { type: 'text', label: 'Add-on subscriptions', maxLength: 4096 },
  pause: { type: 'choice', label: 'Paused by', choices: ['nobody', 'suspension', 'customer'] },
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = ValuesOf<typeof product>;
export type OrderConfig = ValuesOf<typeof order>;
export type Properties = PropertiesOf<typeof properties>;
