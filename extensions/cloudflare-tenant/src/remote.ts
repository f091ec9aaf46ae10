import type { Ctx } from '@hostwright/sdk';
import { Accounts, Hostnames, Members, Subscriptions, Transport, Zones } from './client/index.js';
import type { ServerConfig } from './config.js';

/** Cloudflare, part by part. */
export class Remote {
  readonly transport: Transport;
  readonly accounts: Accounts;
  readonly members: Members;
  readonly subscriptions: Subscriptions;
  readonly zones: Zones;
  readonly hostnames: Hostnames;

  constructor(ctx: Pick<Ctx, 'fetch'>, server: ServerConfig) {
    this.transport = new Transport(ctx, server);
    this.accounts = new Accounts(this.transport);
    this.members = new Members(this.transport);
    this.subscriptions = new Subscriptions(this.transport);
    this.zones = new Zones(this.transport);
    this.hostnames = new Hostnames(this.transport);
  }
}
