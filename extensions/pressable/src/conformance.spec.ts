import { describeProvisioning, testCtx } from '@hostwright/sdk-testing';
import { startPressableSandbox } from '../sandbox/index.js';
import { now, owner, reserved } from '../test/stage.js';
import { provisioning } from './provisioning.js';

const product = {
  datacenter: 'DFW',
  phpVersion: '8.3',
  install: 'wordpress',
  environment: 'production',
  staging: true,
  primaryDomain: 'zone',
  zone: 'nodepoint.eu',
  dnsRecord: 'A',
  dnsTtl: 300,
  domains: 5,
  backups: 3,
};

describeProvisioning('pressable', {
  module: provisioning,
  async start() {
    return { ...(await startPressableSandbox({ speed: 0.0005 })), product };
  },
  ctx: () => testCtx({ owner, now: () => now, deadlineMs: 250 }),
  order: { adminEmail: 'customer@example.com' },
  reserved,
  life: [
    { operation: 'setPrimaryDomain', input: { domain: 'shop.nodepoint.eu' } },
    { operation: 'listBackups' },
    { operation: 'createBackup', input: { what: 'files' } },
    { operation: 'deleteBackup', input: { backup: '50001' } },
    { operation: 'restoreBackup', input: { filesBackup: 16_308_912, databaseBackup: 16_308_911 } },
    { operation: 'resetSftpPassword' },
    { operation: 'resetWordpressPassword' },
    {
      operation: 'changePackage',
      product: { ...product, phpVersion: '8.4', environment: 'development', staging: false, tags: 'business' },
    },
    { operation: 'suspend' },
    { operation: 'unsuspend' },
  ],
});
