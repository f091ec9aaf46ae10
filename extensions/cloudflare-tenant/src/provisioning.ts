import { defineProvisioning, type Ctx, type Inspection } from '@hostwright/sdk';
import { order, product, properties, server, type Properties, type ServerConfig } from './config.js';
import { inspectAddOns } from './add-ons.js';
import { testConnection } from './connection-test.js';
import { accountsOf, usageOf } from './listing.js';
import * as operations from './operations/index.js';
import { isAddOnAlone } from './plans.js';
import { Remote } from './remote.js';
import { marksIn } from './zone-mark.js';
import { readPlan } from './zone-plan.js';

const { create, suspend, unsuspend, terminate, changePackage, allowChange, ofZones, ...actions } = operations;

export const provisioning = defineProvisioning(
  {
    server,
    product,
    order,
    properties,
    // Per user, over the dashboard and all keys: what is left is for people. Source: Cloudflare docs, "limits".
    limits: { rate: { requests: 1000, perSeconds: 300 } },
  },
  {
    create,
    suspend,
    unsuspend,
    terminate,
    changePackage,
    allowChange,
    actions: ofZones(actions),
    inspect: ({ ctx, server: at, product: sold, properties: made }) =>
      isAddOnAlone(sold) ? inspectAddOns(new Remote(ctx, at), sold, made) : inspect(ctx, at, made),
    listAccounts: ({ ctx, server: at }) => accountsOf(ctx, at),
    usage: ({ ctx, server: at }) => usageOf(ctx, at),
    testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
  },
);

/** `pending` in `details.status`: the domain is not delegated to the zone's name servers yet, which is up to the customer. */
async function inspect(ctx: Ctx, at: ServerConfig, made: Properties): Promise<Inspection> {
  const remote = new Remote(ctx, at);
  const { zoneId, accountId, domain, pause } = made;
  const zone = await remote.zones.find(zoneId);
  if (zone === undefined || zone.account.id !== accountId || zone.name !== domain) return { state: 'missing' };
  const marks = await marksIn(remote.zones, zoneId, domain);
  if (!marks.some(({ mark }) => mark === ctx.owner)) return { state: 'missing' };
  const { plan, ratePlan } = await readPlan(remote, zoneId);
  return {
    state: zone.paused ? 'stopped' : zone.status === 'initializing' ? 'changing' : 'running',
    details: {
      status: zone.status,
      plan: plan ?? ratePlan,
      nameServers: [...zone.nameServers],
      paused: zone.paused ? (pause === 'suspension' ? 'by the suspension' : 'by the customer') : 'no',
      ...(zone.activatedOn === undefined ? {} : { activatedOn: zone.activatedOn }),
    },
  };
}
