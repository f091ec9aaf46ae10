import type { JsonObject } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import type { Cluster } from './cluster.js';
import { addressesOf, diskBytes, ownerOf, type Container } from './container.js';
import { vmidOf } from './failover.js';

/**
 * Everything alive in the cluster. A thing's owner is the mark it bears itself (a tag, a comment, a name, a description); one
 * without a mark of its own has that of its container.
 */
export function ledgerOf(cluster: Cluster): readonly LedgerEntry[] {
  const containers = [...cluster.containers.values()];
  const ownerOfVmid = (vmid: number): string | undefined => {
    const container = cluster.containers.get(vmid);
    return container && ownerOf(container);
  };
  return [
    ...containers.map((container) => entry('container', String(container.vmid), ownerOf(container), containerDetails(container))),
    ...[...cluster.ha.resources.values()].map(({ sid, state, comment, group }) =>
      entry('ha-resource', sid, markIn(comment) ?? ownerOfVmid(vmidOf(sid)), {
        vmid: vmidOf(sid),
        state,
        ...(group === undefined ? {} : { group }),
      }),
    ),
    ...[...cluster.ha.rules.values()].map(({ name, settings, resources }) =>
      entry('ha-rule', name, markIn(settings['comment']) ?? markIn(name) ?? resources.map((sid) => ownerOfVmid(vmidOf(sid)))[0], {
        resources,
      }),
    ),
    ...[...cluster.ha.groups.values()].map(({ name, settings }) =>
      entry('ha-group', name, markIn(settings['comment']) ?? markIn(name), { nodes: settings['nodes'] ?? '' }),
    ),
    ...containers.flatMap((container) =>
      container.snapshots.map(({ name, description }) =>
        entry('snapshot', `${container.vmid}/${name}`, markIn(description) ?? ownerOf(container), { vmid: container.vmid, name }),
      ),
    ),
    ...containers.flatMap((container) =>
      container.setups
        .filter(({ state }) => state === 'done')
        .map(({ claim, domain }) =>
          entry('wordpress', `${container.vmid}/${claim}`, ownerOf(container), {
            vmid: container.vmid,
            claim,
            domain,
            starts: cluster.setupStarts.get(`${container.vmid}/${claim}`) ?? 0,
          }),
        ),
    ),
  ];
}

function entry(kind: string, id: string, owner: string | undefined, details: JsonObject): LedgerEntry {
  return { kind, id, ...(owner === undefined ? {} : { owner }), details };
}

function markIn(text: string | undefined): string | undefined {
  return /\bhw-[a-z0-9-]*[a-z0-9]/.exec(text ?? '')?.[0];
}

function containerDetails(container: Container): JsonObject {
  const { node, running, lock, config, ordered, pending } = container;
  return {
    node,
    status: running ? 'running' : 'stopped',
    hostname: config['hostname'] ?? ordered['hostname'] ?? '',
    addresses: addressesOf(container),
    memoryMib: Number(config['memory'] ?? 512),
    swapMib: Number(config['swap'] ?? 512),
    diskGib: diskBytes(container) / 1024 ** 3,
    onBoot: config['onboot'] === '1',
    ...(Object.keys(pending).length === 0 ? {} : { waitsForRestart: Object.keys(pending) }),
    ...(lock === undefined ? {} : { lock }),
  };
}
