import { fields, PanelError, type ValuesOf } from '@hostwright/sdk';

const label = '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';
const hostname = `(?:${label}\\.)+${label}\\.?`;
const hostnames = `\\s*${hostname}(?:[\\s,]+${hostname})*\\s*`;

/** One DNS server of an ISPConfig installation and the remote user that may edit its zones. */
export const server = fields({
  panelUrl: { type: 'url', label: 'Address of ISPConfig', help: 'Example: https://panel.example.net:8080' },
  username: { type: 'text', label: 'Remote user', help: 'System → Remote users. The README says which functions it needs', maxLength: 64 },
  password: { type: 'secret', label: 'Password of the remote user' },
  serverId: { type: 'integer', label: 'DNS server id', help: 'The id of the server in System → Server services', min: 1 },
  clientId: { type: 'integer', label: 'ISPConfig client id', help: 'Who owns new zones there. 0: the administrator', min: 0, default: 0 },
  nameServers: {
    type: 'text',
    label: 'Name servers',
    help: 'At least two, separated by spaces. A domain must be delegated to all of them. Example: ns1.example.net ns2.example.net',
    pattern: `\\s*${hostname}(?:[\\s,]+${hostname})+\\s*`,
    patternText: 'two or more host names separated by spaces or commas',
  },
  proxyIp: {
    type: 'ipv4',
    label: 'Public IP of the proxy',
    help: 'What PROXYSRV stands for, and where a new zone leads unless what it is made for says otherwise',
  },
  hostmaster: {
    type: 'email',
    label: 'Hostmaster',
    help: 'Named in every zone; no dot before the @. Default: hostmaster at the zone',
    // In a zone the @ becomes a dot, so another one before it would be taken for it.
    pattern: '[A-Za-z0-9_\\-]+@[A-Za-z0-9.\\-]+',
    patternText: 'an e-mail address without a dot or plus before the @',
    optional: true,
  },
  ttl: { type: 'integer', label: 'TTL of first records (s)', min: 60, max: 86_400, default: 3600 },
  sharedZones: {
    type: 'text',
    label: 'Shared zones',
    help: 'Zones of your own, made by hand, in which services may have records, separated by spaces',
    pattern: hostnames,
    patternText: 'host names separated by spaces or commas',
    optional: true,
  },
  tlsFingerprint: {
    type: 'tls-fingerprint',
    label: 'Certificate fingerprint (SHA-256)',
    help: 'Needed only when its certificate is not from a public authority',
    optional: true,
  },
});

export type ServerConfig = ValuesOf<typeof server>;

/** Where the remote API answers, whether the address was given with its path or without. */
export function apiUrl(config: Pick<ServerConfig, 'panelUrl'>): string {
  return `${config.panelUrl.replace(/\/+$/, '').replace(/\/remote(?:\/json\.php)?$/, '')}/remote/json.php`;
}

/** Names in lower case without dots at the end, each once. */
export function namesIn(text: string): readonly string[] {
  const names = text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => name.toLowerCase().replace(/\.$/, ''));
  return [...new Set(names)];
}

/** Throws `invalid_config` for fewer than two. */
export function nameServersOf(config: Pick<ServerConfig, 'nameServers'>): readonly string[] {
  const names = namesIn(config.nameServers);
  if (names.length < 2) throw new PanelError('invalid_config', 'the server settings must name at least two different name servers');
  return names;
}

export function isSharedZone(config: Pick<ServerConfig, 'sharedZones'>, zone: string): boolean {
  return namesIn(config.sharedZones ?? '').includes(zone);
}
