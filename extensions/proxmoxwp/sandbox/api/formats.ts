import { isIPv4, isIPv6 } from 'node:net';

/** What the text must be, or the complaint of the original when it is not. */
type Check = (value: string) => string | undefined;

const matching =
  (pattern: RegExp, complaint: string): Check =>
  (value) =>
    pattern.test(value) ? undefined : complaint;

const listOf =
  (check: Check): Check =>
  (value) =>
    value
      .split(/[,;\s]+/)
      .filter((item) => item !== '')
      .map(check)
      .find((complaint) => complaint !== undefined);

const dnsName = matching(
  /^(?:[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/,
  'value does not look like a valid DNS name',
);
const configId = matching(/^[a-z][a-z0-9_-]+$/i, 'invalid configuration ID');
const vmid = matching(/^[1-9][0-9]{2,8}$/, 'value does not look like a valid VM ID');
const node = matching(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/, 'value does not look like a valid node name');
const storage = matching(/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i, 'storage ID contains illegal characters');
const ipv4 = (value: string): string | undefined => (isIPv4(value) ? undefined : 'value does not look like a valid ipv4 address');
const haSid = matching(/^(ct|vm):[1-9][0-9]{2,8}$/, 'unable to parse ha resource id');

function cidr(value: string, isAddress: (text: string) => boolean, longest: number): boolean {
  const [address, prefix, ...rest] = value.split('/');
  return (
    rest.length === 0 && isAddress(address ?? '') && /^\d{1,3}$/.test(prefix ?? '') && Number(prefix) >= 1 && Number(prefix) <= longest
  );
}

/** The formats that a plain text parameter may have, by name. Wording as in PVE::JSONSchema where it is known. */
const formats: Readonly<Record<string, Check>> = {
  'pve-node': node,
  'pve-vmid': vmid,
  'pve-vmid-list': listOf(vmid),
  'pve-configid': configId,
  'pve-configid-list': listOf(matching(/^[a-z][a-z0-9_-]+$/i, 'invalid configuration ID')),
  'pve-storage-id': storage,
  'pve-storage-id-list': listOf(storage),
  'pve-storage-content': matching(/^(images|rootdir|vztmpl|iso|backup|snippets|none|import)$/, 'invalid content type'),
  'pve-storage-content-list': listOf(matching(/^(images|rootdir|vztmpl|iso|backup|snippets|none|import)$/, 'invalid content type')),
  'pve-poolid': matching(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/, 'value does not look like a valid pool ID'),
  'pve-volume-id': matching(/^[a-z][a-z0-9\-_.]*:\S+$/i, 'unable to parse volume ID'),
  'pve-ha-resource-or-vm-id': matching(/^((ct|vm):)?[1-9][0-9]{2,8}$/, 'value does not look like a valid ha resource id'),
  'pve-ha-resource-id-list': listOf(haSid),
  'pve-ha-node-list': listOf(matching(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d+)?$/, 'value does not look like a valid ha group node')),
  'dns-name': dnsName,
  'dns-name-list': listOf(dnsName),
  'lxc-ip-with-ll-iface-list': listOf((value) =>
    isIPv4(value) || isIPv6(value.replace(/%[\w.-]+$/, '')) ? undefined : 'value does not look like a valid IP address',
  ),
  ipv4,
  ipv6: (value) => (isIPv6(value) ? undefined : 'value does not look like a valid ipv6 address'),
  'mac-addr': matching(/^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i, 'value does not look like a valid unicast MAC address'),
  'pve-ipv4-config': (value) =>
    value === 'dhcp' || value === 'manual' || cidr(value, isIPv4, 32)
      ? undefined
      : 'value does not look like a valid ipv4 network configuration',
  'pve-ipv6-config': (value) =>
    ['dhcp', 'manual', 'auto'].includes(value) || cidr(value, isIPv6, 128)
      ? undefined
      : 'value does not look like a valid ipv6 network configuration',
  'pve-startup-order': matching(/^(order=)?\d+(,(up|down)=\d+)*$|^((up|down)=\d+)(,(up|down)=\d+)*$/, 'unable to parse startup options'),
  'pve-tag-list': listOf(matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, 'invalid characters in tag')),
  'pve-ct-timezone': matching(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'unknown time zone'),
  'pve-task-status-type-list': listOf(matching(/^(ok|error|warning|unknown)$/, 'value is not a task status type')),
  'disk-size': matching(/^\d+(\.\d+)?[KMGT]?$/, 'value does not look like a valid disk size'),
  'pve-lxc-mp-string': matching(/^[^\s,]+$/, 'invalid volume'),
  'pve-lxc-dev-string': matching(/^\/dev\/\S+$/, 'device path must start with /dev/'),
};

/** The complaint about a value of that format; undefined when it is fine. A format that is not listed takes any text. */
export function formatComplaint(format: string, value: string): string | undefined {
  return formats[format]?.(value);
}
