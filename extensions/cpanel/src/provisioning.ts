import { defineProvisioning, isPanelError, type Inspection } from '@hostwright/sdk';
import { Accounts } from './accounts.js';
import { adopt } from './adoption.js';
import type { RemoteAccount } from './answers.js';
import { order, product, properties, server } from './config.js';
import { testConnection } from './connection-test.js';
import { listAccounts, usage } from './listing.js';
import {
  allowChange,
  changePackage,
  changePassword,
  create,
  checkNames,
  installCertificate,
  removeCertificate,
  suspend,
  terminate,
  unsuspend,
  certificateDates,
  upkeep,
} from './operations/index.js';
import { choices } from './packages.js';
import { singleSignOn } from './sign-on.js';

export const provisioning = defineProvisioning(
  // Making and removing accounts is hard work for a host: not many at once.
  { server, product, order, properties, limits: { permits: { account: 4 } } },
  {
    create,
    suspend,
    unsuspend,
    changePackage,
    allowChange,
    changePassword,
    terminate,
    checkNames,
    installCertificate,
    removeCertificate,
    upkeep,
    dates: certificateDates,
    usage,
    listAccounts,
    adopt,
    choices,
    singleSignOn,
    testConnection,
    expects: ({ package: name }) => ({ package: name }),
    async inspect({ ctx, server: at, properties: made }): Promise<Inspection> {
      let account: RemoteAccount | undefined;
      const accounts = new Accounts(ctx, at);
      try {
        account = await accounts.find(made);
      } catch (error) {
        // Under that name there is somebody else's now, so nothing of ours.
        if (isPanelError(error) && error.code === 'not_owned') return { state: 'missing' };
        const calledNow = isPanelError(error) && error.code === 'conflict' ? await accounts.findRenamed(made) : undefined;
        if (calledNow !== undefined) return { state: 'missing', details: { calledNow } };
        throw error;
      }
      if (account === undefined) return { state: 'missing' };
      const { suspended, locked, plan, diskUsedBytes: used, diskLimitBytes: limit } = account;
      return {
        state: suspended ? 'stopped' : 'running',
        node: at.host,
        ...(used === undefined ? {} : { diskBytes: used }),
        ...(limit === undefined ? {} : { diskLimitBytes: limit }),
        details: { package: plan, locked },
      };
    },
  },
);
