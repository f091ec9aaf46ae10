import { fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';

/** One Proxmox VE cluster: its API, its nodes over SSH, and what the containers made there look like. */
export const server = fields({
  host: {
    type: 'text',
    label: 'API host',
    help: 'A node or the address of the cluster. Example: pve.example.net',
    pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$',
    maxLength: 253,
  },
  port: { type: 'integer', label: 'API port', default: 8006, min: 1, max: 65535 },
  tokenId: {
    type: 'text',
    label: 'API token ID',
    help: 'Example: hostwright@pve!panel',
    pattern: '^[^\\s@!=/:]+@[A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]*$',
    maxLength: 190,
  },
  tokenSecret: { type: 'secret', label: 'API token secret' },
  tlsFingerprint: {
    type: 'tls-fingerprint',
    label: 'Certificate fingerprint',
    help: 'SHA-256 of the API certificate. Needed with the self-signed one that Proxmox installs, unless its authority is given.',
    optional: true,
  },
  tlsAuthority: { type: 'tls-authority', label: 'Certificate authority', help: 'For example /etc/pve/pve-root-ca.pem', optional: true },
  sshNodes: {
    type: 'multiline',
    label: 'Nodes over SSH',
    help: 'One node a line: its Proxmox name, address and port, and the SHA-256 fingerprint of its host key. Example: pve1 192.0.2.11:22 SHA256:…',
    maxLength: 8192,
  },
  sshUser: {
    type: 'text',
    label: 'SSH user',
    help: 'Must be able to run pct.',
    default: 'root',
    pattern: '^[a-z_][a-z0-9_-]*$',
    maxLength: 32,
  },
  sshPrivateKey: { type: 'secret', label: 'SSH private key', multiline: true },
  homeNode: {
    type: 'text',
    label: 'Home node',
    help: 'Where containers are made. Failover may move them later.',
    pattern: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$',
    maxLength: 63,
  },
  haNodes: {
    type: 'text',
    label: 'Failover nodes',
    help: 'Separated by commas. Example: pve1,pve2. Empty: containers are not registered for failover.',
    optional: true,
    pattern: '^[A-Za-z0-9,\\s-]*$',
    maxLength: 1024,
  },
  storage: {
    type: 'text',
    label: 'Storage',
    help: 'Where the disks are made. Snapshots need a storage that has them.',
    pattern: '^[A-Za-z][A-Za-z0-9._-]*$',
    maxLength: 100,
  },
  template: {
    type: 'text',
    label: 'Template',
    help: 'Ubuntu 24.04 or Debian 12 or 13. Example: local:vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
    pattern: '^[A-Za-z][A-Za-z0-9._-]*:vztmpl/[A-Za-z0-9._+~-]+$',
    maxLength: 255,
  },
  bridge: { type: 'text', label: 'Bridge', default: 'vmbr1', pattern: '^[A-Za-z][A-Za-z0-9_.-]*$', maxLength: 15 },
  lan: { type: 'ipv4-range', label: 'Private addresses', help: 'Example: 192.168.1.100-192.168.1.253' },
  lanPrefix: { type: 'integer', label: 'Network prefix', default: 24, min: 8, max: 30 },
  gateway: { type: 'ipv4', label: 'Gateway' },
  vmids: { type: 'integer-range', label: 'Container ids', help: 'Kept free for the panel. Example: 900-999' },
  nameServers: {
    type: 'text',
    label: "Name servers for customers' domains",
    help: 'Separated by commas, as the connected DNS module has them. Example: ns1.example.net,ns2.example.net. Empty: no zones are made.',
    optional: true,
    pattern: '^[A-Za-z0-9.,\\s-]*$',
    maxLength: 1024,
  },
  nameserver: { type: 'ipv4', label: 'Name server', help: 'Empty: as the node has it.', optional: true },
});

/** What the seller chooses per product. */
export const product = fields({
  plan: { type: 'choice', label: 'Plan', choices: ['basic', 'standard', 'premium'] },
  domain: { type: 'hostname', label: 'Zone of the sites', help: 'A site is <subdomain>.<zone>. Example: example.net' },
  dnsTtl: { type: 'integer', label: 'DNS TTL (s)', default: 300, min: 60, max: 86400 },
  wordpressUrl: {
    type: 'url',
    label: 'WordPress archive',
    help: 'A .tar.gz that every container can fetch over http or https.',
    pattern: '^https?://[A-Za-z0-9._~:/?&=%+@-]+$',
    patternText: 'an address that begins with http:// or https://, without quotes and brackets',
    maxLength: 1000,
  },
  wordpressSha256: {
    type: 'text',
    label: 'SHA-256 of the archive',
    pattern: '^[0-9a-f]{64}$',
    patternText: '64 hexadecimal digits in lower case',
  },
});

/** Asked at checkout. */
export const order = fields({
  email: { type: 'email', label: 'E-mail address', help: 'The part before the @ becomes the subdomain.' },
  publicIp: { type: 'ipv4', label: 'Public address', help: 'Of the reverse proxy; the site resolves to it.' },
});

/** What create leaves on the service. */
export const properties = fields({
  vmid: { type: 'integer', label: 'Container id', min: 100 },
  privateIp: { type: 'ipv4', label: 'Private address' },
  subdomain: { type: 'text', label: 'Subdomain', shownTo: 'customer' },
  hostname: { type: 'hostname', label: 'Site', shownTo: 'customer' },
  publicIp: { type: 'ipv4', label: 'Public address', shownTo: 'customer' },
  plan: { type: 'choice', label: 'Plan', choices: ['basic', 'standard', 'premium'], shownTo: 'customer' },
  failover: { type: 'boolean', label: 'Registered for failover' },
  lastBackup: { type: 'text', label: 'Name given to the latest backup', optional: true, maxLength: 40 },
});

export type ServerConfig = ValuesOf<typeof server>;
export type ProductConfig = ValuesOf<typeof product>;
export type OrderConfig = ValuesOf<typeof order>;
export type SiteProperties = PropertiesOf<typeof properties>;

/** What a plan gives: memory and swap in MiB, disk in GiB, and how many snapshots and own domains the customer may have. */
export interface PlanResources {
  readonly memoryMib: number;
  readonly swapMib: number;
  readonly diskGib: number;
  readonly cores: number;
  readonly backups: number;
  readonly domains: number;
}

/** Figures of the published platform whose API we serve. */
export const plans: Readonly<Record<ProductConfig['plan'], PlanResources>> = {
  basic: { memoryMib: 2048, swapMib: 512, diskGib: 20, cores: 2, backups: 2, domains: 3 },
  standard: { memoryMib: 4096, swapMib: 512, diskGib: 40, cores: 2, backups: 3, domains: 5 },
  premium: { memoryMib: 8192, swapMib: 512, diskGib: 80, cores: 2, backups: 5, domains: 10 },
};
