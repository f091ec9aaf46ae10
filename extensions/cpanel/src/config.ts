import { fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';

const pemCertificate = '\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----';

/** One WHM, and the user whose token the panel has there: root, or a reseller. */
export const server = fields({
  host: {
    type: 'text',
    label: 'WHM host',
    help: 'Example: server1.example.net',
    pattern: '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?',
    patternText: 'a host name or an IPv4 address, without https:// and port',
    maxLength: 253,
  },
  port: { type: 'integer', label: 'WHM port', default: 2087, min: 1, max: 65535 },
  user: {
    type: 'text',
    label: 'User',
    help: 'root or a reseller',
    default: 'root',
    pattern: '[a-z][a-z0-9_-]*',
    patternText: 'lower-case letters, digits, - and _, beginning with a letter',
    maxLength: 32,
  },
  token: { type: 'secret', label: 'API token' },
  tlsFingerprint: {
    type: 'tls-fingerprint',
    label: 'Certificate fingerprint (SHA-256)',
    help: 'Needed only when the certificate of the host is not from a public authority',
    optional: true,
  },
  tlsAuthority: { type: 'tls-authority', label: 'Certificate authority', optional: true },
  nameServers: {
    type: 'text',
    label: 'Name servers',
    help: 'Shown to the customer. Separated by commas. Example: ns1.example.net,ns2.example.net',
    optional: true,
    pattern: '[A-Za-z0-9.,\\s-]*',
    patternText: 'host names separated by commas',
    maxLength: 1024,
  },
  noticeAddress: {
    type: 'email',
    label: 'Address for notices',
    help: 'cPanel’s notices about accounts go here, to hosting+hw-…@example.net: by that mark accounts that nobody has are found. Empty: to the customer.',
    optional: true,
  },
  suspendReason: { type: 'text', label: 'Reason of suspensions', default: 'Suspended by the billing department', maxLength: 200 },
  lockSuspensions: {
    type: 'boolean',
    label: 'Lock suspensions',
    help: 'Only root can then lift one. Leave it off when the token is a reseller’s.',
    default: false,
  },
  certificate: {
    type: 'multiline',
    label: 'Certificate to install',
    help: 'PEM, it alone. For products that say so.',
    optional: true,
    pattern: `${pemCertificate}\\s*`,
  },
  certificateKey: { type: 'secret', label: 'Its key', multiline: true, optional: true },
  certificateChain: {
    type: 'multiline',
    label: 'Its chain',
    help: 'PEM, one certificate after the other',
    optional: true,
    pattern: `(${pemCertificate})+\\s*`,
  },
});

/** What the seller chooses per product. */
export const product = fields({
  package: {
    type: 'text',
    label: 'Package',
    help: 'As WHM has it',
    choicesFrom: 'packages',
    pattern: '[A-Za-z0-9][A-Za-z0-9 ._-]*',
    patternText: 'letters, digits, spaces, dots, - and _, beginning with a letter or digit',
    maxLength: 100,
  },
  account: { type: 'choice', label: 'Account', choices: ['hosting', 'reseller'], default: 'hosting' },
  resellerPrivileges: {
    type: 'text',
    label: 'Privileges of resellers',
    help: 'An ACL list of WHM. Empty: what WHM gives every new reseller.',
    optional: true,
    choicesFrom: 'privileges',
    pattern: '[A-Za-z0-9][A-Za-z0-9 ._-]*',
    patternText: 'letters, digits, spaces, dots, - and _, beginning with a letter or digit',
    maxLength: 100,
  },
  resellerAccounts: { type: 'integer', label: 'Accounts of a reseller, at most', optional: true, min: 1, max: 1_000_000 },
  resellerDiskMib: { type: 'integer', label: 'Disk of a reseller (MiB)', help: 'With the traffic, or none', optional: true, min: 1 },
  resellerTrafficMib: {
    type: 'integer',
    label: 'Traffic of a reseller (MiB a month)',
    help: 'With the disk, or none',
    optional: true,
    min: 1,
  },
  resellerOverselling: {
    type: 'boolean',
    label: 'Resellers may oversell',
    help: 'What his accounts use counts, and not what he gives them',
    default: false,
  },
  dns: {
    type: 'choice',
    label: 'DNS',
    help: 'cpanel: the zone that cPanel makes. connected: records in the connected DNS module as well.',
    choices: ['cpanel', 'connected'],
    default: 'cpanel',
  },
  dnsTtl: { type: 'integer', label: 'DNS TTL (s)', default: 3600, min: 60, max: 86400 },
  forceDns: { type: 'boolean', label: 'Take over a leftover zone', default: false },
  keepDns: {
    type: 'boolean',
    label: 'Keep the zone when the account ends',
    help: 'Of hosting accounts. WHM takes the zones of a reseller with him.',
    default: false,
  },
  mailbox: {
    type: 'text',
    label: 'First mailbox',
    help: 'The part before the @. Empty: none.',
    optional: true,
    pattern: '[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?',
    patternText: 'at most 64 lower-case letters, digits, dots, - and _, with a letter or digit at both ends',
  },
  mailboxQuotaMib: { type: 'integer', label: 'Its quota (MiB)', help: '0: no limit', default: 1024, min: 0, max: 4_194_304 },
  database: {
    type: 'text',
    label: 'First database',
    help: 'Name of a MySQL database and of its user, after the prefix. Empty: none.',
    optional: true,
    pattern: '[a-z0-9]{1,7}',
    patternText: '1 to 7 lower-case letters and digits',
  },
  certificate: { type: 'choice', label: 'Certificate', choices: ['none', 'autossl', 'installed'], default: 'autossl' },
});

/** Asked at checkout. */
export const order = fields({
  domain: { type: 'hostname', label: 'Domain' },
  email: { type: 'email', label: 'E-mail address' },
});

/** What create leaves on the service. */
export const properties = fields({
  username: { type: 'text', label: 'User name', shownTo: 'customer' },
  domain: { type: 'hostname', label: 'Domain', shownTo: 'customer' },
  address: { type: 'text', label: 'Address', shownTo: 'customer' },
  nameServers: { type: 'text', label: 'Name servers', shownTo: 'customer', optional: true },
  account: { type: 'choice', label: 'Account', choices: ['hosting', 'reseller'] },
  madeAt: { type: 'integer', label: 'Made at (Unix time)', help: 'Tells the account from a later one of the same name', optional: true },
  mailbox: { type: 'text', label: 'Mailbox', shownTo: 'customer', optional: true },
  mailboxPassword: { type: 'secret', label: 'Mailbox password', optional: true },
  database: { type: 'text', label: 'Database', shownTo: 'customer', optional: true },
  databaseUser: { type: 'text', label: 'Database user', shownTo: 'customer', optional: true },
  databasePassword: { type: 'secret', label: 'Database password', optional: true },
  dns: { type: 'choice', label: 'DNS', choices: ['cpanel', 'connected'] },
  certificate: {
    type: 'choice',
    label: 'Certificate',
    help: 'waiting: AutoSSL tries again every day',
    choices: ['waiting', 'issued', 'installed'],
    shownTo: 'customer',
    optional: true,
  },
  certificateSeenAt: { type: 'text', label: 'Looked for a certificate at', help: 'While one is waited for', maxLength: 40, optional: true },
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = ValuesOf<typeof product>;
export type OrderConfig = ValuesOf<typeof order>;
export type AccountProperties = PropertiesOf<typeof properties>;
