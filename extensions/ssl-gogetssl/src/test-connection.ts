import type { ConnectionTest, Ctx } from '@hostwright/sdk';
import { GoGetSslClient } from './client.js';
import type { ServerConfig } from './config.js';

/** Logs in and reads the balance: an account without money orders nothing. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const { balance, currency } = await new GoGetSslClient(ctx, server).balance();
  return {
    version: 'GoGetSSL API v1',
    warnings: balance > 0 ? [] : [`the account's balance is ${balance} ${currency}`.trim()],
  };
}
