import type { ConnectionTest, Ctx } from '@hostwright/sdk';
import { ManagerClient } from './client.js';
import type { ServerConfig } from './config.js';

/** Logs in and lists the organization's certificate profiles: without one nothing can be ordered. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const profiles = await new ManagerClient(ctx, server).profiles();
  return {
    version: 'Sectigo Certificate Manager',
    warnings: profiles.length > 0 ? [] : ['the organization has no certificate profile'],
  };
}
