import { defineProvisioning, isPanelError, PanelError, type Inspection } from '@hostwright/sdk';
import { accountsOf, stateOf, usageOf } from './accounts.js';
import { choices } from './choices.js';
import { order, product, properties, server } from './config.js';
import { testConnection } from './connection-test.js';
import {
  actions,
  addDomain,
  allowChange,
  changePackage,
  create,
  domainQuota,
  domainTarget,
  ownZones,
  removeDomain,
  suspend,
  terminate,
  unsuspend,
} from './operations/index.js';
import { Sites } from './sites.js';

/** Pressable does not say how long its log-in addresses are good: short enough that nobody keeps one. */
const loginSeconds = 60;

export const provisioning = defineProvisioning(
  { server, product, order, properties },
  {
    create,
    suspend,
    unsuspend,
    changePackage,
    allowChange,
    terminate,
    actions,
    choices,
    usage: ({ ctx, server: at }) => usageOf(ctx, at),
    listAccounts: ({ ctx, server: at }) => accountsOf(ctx, at),
    addDomain,
    removeDomain,
    domainQuota,
    domainTarget,
    ownZones,
    async inspect({ ctx, server: at, properties: { siteId } }): Promise<Inspection> {
      let site;
      try {
        site = await new Sites(ctx, at).find(siteId);
      } catch (error) {
        // Under that id there is somebody else's now, so nothing of ours.
        if (isPanelError(error) && error.code === 'not_owned') return { state: 'missing' };
        throw error;
      }
      if (site === undefined) return { state: 'missing' };
      const { fileBytes, databaseBytes, state, datacenter, phpVersion, environment, staging, host } = site;
      const details = { state, staging, host: host ?? null, phpVersion: phpVersion ?? null, environment: environment ?? null };
      return {
        state: stateOf(site),
        ...(datacenter === undefined ? {} : { node: datacenter }),
        ...(fileBytes === undefined && databaseBytes === undefined ? {} : { diskBytes: (fileBytes ?? 0) + (databaseBytes ?? 0) }),
        details,
      };
    },
    /** To WordPress as its administrator where the order named one, otherwise to the database in phpMyAdmin. */
    async singleSignOn({ ctx, server: at, order: asked, properties: { siteId } }) {
      const sites = new Sites(ctx, at);
      const site = await sites.demand(siteId);
      if (site.state === 'disabled') throw new PanelError('conflict', `site ${siteId} is disabled`);
      const wordpress = asked.adminEmail === undefined ? undefined : await sites.client.loginUrl(siteId, asked.adminEmail);
      const url = wordpress ?? (await sites.client.phpMyAdminUrl(siteId));
      return { url, expiresAt: new Date(Date.parse(ctx.now()) + loginSeconds * 1000).toISOString() };
    },
    testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
  },
);
