import { describeProvisioning, testCtx, type ConformanceCase } from '@hostwright/sdk-testing';
import { now, order, owner, pem, reserved, startSandbox } from '../test/stage.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { provisioning } from './provisioning.js';

function aCase(product: Partial<ProductConfig> = {}, server: Partial<ServerConfig> = {}): ConformanceCase {
  return {
    module: provisioning,
    async start() {
      const sandbox = await startSandbox(0.00002);
      const settings = Object.fromEntries(Object.entries({ ...sandbox.server, ...server }).filter(([, value]) => value !== undefined));
      return { ...sandbox, server: settings, product: { ...sandbox.product, ...product } };
    },
    ctx: () => testCtx({ owner, now: () => now, deadlineMs: 250 }),
    order,
    reserved,
    life: [
      {
        operation: 'changePackage',
        product: { ...aProduct, ...product, package: 'large' },
      },
      { operation: 'changePassword' },
      { operation: 'suspend' },
      { operation: 'unsuspend' },
    ],
  };
}

const aProduct = {
  account: 'hosting',
  resellerOverselling: false,
  dns: 'cpanel',
  dnsTtl: 3600,
  forceDns: false,
  keepDns: false,
  mailbox: 'info',
  mailboxQuotaMib: 1024,
  database: 'site',
  certificate: 'autossl',
};

describeProvisioning('cpanel', aCase());
describeProvisioning(
  'cpanel with resellers',
  aCase({ account: 'reseller', resellerPrivileges: 'standard', resellerAccounts: 10, resellerDiskMib: 1000, resellerTrafficMib: 1000 }),
);
describeProvisioning(
  'cpanel with DNS elsewhere, a certificate of the server’s and notices to the customer',
  aCase({ dns: 'connected', certificate: 'installed' }, { ...pem, noticeAddress: undefined } as unknown as Partial<ServerConfig>),
);
