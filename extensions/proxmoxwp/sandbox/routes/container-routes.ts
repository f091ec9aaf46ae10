import type { JsonObject } from '@hostwright/sdk';
import { badParameters, died, propertyString } from '../api/index.js';
import type { PveCall, PveRoute } from './pve-route.js';
import {
  isAllowed,
  type Cluster,
  addressesOf,
  crashSetups,
  diskBytes,
  digestOf,
  sizeBytes,
  sizeText,
  type Container,
  timings,
} from '../cluster/index.js';
import { createContainer, withHardwareAddresses } from './create-container.js';

const one = '/nodes/{node}/lxc/{vmid}';
/** Changes that a running container takes on only at its next start. */
const notHot = new Set(['features', 'tty', 'console', 'cmode', 'timezone', 'entrypoint', 'env', 'hookscript', 'arch', 'ostype']);
const numeric = new Set([
  'memory',
  'swap',
  'cores',
  'cpulimit',
  'cpuunits',
  'onboot',
  'unprivileged',
  'protection',
  'template',
  'tty',
  'console',
  'debug',
]);

/** Everything of a container but its power and its snapshots. */
export function containerRoutes(cluster: Cluster): readonly PveRoute[] {
  const target = (call: PveCall): Container => cluster.container(call.text('node'), call.text('vmid'));
  return [
    { method: 'POST', path: '/nodes/{node}/lxc', handle: (call) => createContainer(cluster, call) },
    {
      method: 'GET',
      path: '/nodes/{node}/lxc',
      handle: (call) => {
        const { name } = cluster.node(call.text('node'));
        return [...cluster.containers.values()]
          .filter((each) => each.node === name && isAllowed(call.token, `/vms/${each.vmid}`, ['VM.Audit']))
          .map((each) => ({ ...currentOf(cluster, each), vmid: each.vmid, type: 'lxc' }));
      },
    },
    {
      method: 'GET',
      path: one,
      handle: (call) => {
        target(call);
        return ['config', 'status', 'snapshot', 'migrate', 'resize', 'pending', 'interfaces'].map((subdir) => ({ subdir }));
      },
    },
    { method: 'GET', path: `${one}/config`, handle: (call) => shownConfig(target(call), call.parameters) },
    { method: 'PUT', path: `${one}/config`, handle: (call) => changeConfig(cluster, target(call), call.parameters) },
    { method: 'GET', path: `${one}/pending`, handle: (call) => pendingRows(target(call)) },
    { method: 'PUT', path: `${one}/resize`, handle: (call) => resize(cluster, target(call), call) },
    { method: 'GET', path: `${one}/status/current`, handle: (call) => currentOf(cluster, target(call)) },
    {
      method: 'GET',
      path: `${one}/interfaces`,
      handle: (call) => {
        const container = target(call);
        if (!container.running) throw died(`CT ${container.vmid} is not running`);
        return addressesOf(container).map((address, index) => ({
          name: `eth${index}`,
          hwaddr: 'bc:24:11:00:00:01',
          inet: `${address}/24`,
        }));
      },
    },
    { method: 'DELETE', path: one, handle: (call) => destroy(cluster, target(call), call) },
    { method: 'POST', path: `${one}/migrate`, handle: (call) => migrate(cluster, target(call), call) },
  ];
}

function shownConfig(container: Container, parameters: Readonly<Record<string, string>>): JsonObject {
  const name = parameters['snapshot'];
  const snapshot = name === undefined ? undefined : container.snapshots.find((each) => each.name === name);
  if (name !== undefined && !snapshot) throw died(`snapshot '${name}' does not exist`);
  const config: Record<string, string | number> = { ...(snapshot?.config ?? container.config) };
  if (!snapshot && parameters['current'] !== '1') {
    for (const [key, value] of Object.entries(container.pending)) {
      if (value === null) delete config[key];
      else config[key] = value;
    }
  }
  for (const key of Object.keys(config)) if (numeric.has(key)) config[key] = Number(config[key]);
  return { ...config, ...(container.lock === undefined || snapshot ? {} : { lock: container.lock }), digest: digestOf(container) };
}

