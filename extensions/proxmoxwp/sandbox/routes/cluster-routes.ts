import type { JsonObject } from '@hostwright/sdk';
import type { PveRoute } from './pve-route.js';
import { badParameters } from '../api/index.js';
import { isAllowed, type Cluster, diskBytes } from '../cluster/index.js';
import { currentOf } from './container-routes.js';

const gib = 1024 ** 3;

/** What is asked of the cluster as a whole: version, rights, nodes, storages, ids, guests, pools. */
export function clusterRoutes(cluster: Cluster): readonly PveRoute[] {
  const release = cluster.major === 8 ? '8.4' : '9.1';
  const version = { version: `${release}.${cluster.major === 8 ? 1 : 2}`, release, repoid: '1a2b3c4d5e6f7081' };
  return [
    { method: 'GET', path: '/version', handle: () => version },
    {
      method: 'GET',
      path: '/nodes/{node}/version',
      handle: (call) => {
        cluster.node(call.text('node'));
        return version;
      },
    },
    {
      method: 'GET',
      path: '/access/permissions',
      handle: ({ token, parameters }) => {
        const all = cluster.permissionsOf(token);
        const path = parameters['path'];
        return path === undefined ? all : { [path]: all[path] ?? {} };
      },
    },
    {
      method: 'GET',
      path: '/nodes',
      handle: () =>
        cluster.nodes.map(({ name, online }) => ({
          node: name,
          id: `node/${name}`,
          type: 'node',
          status: online ? 'online' : 'offline',
          ...(online ? { cpu: 0.04, maxcpu: 32, mem: 24 * gib, maxmem: 256 * gib, disk: 9 * gib, maxdisk: 94 * gib, uptime: 864_000 } : {}),
        })),
    },
    {
      method: 'GET',
      path: '/nodes/{node}/storage',
      handle: ({ token, parameters, text }) => {
        cluster.node(text('node'));
        return cluster.storages
          .filter(({ name }) => (parameters['storage'] ?? name) === name)
          .filter(
            ({ content }) => parameters['content'] === undefined || parameters['content'].split(',').some((each) => content.includes(each)),
          )
          .filter(({ name }) => isAllowed(token, `/storage/${name}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], true))
          .map(({ name, type, content, shared, totalBytes }) => {
            const used = usedBytes(cluster, name);
            return {
              storage: name,
              type,
              content: content.join(','),
              shared: shared ? 1 : 0,
              active: 1,
              enabled: 1,
              total: totalBytes,
              used,
              avail: totalBytes - used,
              used_fraction: used / totalBytes,
            };
          });
      },
    },
    {
      method: 'GET',
      path: '/nodes/{node}/storage/{storage}/content',
      handle: ({ parameters, text }) => {
        cluster.node(text('node'));
        const storage = cluster.storage(text('storage'));
        const templates = [...cluster.templates]
          .filter(([volid]) => volid.startsWith(`${storage.name}:`))
          .map(([volid, size]) => ({ volid, content: 'vztmpl', format: 'tzst', size, ctime: 1_714_000_000 }));
        const disks = [...cluster.containers.values()]
          .filter(({ config }) => config['rootfs']?.startsWith(`${storage.name}:`))
          .map((container) => ({
            volid: container.config['rootfs']?.split(',')[0] ?? '',
            content: 'rootdir',
            format: 'raw',
            size: diskBytes(container),
            vmid: container.vmid,
          }));
        return [...templates, ...disks].filter(({ content }) => (parameters['content'] ?? content) === content);
      },
    },
    {
      method: 'GET',
      path: '/cluster/nextid',
      handle: ({ parameters }) => {
        const wanted = parameters['vmid'];
        if (wanted !== undefined) {
          if (cluster.containers.has(Number(wanted))) throw badParameters({ vmid: `VM ${wanted} already exists` });
          return wanted;
        }
        let free = 100;
        while (cluster.containers.has(free)) free += 1;
        return String(free);
      },
    },
    {
      method: 'GET',
      path: '/cluster/resources',
      handle: ({ token, parameters }): readonly JsonObject[] => {
        const type = parameters['type'];
        const guests = [...cluster.containers.values()]
          .filter(({ vmid }) => isAllowed(token, `/vms/${vmid}`, ['VM.Audit']))
          .map((container) => {
            const { ha: _ha, cpus, pid: _pid, swap: _swap, maxswap: _maxswap, ...row } = currentOf(cluster, container);
            const managed = cluster.ha.find(container.vmid);
            const about = { vmid: row['vmid'], type: row['type'], name: row['name'], tags: row['tags'] };
            return {
              // Of a node that does not answer nobody knows more than what its configuration says.
              ...(cluster.nodes.some(({ name, online }) => name === container.node && online) ? row : { ...about, status: 'unknown' }),
              id: `lxc/${container.vmid}`,
              node: container.node,
              maxcpu: cpus,
              template: Number(container.config['template'] ?? 0),
              ...(container.pool === undefined ? {} : { pool: container.pool }),
              ...(managed ? { hastate: cluster.ha.statusOf(managed, container.running) } : {}),
            };
          });
        const nodes = cluster.nodes.map(({ name, online }) => ({
          id: `node/${name}`,
          type: 'node',
          node: name,
          status: online ? 'online' : 'offline',
        }));
        const storages = cluster.nodes.flatMap(({ name: node }) =>
          cluster.storages
            .filter(({ name }) => isAllowed(token, `/storage/${name}`, ['Datastore.Audit']))
            .map(({ name, shared }) => ({
              id: `storage/${node}/${name}`,
              type: 'storage',
              node,
              storage: name,
              status: 'available',
              shared: shared ? 1 : 0,
            })),
        );
        if (type === 'vm') return guests;
        if (type === 'node') return nodes;
        if (type === 'storage') return storages;
        return type === undefined ? [...guests, ...nodes, ...storages] : [];
      },
    },
  ];
}

function usedBytes(cluster: Cluster, storage: string): number {
  return [...cluster.containers.values()]
    .filter(({ config }) => config['rootfs']?.startsWith(`${storage}:`))
    .reduce((sum, container) => sum + diskBytes(container), 0);
}
