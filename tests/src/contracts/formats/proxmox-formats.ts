import { isIP, isIPv4, isIPv6 } from 'node:net';

type Check = (value: string) => string | undefined;

const looksLike =
  (what: string, test: RegExp | ((value: string) => boolean)): Check =>
  (value) =>
    (test instanceof RegExp ? test.test(value) : test(value)) ? undefined : `must be ${what}`;

/** Items apart by a comma, semicolon, space or null, as Proxmox splits them. */
const listOf =
  (check: Check): Check =>
  (value) =>
    value
      .split(/[,;\s\0]+/)
      .filter((item) => item !== '')
      .map(check)
      .find((complaint) => complaint !== undefined);

const prefixed = (isAddress: (text: string) => boolean, longest: number) => (value: string) => {
  const [address = '', prefix = '', ...rest] = value.split('/');
  return rest.length === 0 && isAddress(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
};

const nodeName = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const node = looksLike('a node name', new RegExp(`^${nodeName}$`));
const configId = looksLike('a configuration id', /^[a-z][a-z0-9_-]+$/i);
const vmid = looksLike('a VM id', /^[1-9][0-9]{2,8}$/);
const storage = looksLike('a storage id', /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i);
const content = looksLike('a kind of content', /^(images|rootdir|vztmpl|iso|backup|snippets|none|import)$/);
const dnsName = looksLike('a DNS name', /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i);
const tokenName = '[A-Za-z][A-Za-z0-9.\\-_]+';
const userId = `[^\\s:/]+@${tokenName}`;

/** What the named formats of the schema demand. Source: PVE::JSONSchema and the modules that register formats of their own. */
export const proxmoxFormats: Readonly<Record<string, Check>> = {
  'pve-node': node,
  'pve-vmid': vmid,
  'pve-vmid-list': listOf(vmid),
  'pve-configid': configId,
  'pve-configid-list': listOf(configId),
  'pve-storage-id': storage,
  'pve-storage-id-list': listOf(storage),
  'pve-storage-content': content,
  'pve-storage-content-list': listOf(content),
  'pve-poolid': looksLike('a pool id', /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/),
  'pve-realm': looksLike('a realm', new RegExp(`^${tokenName}$`)),
  'pve-userid': looksLike('a user id', new RegExp(`^${userId}$`)),
  'pve-userid-list': listOf(looksLike('a list of user ids', new RegExp(`^${userId}$`))),
  'pve-tokenid-list': listOf(looksLike('a list of token ids', new RegExp(`^${userId}!${tokenName}$`))),
  'pve-groupid-list': listOf(looksLike('a list of group ids', /^[A-Za-z0-9._-]+$/)),
  'pve-roleid-list': listOf(looksLike('a list of role ids', /^[A-Za-z0-9._-]+$/)),
  'pve-priv-list': listOf(looksLike('a list of privileges', /^[A-Za-z.]+$/)),
  'pve-volume-id': looksLike('a volume id', /^[a-z][a-z0-9\-_.]*:\S+$/i),
  'pve-ha-resource-or-vm-id': looksLike('an HA resource or VM id', /^((ct|vm):)?[1-9][0-9]{2,8}$/),
  'pve-ha-resource-id-list': listOf(looksLike('a list of HA resources', /^(ct|vm):[1-9][0-9]{2,8}$/)),
  'pve-ha-node-list': listOf(looksLike('a list of nodes', new RegExp(`^${nodeName}(:\\d+)?$`))),
  'pve-ha-group-node-list': listOf(looksLike('a list of nodes', new RegExp(`^${nodeName}(:\\d+)?$`))),
  'pve-startup-order': looksLike('a start order', /^((order=)?\d+|(up|down)=\d+)(,(up|down)=\d+)*$/),
  'pve-tag-list': listOf(looksLike('a list of tags', /^[a-z0-9_][a-z0-9_\-+.]*$/i)),
  'pve-ct-timezone': looksLike('a time zone', /^(host|[A-Za-z][A-Za-z0-9_+/-]*)$/),
  'pve-task-status-type-list': listOf(looksLike('a list of task states', /^(ok|error|warning|unknown)$/)),
  'pve-ipv4-config': looksLike('dhcp, manual or an IPv4 address with prefix', (value) =>
    ['dhcp', 'manual'].includes(value) ? true : prefixed(isIPv4, 32)(value),
  ),
  'pve-ipv6-config': looksLike('auto, dhcp, manual or an IPv6 address with prefix', (value) =>
    ['auto', 'dhcp', 'manual'].includes(value) ? true : prefixed(isIPv6, 128)(value),
  ),
  'pve-lxc-mp-string': looksLike('a volume or path', /^[^\s,]+$/),
  'pve-lxc-dev-string': looksLike('a device', /^\/dev\/\S+$/),
  'disk-size': looksLike('a size', /^\d+(\.\d+)?[KMGT]?$/),
  'dns-name': dnsName,
  'dns-name-list': listOf(dnsName),
  'lxc-ip-with-ll-iface-list': listOf(looksLike('a list of addresses', (value) => isIP(value.replace(/%[\w.-]+$/, '')) > 0)),
  'mac-addr': looksLike('a unicast MAC address', /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i),
  ipv4: looksLike('an IPv4 address', isIPv4),
  ipv6: looksLike('an IPv6 address', isIPv6),
};