function changeConfig(cluster: Cluster, container: Container, parameters: Readonly<Record<string, string>>): null {
  const { node: _node, vmid: _vmid, digest, delete: removed, revert, ...changes } = parameters;
  if (Object.keys(changes).length === 0 && removed === undefined && revert === undefined) throw died('no options specified');
  cluster.demandQuorum();
  cluster.demandUnlocked(container);
  if (digest !== undefined && digest !== digestOf(container))
    throw died('detected modified configuration - file changed by other user? Try again.');
  const gone = listOf(removed);
  for (const key of ['unprivileged', 'rootfs'] as const) {
    if (changes[key] !== undefined && key === 'unprivileged')
      throw badParameters({ [key]: 'property is not defined in schema and the schema does not allow additional properties' });
    if (gone.includes(key)) throw badParameters({ delete: `unable to delete required option '${key}'` });
  }
  const both = gone.find((key) => changes[key] !== undefined);
  if (both !== undefined) throw badParameters({ delete: `you can't use '-${both}' and -delete ${both}' at the same time` });
  for (const key of listOf(revert)) delete container.pending[key];
  Object.assign(changes, withHardwareAddresses(container.vmid, changes));
  const refused: Record<string, string> = {};
  for (const [key, value] of [...Object.entries(changes), ...gone.map((key) => [key, null] as const)]) {
    const isMemory = key === 'memory' || key === 'swap';
    if (container.running && (cluster.fixedMemory || container.fixedMemory) && isMemory && container.config[key] !== value) {
      refused[key] = `unable to hotplug ${key}: unable to write cgroup memory limit: Device or resource busy`;
      container.pending[key] = value;
    } else if (container.running && notHot.has(key)) container.pending[key] = value;
    else {
      delete container.pending[key];
      if (value === null) delete container.config[key];
      else container.config[key] = value;
    }
  }
  cluster.watchAddresses(container);
  // Written all the same: what could not be applied waits for the next start.
  if (Object.keys(refused).length > 0) throw badParameters(refused);
  return null;
}

function pendingRows(container: Container): readonly JsonObject[] {
  const keys = new Set([...Object.keys(container.config), ...Object.keys(container.pending)]);
  return [...keys].map((key) => {
    const pending = container.pending[key];
    return {
      key,
      ...(container.config[key] === undefined ? {} : { value: container.config[key] }),
      ...(pending === undefined ? {} : pending === null ? { delete: 1 } : { pending }),
    };
  });
}

function resize(cluster: Cluster, container: Container, call: PveCall): string {
  cluster.demandUnlocked(container);
  if (call.parameters['digest'] !== undefined && call.parameters['digest'] !== digestOf(container))
    throw died('detected modified configuration - file changed by other user? Try again.');
  const disk = call.text('disk');
  const parts = propertyString(container.config[disk] ?? '', 'volume');
  if (!parts?.['volume']) throw died(`disk '${disk}' does not exist`);
  const now = sizeBytes(parts['size'] ?? '0');
  const size = call.text('size');
  const wanted = size.startsWith('+') ? now + sizeBytes(size.slice(1)) : sizeBytes(size);
  if (wanted < now) throw died('unable to shrink disk size');
  if (wanted === now) throw died('disk is already at specified size');
  cluster.tasks.demandRoom(`resize of container ${container.vmid}`);
  container.lock = 'disk';
  return cluster.tasks.start({
    node: container.node,
    type: 'resize',
    id: String(container.vmid),
    user: call.token.id,
    takesMs: timings.resize,
    finish: () => {
      delete container.lock;
      container.config[disk] = Object.entries({ ...parts, size: sizeText(wanted) })
        .map(([key, value]) => (key === 'volume' ? value : `${key}=${value}`))
        .join(',');
    },
    giveUp: () => delete container.lock,
  });
}

