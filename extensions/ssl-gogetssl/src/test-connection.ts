import type { ConnectionTest, Ctx } from '@hostwright/sdk';
import { GoGetSslClient } from './client.js';
import type { ServerConfig } from './config.js';
import { isRefused } from './refusal.js';

/** Logs in, and reads what an order needs: money, and the list by which one is found again whose answer was lost. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const api = new GoGetSslClient(ctx, server);
  const { balance, currency } = await api.balance();
  return {
    version: 'GoGetSSL API v1',
    warnings: [
      ...(balance > 0 ? [] : [`the account's balance is ${balance} ${currency}`.trim()]),
      ...((await hasList(api))
        ? []
        : ['the account does not list its orders, so nothing is ordered: ask GoGetSSL for GET /orders/ssl/all']),
    ],
  };
}

async function hasList(api: GoGetSslClient): Promise<boolean> {
  try {
    await api.ordersFrom(0);
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}
