import { describeProvisioning, sandboxSsh, testCtx, type ConformanceCase } from '@hostwright/sdk-testing';
import { startProxmoxSandbox } from '../sandbox/index.js';
import { anOrder } from '../test/settings.js';
import { isChange, now, owner, reserved } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { provisioning } from './provisioning.js';
import { sshTargets } from './ssh-nodes.js';

const backup = 'BAK25112026-1';

function aCase(version: string, failover = true): ConformanceCase {
  return {
    module: provisioning,
    async start() {
      const sandbox = await startProxmoxSandbox({ speed: 0.0005, version });
      return failover ? sandbox : { ...sandbox, server: { ...sandbox.server, haNodes: '' } };
    },
    ctx: (server) => {
      const given = 'sshNodes' in server ? sshTargets(server as unknown as ServerConfig) : {};
      return testCtx({ owner, now: () => now, deadlineMs: 250, ssh: sandboxSsh(given, { deadlineMs: 2000 }) });
    },
    order: anOrder(),
    reserved,
    changes: isChange,
    answer: ({ operation }) => (operation === 'readHost' ? { enabled: true } : undefined),
    life: [
      { operation: 'createBackup' },
      { operation: 'listBackups' },
      { operation: 'stop' },
      { operation: 'start' },
      { operation: 'restart' },
      {
        operation: 'changePackage',
        product: {
          plan: 'standard',
          domain: 'nodepoint.eu',
          dnsTtl: 300,
          wordpressUrl: 'https://wordpress.org/wordpress-6.8.3.tar.gz',
          wordpressSha256: 'a'.repeat(64),
        },
      },
      { operation: 'rollBackup', input: { backup } },
      { operation: 'deleteBackup', input: { backup } },
      { operation: 'reset' },
      { operation: 'disableProxy' },
      { operation: 'enableProxy' },
      { operation: 'toggleProxy' },
      { operation: 'suspend' },
      { operation: 'unsuspend' },
    ],
  };
}

describeProvisioning('proxmoxwp on Proxmox VE 9', aCase('9'));
describeProvisioning('proxmoxwp on Proxmox VE 9 without failover', aCase('9', false));
describeProvisioning('proxmoxwp on Proxmox VE 8', aCase('8'));
