import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SshResult, SshTarget } from '@hostwright/sdk';
import { runScript } from '@hostwright/sdk-testing';
import { containerReady, nodeReachable, setupState, siteAnswers, startSetup } from '@hostwright/ext-proxmoxwp/scripts';
import { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
import { PveCaller } from './testing/index.js';

let sandbox: ProxmoxSandbox;
let pve: PveCaller;
beforeEach(async () => {
  sandbox = await startProxmoxSandbox({ speed: 0.0005 });
  pve = new PveCaller(sandbox.server);
  await pve.create();
});
afterEach(() => sandbox.stop());

const claim = 'hw-test-7-setup';
const domain = 'customer.nodepoint.eu';

function target(node: string): SshTarget {
  const settings = sandbox.server as Readonly<Record<string, string>>;
  const [, address = '', hostKey = ''] =
    settings['sshNodes']
      ?.split('\n')
      .find((line) => line.startsWith(`${node} `))
      ?.split(' ') ?? [];
  const [host = '', port] = address.split(':');
  return { host, port: Number(port), username: settings['sshUser'] ?? '', privateKey: settings['sshPrivateKey'] ?? '', hostKey };
}

function on(node: string, script: string, values: Readonly<Record<string, string | number>> = {}): Promise<SshResult> {
  return runScript(target(node), script, values);
}

function begin(more: Readonly<Record<string, string | number>> = {}): Promise<SshResult> {
  const { wordpressUrl, wordpressSha256 } = sandbox.product as Readonly<Record<string, string>>;
  const values = {
    vmid: 907,
    claim,
    domain,
    databasePassword: 'Hunter2hunter2',
    wordpressUrl: wordpressUrl ?? '',
    wordpressSha256: wordpressSha256 ?? '',
  };
  return on('pve1', startSetup, { ...values, ...more });
}

const state = async (): Promise<string> => (await on('pve1', setupState, { vmid: 907, claim })).stdout.trim();

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function aRunningContainer(): Promise<void> {
  await pve.task('POST', '/nodes/pve1/lxc/907/status/start');
  await until(async () => (await on('pve1', containerReady, { vmid: 907 })).stdout === 'ready\n');
}

describe('a node over SSH', () => {
  it('is reachable, on each node with a host key of its own', async () => {
    expect(await on('pve1', nodeReachable)).toEqual({ exitCode: 0, stdout: 'reachable\n', stderr: '' });
    expect(await on('pve2', nodeReachable)).toMatchObject({ exitCode: 0 });
    expect(target('pve1').hostKey).not.toBe(target('pve2').hostKey);
  });

  it('says with 255 why nothing runs in a container that is stopped or elsewhere', async () => {
    expect(await on('pve1', containerReady, { vmid: 907 })).toEqual({
      exitCode: 255,
      stdout: '',
      stderr: "container '907' not running!\n",
    });
    const elsewhere = await on('pve2', containerReady, { vmid: 907 });
    expect(elsewhere).toEqual({ exitCode: 255, stdout: '', stderr: "Configuration file 'nodes/pve2/lxc/907.conf' does not exist\n" });
  });

  it('refuses what is none of the shipped scripts', async () => {
    expect(await on('pve1', 'pct exec 907 -- rm -rf /')).toMatchObject({ exitCode: 126 });
    expect(sandbox.violations()).toEqual([expect.stringContaining('none of the shipped scripts')]);
  });

  it('refuses values that break a rule, without repeating them', async () => {
    await aRunningContainer();
    const refused = await begin({ databasePassword: "x'; rm" });
    expect([refused.exitCode, refused.stderr]).toEqual([64, 'hostwright: databasePassword breaks its rule\n']);
    expect(await on('pve1', containerReady, { vmid: 907, colour: 'red' })).toMatchObject({ exitCode: 64 });
    expect(await state()).toBe('absent');
  });
});

describe('the set-up of a site', () => {
  it('runs once, however often it is begun, and ends with a site that answers', async () => {
    await aRunningContainer();
    expect(await state()).toBe('absent');
    expect((await on('pve1', siteAnswers, { vmid: 907, domain })).stdout).toBe('unconfigured\n');
    expect((await begin()).stdout).toBe('started\n');
    expect(['running\n', 'done\n']).toContain((await begin()).stdout);
    await until(async () => (await state()) === 'done');
    expect((await begin()).stdout).toBe('done\n');
    expect((await on('pve1', siteAnswers, { vmid: 907, domain })).stdout).toBe('answers 200\n');
    expect(sandbox.ledger()).toContainEqual({
      kind: 'wordpress',
      id: `907/${claim}`,
      owner: 'hw-test-7',
      details: { vmid: 907, claim, domain, starts: 1 },
    });
    expect(sandbox.stats().setupStarts).toEqual({ [`907/${claim}`]: 1 });
    expect(sandbox.violations()).toEqual([]);
    expect(JSON.stringify([sandbox.calls(), sandbox.ledger()])).not.toContain('unter2');
  });

  it('counts a second claim on the same container as a violation', async () => {
    await aRunningContainer();
    await begin();
    await begin({ claim: 'hw-test-8-setup' });
    expect(sandbox.violations()).toEqual([expect.stringContaining('second claim')]);
  });

  it('fails in the phase it is told to, and may then be begun anew', async () => {
    await aRunningContainer();
    sandbox.failSetup({ exitCode: 75, phase: 'packages' });
    await begin();
    await until(async () => (await state()) === 'failed 75 packages');
    expect(sandbox.ledger().some(({ kind }) => kind === 'wordpress')).toBe(false);
    expect((await begin()).stdout).toBe('started\n');
    await until(async () => (await state()) === 'done');
    expect(sandbox.stats().setupStarts).toEqual({ [`907/${claim}`]: 2 });
  });

  it('fails on an archive that is not the one of the checksum', async () => {
    await aRunningContainer();
    await begin({ wordpressSha256: '0'.repeat(64) });
    await until(async () => (await state()).startsWith('failed'));
    expect(await state()).toBe('failed 1 WordPress files\nthe WordPress archive does not have the checksum that was set for it');
  });

  it('has crashed when its container was killed', async () => {
    await sandbox.stop();
    sandbox = await startProxmoxSandbox({ speed: 0.02 });
    pve = new PveCaller(sandbox.server);
    await pve.create();
    await aRunningContainer();
    await begin();
    sandbox.kill(907);
    expect(await on('pve1', setupState, { vmid: 907, claim })).toMatchObject({ exitCode: 255 });
    await aRunningContainer();
    expect(await state()).toMatch(/^crashed /);
    expect((await begin()).stdout).toBe('started\n');
  });

  it('is there or not after a lost reply, and the ledger knows', async () => {
    await aRunningContainer();
    sandbox.fault({ kind: 'error_before', method: 'SSH', path: '^startSetup$' });
    expect((await begin()).exitCode).toBe(1);
    expect(await state()).toBe('absent');
    sandbox.fault({ kind: 'lost_reply', method: 'SSH', path: '^startSetup$' });
    await expect(begin()).rejects.toThrow();
    await until(async () => (await state()) === 'done');
    expect(sandbox.stats().setupStarts).toEqual({ [`907/${claim}`]: 1 });
  });
});
