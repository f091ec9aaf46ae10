import type { ConnectionTest, Ctx } from '@hostwright/sdk';
import { SectigoClient } from './client.js';
import type { ServerConfig } from './config.js';

/** The API has no call for it: one that changes nothing is made, and whatever it answers but a refusal of the account will do. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  await new SectigoClient(ctx, server).greet();
  return {
    version: 'Sectigo reseller API',
    warnings: server.testOrders ? ['orders are test orders: nobody trusts their certificates'] : [],
  };
}
