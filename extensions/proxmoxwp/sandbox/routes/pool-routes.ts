import type { JsonObject } from '@hostwright/sdk';
import type { PveRoute } from './pve-route.js';
import { died } from '../api/index.js';
import { isAllowed, type Cluster, type Pool } from '../cluster/index.js';

export function poolRoutes(cluster: Cluster): readonly PveRoute[] {
  const get = (poolid: string): Pool => {
    const pool = cluster.pools.get(poolid);
    if (!pool) throw died(`pool '${poolid}' does not exist`);
    return pool;
  };
  const members = (poolid: string): readonly JsonObject[] =>
    [...cluster.containers.values()]
      .filter(({ pool }) => pool === poolid)
      .map(({ vmid, node }) => ({ id: `lxc/${vmid}`, type: 'lxc', vmid, node }));
  const update = (poolid: string, parameters: Readonly<Record<string, string>>): null => {
    const pool = get(poolid);
    const vmids = (parameters['vms'] ?? '')
      .split(/[,;\s]+/)
      .filter((vmid) => vmid !== '')
      .map(Number);
    const remove = parameters['delete'] === '1';
    for (const vmid of vmids) {
      const container = cluster.containers.get(vmid);
      if (!container) throw died(`VM ${vmid} does not exist`);
      if (remove && container.pool !== poolid) throw died(`VM ${vmid} is not a pool member`);
      if (!remove && container.pool === poolid) throw died(`VM ${vmid} is already a pool member`);
      if (!remove && container.pool !== undefined && parameters['allow-move'] !== '1')
        throw died(`VM ${vmid} belongs already to pool '${container.pool}'`);
    }
    for (const vmid of vmids) {
      const container = cluster.containers.get(vmid);
      if (container && remove) delete container.pool;
      else if (container) container.pool = poolid;
    }
    if (parameters['comment'] !== undefined) pool.comment = parameters['comment'];
    return null;
  };
  const remove = (poolid: string): null => {
    get(poolid);
    if (members(poolid).length > 0) throw died(`pool '${poolid}' is not empty`);
    cluster.pools.delete(poolid);
    return null;
  };
  return [
    {
      method: 'GET',
      path: '/pools',
      handle: ({ token, parameters }) =>
        [...cluster.pools.values()]
          .filter(({ poolid }) => (parameters['poolid'] ?? poolid) === poolid && isAllowed(token, `/pool/${poolid}`, ['Pool.Audit']))
          .map(({ poolid, comment }) => ({ poolid, comment, ...(parameters['poolid'] === undefined ? {} : { members: members(poolid) }) })),
    },
    {
      method: 'POST',
      path: '/pools',
      handle: ({ parameters, text }) => {
        if (cluster.pools.has(text('poolid'))) throw died(`pool '${text('poolid')}' already exists`);
        cluster.pools.set(text('poolid'), { poolid: text('poolid'), comment: parameters['comment'] ?? '' });
        return null;
      },
    },
    { method: 'PUT', path: '/pools', handle: ({ parameters, text }) => update(text('poolid'), parameters) },
    { method: 'DELETE', path: '/pools', handle: ({ text }) => remove(text('poolid')) },
    {
      method: 'GET',
      path: '/pools/{poolid}',
      handle: ({ text }) => ({ comment: get(text('poolid')).comment, members: members(text('poolid')) }),
    },
    { method: 'PUT', path: '/pools/{poolid}', handle: ({ parameters, text }) => update(text('poolid'), parameters) },
    { method: 'DELETE', path: '/pools/{poolid}', handle: ({ text }) => remove(text('poolid')) },
  ];
}
