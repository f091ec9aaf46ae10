import { badParameters, died, noPermission, propertyString } from '../api/index.js';
import type { PveCall } from './pve-route.js';
import { demand, isAllowed, type Cluster, sizeText, type Container, timings } from '../cluster/index.js';

/** Parameters of a creation that do not become part of the configuration. */
const notConfig = new Set([
  'node',
  'vmid',
  'ostemplate',
  'start',
  'pool',
  'password',
  'ssh-public-keys',
  'storage',
  'force',
  'restore',
  'unique',
  'bwlimit',
  'ignore-unpack-errors',
  'ha-managed',
]);

/**
 * `POST /nodes/{node}/lxc`. Until its task has ended the configuration holds the lock `create` and nothing else, so the tags
 * cannot be read yet; when the creation itself fails, nothing is left of it.
 */
export function createContainer(cluster: Cluster, call: PveCall): string {
  const { parameters, token } = call;
  const vmid = Number(parameters['vmid']);
  const node = call.text('node');
  const pool = parameters['pool'];
  if (!isAllowed(token, `/vms/${vmid}`, ['VM.Allocate']) && !(pool !== undefined && isAllowed(token, `/pool/${pool}`, ['VM.Allocate']))) {
    throw noPermission(`/vms/${vmid}`, ['VM.Allocate']);
  }
  cluster.node(node);
  cluster.demandQuorum();
  const rootfs = rootVolume(cluster, parameters);
  demand(token, `/storage/${rootfs.storage}`, ['Datastore.AllocateSpace']);
  for (const [key, value] of Object.entries(parameters)) {
    const bridge = /^net\d+$/.test(key) ? propertyString(value)?.['bridge'] : undefined;
    if (bridge !== undefined) demand(token, `/sdn/zones/localnetwork/${bridge}`, ['SDN.Use']);
  }
  const unprivileged = parameters['unprivileged'] ?? (cluster.major === 9 ? '1' : '0');
  if (unprivileged === '0' && cluster.major === 9) demand(token, '/', ['Sys.Modify']);
  if (parameters['features'] !== undefined && !/^nesting=[01]$/.test(parameters['features'])) {
    throw died('changing feature flags (except nesting) is only allowed for root@pam');
  }
  if (pool !== undefined && !cluster.pools.has(pool)) throw died(`pool '${pool}' does not exist`);
  if (!/^[a-z][a-z0-9\-_.]*:vztmpl\/\S+$/i.test(call.text('ostemplate')))
    throw badParameters({ ostemplate: `unable to parse volume ID '${call.text('ostemplate')}'` });
  const taken = cluster.containers.get(vmid);
  if (taken) throw died(`unable to create CT ${vmid} - CT ${vmid} already exists on node '${taken.node}'`);
  cluster.tasks.demandRoom(`creation of container ${vmid}`);

  const config = Object.fromEntries(Object.entries(parameters).filter(([key]) => !notConfig.has(key)));
  const written = {
    arch: 'amd64',
    ostype: call.text('ostemplate').includes('debian') ? 'debian' : 'ubuntu',
    memory: '512',
    swap: '512',
    hostname: `CT${vmid}`,
    ...config,
    unprivileged,
    rootfs: rootfs.text(vmid),
    ...withHardwareAddresses(vmid, config),
  };
  const container: Container = {
    vmid,
    node,
    config: {},
    pending: {},
    ordered: written,
    running: false,
    lock: 'create',
    booted: false,
    starts: 0,
    snapshots: [],
    setups: [],
    traffic: { in: 0, out: 0 },
  };
  if (pool !== undefined) container.pool = pool;
  cluster.containers.set(vmid, container);
  cluster.watchAddresses(container);

  let created = false;
  return cluster.tasks.start({
    node,
    type: 'vzcreate',
    id: String(vmid),
    user: token.id,
    takesMs: timings.create + (parameters['start'] === '1' ? timings.start : 0),
    log: [`extracting archive '/var/lib/vz/template/cache/${call.text('ostemplate').split('/')[1]}'`],
    finish: () => {
      if (!cluster.templates.has(call.text('ostemplate'))) throw died(`volume '${call.text('ostemplate')}' does not exist`);
      container.config = { ...written };
      delete container.lock;
      created = true;
      if (parameters['ha-managed'] === '1') {
        cluster.ha.add({
          sid: `ct:${vmid}`,
          state: parameters['start'] === '1' ? 'started' : 'stopped',
          maxRestart: 1,
          maxRelocate: 1,
          failback: true,
        });
      } else if (parameters['start'] === '1') cluster.startNow(container);
    },
    // With `start`, a start that fails makes the task fail while the container stays.
    giveUp: () => {
      if (!created) cluster.containers.delete(vmid);
    },
  });
}

interface RootVolume {
  readonly storage: string;
  text(vmid: number): string;
}

function rootVolume(cluster: Cluster, parameters: Readonly<Record<string, string>>): RootVolume {
  const given = parameters['rootfs'] ?? `${parameters['storage'] ?? 'local'}:4`;
  const { volume = '', ...options } = propertyString(given, 'volume') ?? {};
  const [, storage, gib] = /^([a-z][a-z0-9\-_.]*):(\d+(?:\.\d+)?)$/i.exec(volume) ?? [];
  if (storage === undefined || !(Number(gib) > 0)) throw badParameters({ rootfs: `invalid format - unable to parse volume '${volume}'` });
  if (!cluster.storage(storage).content.includes('rootdir')) throw died(`storage '${storage}' does not support container directories`);
  const size = sizeText(Math.round(Number(gib) * 1024 ** 3));
  const rest = Object.entries({ ...options, size }).map(([key, value]) => `,${key}=${value}`);
  return { storage, text: (vmid) => `${storage}:vm-${vmid}-disk-0${rest.join('')}` };
}

/** The server gives each interface a hardware address of its own and a type, unless it was given one. */
export function withHardwareAddresses(vmid: number, config: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(config).filter(([key]) => /^net\d+$/.test(key));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const parts = propertyString(value) ?? {};
      const address = (vmid * 256 + Number(key.slice(3))) % 0x1000000;
      const made = `BC:24:11:${[16, 8, 0].map((shift) => ((address >> shift) & 0xff).toString(16).toUpperCase().padStart(2, '0')).join(':')}`;
      return [
        key,
        Object.entries({ ...parts, hwaddr: parts['hwaddr'] ?? made, type: 'veth' })
          .map(([name, part]) => `${name}=${part}`)
          .join(','),
      ];
    }),
  );
}
