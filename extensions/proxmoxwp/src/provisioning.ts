import { defineProvisioning, isPanelError, type Inspection } from '@hostwright/sdk';
import { accountsOf, usageOf } from './accounts.js';
import { ProxmoxClient } from './client.js';
import { order, plans, product, properties, server, type ServerConfig } from './config.js';
import { testConnection } from './connection-test.js';
import { Containers, type OwnedContainer } from './containers.js';
import { addDomain, domainQuota, domainTarget, ownZones, removeDomain } from './domains.js';
import {
  actions,
  allowChange,
  changePackage,
  checkNames,
  create,
  installCertificate,
  removeCertificate,
  suspend,
  terminate,
  unsuspend,
} from './operations/index.js';
import { occupiedOf } from './occupied.js';
import { sshTargets } from './ssh-nodes.js';

export const provisioning = defineProvisioning(
  { server, product, order, properties, limits: { permits: { task: 10 }, ssh: (at: ServerConfig) => sshTargets(at) } },
  {
    create,
    suspend,
    unsuspend,
    changePackage,
    allowChange,
    terminate,
    actions,
    usage: ({ ctx, server: at }) => usageOf(ctx, at),
    listAccounts: ({ ctx, server: at }) => accountsOf(ctx, at),
    occupied: ({ ctx, server: at, known }) => occupiedOf(ctx, at, known),
    expects: ({ plan }) => ({ memoryLimitBytes: plans[plan].memoryMib * 2 ** 20, diskLimitBytes: plans[plan].diskGib * 2 ** 30 }),
    addDomain,
    removeDomain,
    checkNames,
    installCertificate,
    removeCertificate,
    domainQuota,
    domainTarget,
    ownZones,
    async inspect({ ctx, server: at, properties: made }): Promise<Inspection> {
      let container: OwnedContainer | undefined;
      try {
        container = await new Containers(ctx, at).find(made.vmid);
      } catch (error) {
        // Under that id there is somebody else's now, so nothing of ours.
        if (isPanelError(error) && error.code === 'not_owned') return { state: 'missing' };
        throw error;
      }
      const status = container === undefined ? undefined : await new ProxmoxClient(ctx, at).status(container.node, made.vmid);
      if (container === undefined || status === undefined) return { state: 'missing' };
      const { cpu, mem, maxmem, disk, maxdisk, uptime } = status;
      return {
        state: container.config.lock === undefined ? status.status : 'changing',
        node: container.node,
        ...(cpu === undefined ? {} : { cpuFraction: cpu }),
        ...(mem === undefined ? {} : { memoryBytes: mem }),
        ...(maxmem === undefined ? {} : { memoryLimitBytes: maxmem }),
        ...(disk === undefined ? {} : { diskBytes: disk }),
        ...(maxdisk === undefined ? {} : { diskLimitBytes: maxdisk }),
        ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
      };
    },
    testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
  },
);