function destroy(cluster: Cluster, container: Container, call: PveCall): string {
  const { vmid } = container;
  const purge = call.parameters['purge'] === '1';
  cluster.demandQuorum();
  if (cluster.ha.find(vmid) && !purge) throw died(`unable to remove CT ${vmid} - used in HA resources and purge parameter not set.`);
  if (container.config['protection'] === '1') throw died(`can't remove CT ${vmid} - protection mode enabled`);
  cluster.demandUnlocked(container);
  if (container.running && call.parameters['force'] !== '1') throw died(`unable to destroy CT ${vmid} - container is running`);
  cluster.tasks.demandRoom(`destruction of container ${vmid}`);
  container.lock = 'destroyed';
  return cluster.tasks.start({
    node: container.node,
    type: 'vzdestroy',
    id: String(vmid),
    user: call.token.id,
    takesMs: timings.destroy,
    finish: () => {
      if (container.running) cluster.stopNow(container);
      if (cluster.ha.find(vmid)) cluster.ha.remove(`ct:${vmid}`, cluster.major === 9);
      crashSetups(container.setups);
      cluster.containers.delete(vmid);
    },
    giveUp: () => delete container.lock,
  });
}

function migrate(cluster: Cluster, container: Container, call: PveCall): string {
  const target = call.text('target');
  if (target === container.node) throw badParameters({ target: 'target is local node.' });
  if (!cluster.nodes.some(({ name }) => name === target)) throw died(`no such cluster node '${target}'`);
  cluster.tasks.demandRoom(`migration of container ${container.vmid}`);
  const common = { node: container.node, id: String(container.vmid), user: call.token.id };
  if (cluster.ha.manages(container.vmid)) {
    return cluster.tasks.start({
      ...common,
      type: 'hamigrate',
      takesMs: timings.queued,
      finish: () => cluster.ha.relocate(`ct:${container.vmid}`, target),
    });
  }
  cluster.demandUnlocked(container);
  if (container.running && call.parameters['restart'] !== '1') throw died('lxc live migration is currently not implemented');
  container.lock = 'migrate';
  return cluster.tasks.start({
    ...common,
    type: 'vzmigrate',
    takesMs: timings.migrate,
    finish: () => {
      delete container.lock;
      const wasRunning = container.running;
      if (wasRunning) cluster.stopNow(container);
      container.node = target;
      if (wasRunning) cluster.startNow(container);
    },
    giveUp: () => delete container.lock,
  });
}

/** A container at this moment, as `status/current` shows it. */
export function currentOf(cluster: Cluster, container: Container): JsonObject {
  const { config, running, startedAt } = container;
  const uptime = startedAt === undefined ? 0 : Math.max(1, Math.floor((Date.now() - startedAt) / 1000));
  const mebibyte = 1024 ** 2;
  const resource = cluster.ha.find(container.vmid);
  return {
    vmid: container.vmid,
    name: config['hostname'] ?? `CT${container.vmid}`,
    status: running ? 'running' : 'stopped',
    type: 'lxc',
    cpu: running ? 0.0132 : 0,
    cpus: Number(config['cores'] ?? 8),
    mem: running ? 151 * mebibyte : 0,
    maxmem: Number(config['memory'] ?? 512) * mebibyte,
    swap: 0,
    maxswap: Number(config['swap'] ?? 512) * mebibyte,
    disk: running ? 688 * mebibyte : 0,
    maxdisk: diskBytes(container),
    netin: running ? container.traffic.in + uptime * 1000 : 0,
    netout: running ? container.traffic.out + uptime * 1000 : 0,
    diskread: running ? mebibyte : 0,
    diskwrite: running ? 2 * mebibyte : 0,
    uptime,
    ...(running ? { pid: 4000 + container.vmid } : {}),
    ...(config['tags'] === undefined ? {} : { tags: config['tags'] }),
    ...(container.lock === undefined ? {} : { lock: container.lock }),
    ha: resource
      ? { managed: 1, state: cluster.ha.statusOf(resource, running), ...(resource.group === undefined ? {} : { group: resource.group }) }
      : { managed: 0 },
  };
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[,;\s]+/).filter((item) => item !== '');
}
