import { fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';

/** One Pressable account, through an API application made in it. */
export const server = fields({
  apiUrl: {
    type: 'url',
    label: 'Address',
    help: 'Leave it as it is unless you go through a proxy of your own',
    default: 'https://my.pressable.com',
  },
  clientId: { type: 'text', label: 'Client ID', help: 'Of the API application', pattern: '^[\\x21-\\x7e]+$', maxLength: 200 },
  clientSecret: { type: 'secret', label: 'Client secret' },
  siteAddresses: {
    type: 'text',
    label: 'Addresses of the sites',
    help: "Where customers' domains may lead, separated by commas. Needed only where Pressable does not name a site's own.",
    optional: true,
    pattern: '^[0-9A-Fa-f.:,\\s]*$',
    maxLength: 500,
  },
});

const where = ['none', 'zone', 'order'] as const;
const records = ['CNAME', 'A', 'none'] as const;

/** What the seller chooses per product. */
export const product = fields({
  datacenter: {
    type: 'text',
    label: 'Datacenter',
    help: 'Its code. Example: DFW',
    default: 'DFW',
    choicesFrom: 'datacenters',
    pattern: '^[A-Z0-9]{2,8}$',
    patternText: '2 to 8 capital letters and digits',
  },
  phpVersion: {
    type: 'text',
    label: 'PHP version',
    help: 'Example: 8.3',
    default: '8.3',
    choicesFrom: 'phpVersions',
    pattern: '^\\d{1,2}\\.\\d{1,2}$',
    patternText: 'a version of two numbers, such as 8.3',
  },
  install: {
    type: 'text',
    label: 'What is installed',
    help: 'Example: wordpress, woocommerce',
    default: 'wordpress',
    choicesFrom: 'installs',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
    patternText: 'letters, digits, _ and -, beginning with a letter or digit',
    maxLength: 60,
  },
  environment: {
    type: 'choice',
    label: 'WordPress environment',
    help: 'Empty: as Pressable sets it.',
    choices: ['production', 'staging', 'development', 'local'],
    optional: true,
  },
  staging: {
    type: 'boolean',
    label: 'Staging site',
    help: 'A staging site becomes a live one when it gets a domain of its own.',
    default: false,
  },
  templateSiteId: {
    type: 'integer',
    label: 'Copy of site',
    help: 'The id of a site of yours that every new site begins as a copy of. Empty: a new installation.',
    optional: true,
    min: 1,
  },
  tags: {
    type: 'text',
    label: 'More tags',
    help: 'For your own use at Pressable, separated by commas.',
    optional: true,
    // A tag that begins as an owner mark does could be taken for one.
    pattern: '^(?!.*(?:^|,)\\s*[Hh][Ww]-)[A-Za-z0-9 ._,-]*$',
    patternText: 'letters, digits, spaces and . _ -, and no tag that begins with hw-',
    maxLength: 200,
  },
  primaryDomain: {
    type: 'choice',
    label: 'Primary domain',
    help: 'none: the host name that Pressable gives. zone: <site name>.<zone>. order: the domain named at checkout, if any.',
    choices: where,
    default: 'none',
  },
  zone: { type: 'hostname', label: 'Zone of the sites', help: 'With the primary domain from a zone. Example: example.net', optional: true },
  dnsRecord: {
    type: 'choice',
    label: 'Record of the primary domain',
    help: 'Published through the connected DNS module. none: somebody else sees to it.',
    choices: records,
    default: 'CNAME',
  },
  dnsTtl: { type: 'integer', label: 'DNS TTL (s)', default: 300, min: 60, max: 86400 },
  domains: { type: 'integer', label: 'Own domains', help: 'How many a customer may add.', default: 5, min: 0, max: 100 },
  backups: {
    type: 'integer',
    label: 'On-demand backups',
    help: 'How many of the files and how many of the database a customer may keep at once.',
    default: 3,
    min: 0,
    max: 3,
  },
});

/** Asked at checkout. */
export const order = fields({
  siteName: {
    type: 'text',
    label: 'Site name',
    help: 'The beginning of its host name. Example: shop',
    optional: true,
    pattern: '^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$',
    patternText: 'letters, digits and dashes, with a letter or digit at both ends',
    maxLength: 20,
  },
  domain: { type: 'hostname', label: 'Domain', help: 'Of your own, for products that begin with one.', optional: true },
  adminEmail: { type: 'email', label: 'E-mail address of the WordPress administrator', optional: true },
});

/** What create leaves on the service. */
export const properties = fields({
  siteId: { type: 'integer', label: 'Site id', min: 1 },
  name: { type: 'text', label: 'Site name', shownTo: 'customer' },
  host: { type: 'hostname', label: 'Host name', shownTo: 'customer' },
  addresses: { type: 'text', label: 'Addresses', shownTo: 'customer', maxLength: 500 },
  domain: { type: 'hostname', label: 'Primary domain', shownTo: 'customer', optional: true },
  dnsRecord: { type: 'choice', label: 'Its record', choices: records, optional: true },
  sftpHost: { type: 'hostname', label: 'SFTP host', shownTo: 'customer', optional: true },
  sftpUser: { type: 'text', label: 'SFTP user', shownTo: 'customer', optional: true },
  sftpPassword: { type: 'secret', label: 'SFTP password', shownTo: 'customer', optional: true },
  wordpressPassword: { type: 'secret', label: 'WordPress password', shownTo: 'customer', optional: true },
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = ValuesOf<typeof product>;
export type OrderConfig = ValuesOf<typeof order>;
export type SiteProperties = PropertiesOf<typeof properties>;

/** The root of everything at Pressable, whether the address was given with `/v1` or without. */
export function rootOf({ apiUrl }: Pick<ServerConfig, 'apiUrl'>): string {
  return apiUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** A text of names or addresses, separated by commas or spaces. */
export function listed(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((one) => one !== '');
}

/** The tags of a product, separated by commas: they may hold spaces. */
export function tagsOf({ tags }: Pick<ProductConfig, 'tags'>): readonly string[] {
  return (tags ?? '').split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
}
