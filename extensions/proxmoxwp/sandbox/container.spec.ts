import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
import { diedWith, lxc, PveCaller } from './testing/index.js';

let sandbox: ProxmoxSandbox;
let pve: PveCaller;
beforeEach(() => startAt(0.0005));
afterEach(() => sandbox.stop());

// Tests that look at a task under way start again at a speed that leaves them seconds.
async function startAt(speed: number): Promise<void> {
  await sandbox?.stop();
  sandbox = await startProxmoxSandbox({ speed });
  pve = new PveCaller(sandbox.server);
}

describe('a container', () => {
  it('is started and stopped once', async () => {
    await pve.create();
    expect((await pve.call('POST', `${lxc}/907/status/stop`)) as unknown).toEqual(diedWith('CT 907 not running'));
    expect(await pve.start()).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'running', tags: 'hw-test-7', ha: { managed: 0 } });
    expect(await pve.call('POST', `${lxc}/907/status/start`)).toEqual(diedWith('CT 907 already running'));
    expect(await pve.task('POST', `${lxc}/907/status/shutdown`, { timeout: 30, forceStop: 1 })).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'stopped', uptime: 0 });
  });

  it('is missing on the other node, also after a move', async () => {
    await pve.create();
    const missing = diedWith("Configuration file 'nodes/pve2/lxc/907.conf' does not exist");
    expect(await pve.call('GET', '/nodes/pve2/lxc/907/config')).toEqual(missing);
    sandbox.move(907, 'pve2');
    expect((await pve.call('GET', `${lxc}/907/config`)).status).toBe(500);
    expect(await pve.data('GET', '/cluster/resources', { type: 'vm' })).toEqual([
      expect.objectContaining({ vmid: 907, node: 'pve2', type: 'lxc' }),
    ]);
  });

  it('that is locked refuses changes at once, and power and snapshots in the task', async () => {
    await pve.create();
    sandbox.lock(907, 'backup');
    const locked = diedWith('CT is locked (backup)');
    expect(await pve.call('PUT', `${lxc}/907/config`, { memory: 4096 })).toEqual(locked);
    expect(await pve.call('PUT', `${lxc}/907/resize`, { disk: 'rootfs', size: '+5G' })).toEqual(locked);
    expect(await pve.call('DELETE', `${lxc}/907`)).toEqual(locked);
    expect(await pve.start()).toBe('CT is locked (backup)');
    expect(await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'initial' })).toBe('CT is locked (backup)');
    sandbox.lock(907, undefined);
    expect(await pve.start()).toBe('OK');
  });

  it('changes its plan, refuses an old digest, and grows but never shrinks', async () => {
    await pve.create();
    const { digest } = (await pve.data('GET', `${lxc}/907/config`)) as { digest: string };
    expect(await pve.data('PUT', `${lxc}/907/config`, { memory: 4096, digest })).toBeNull();
    const stale = await pve.call('PUT', `${lxc}/907/config`, { memory: 8192, digest });
    expect(stale.statusText).toBe('detected modified configuration - file changed by other user? Try again.');
    expect(await pve.task('PUT', `${lxc}/907/resize`, { disk: 'rootfs', size: '40G' })).toBe('OK');
    expect((await pve.call('PUT', `${lxc}/907/resize`, { disk: 'rootfs', size: '20G' })).statusText).toBe('unable to shrink disk size');
    expect((await pve.call('PUT', `${lxc}/907/resize`, { disk: 'rootfs', size: '40G' })).statusText).toBe(
      'disk is already at specified size',
    );
    expect(await pve.data('GET', `${lxc}/907/config`)).toMatchObject({ memory: 4096, rootfs: 'drbd:vm-907-disk-0,size=40G' });
  });

  it('is destroyed only when stopped and unprotected', async () => {
    await pve.create();
    await pve.start();
    expect(await pve.call('DELETE', `${lxc}/907`, { purge: 1 })).toEqual(diedWith('unable to destroy CT 907 - container is running'));
    await pve.task('POST', `${lxc}/907/status/stop`);
    await pve.data('PUT', `${lxc}/907/config`, { protection: 1 });
    expect(await pve.call('DELETE', `${lxc}/907`)).toEqual(diedWith("can't remove CT 907 - protection mode enabled"));
    await pve.data('PUT', `${lxc}/907/config`, { protection: 0 });
    expect(await pve.task('DELETE', `${lxc}/907`, { purge: 1, 'destroy-unreferenced-disks': 1 })).toBe('OK');
    expect(sandbox.ledger()).toEqual([]);
    expect(sandbox.violations()).toEqual([]);
  });

  it('keeps its snapshots and goes back to one', async () => {
    await pve.create();
    expect(await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'initial', description: 'as delivered' })).toBe('OK');
    expect(await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'initial' })).toBe("snapshot name 'initial' already used");
    expect((await pve.call('POST', `${lxc}/907/snapshot`, { snapname: '1st' })).status).toBe(400);
    expect((await pve.call('POST', `${lxc}/907/snapshot`, { snapname: 'current' })).status).toBe(500);
    expect(await pve.data('GET', `${lxc}/907/snapshot`)).toEqual([
      { name: 'initial', snaptime: expect.any(Number), description: 'as delivered', parent: null },
      { name: 'current', description: 'You are here!', digest: expect.any(String), running: 0, parent: 'initial' },
    ]);
    expect(sandbox.ledger()).toContainEqual({
      kind: 'snapshot',
      id: '907/initial',
      owner: 'hw-test-7',
      details: { vmid: 907, name: 'initial' },
    });
    await pve.data('PUT', `${lxc}/907/config`, { memory: 8192 });
    expect(await pve.task('POST', `${lxc}/907/snapshot/initial/rollback`, { start: 1 })).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/config`)).toMatchObject({ memory: 2048 });
    expect(await pve.task('DELETE', `${lxc}/907/snapshot/initial`)).toBe('OK');
    expect(await pve.task('DELETE', `${lxc}/907/snapshot/initial`)).toBe("snapshot 'initial' does not exist");
  });

  it('stops before it goes back, and knows which snapshot it stems from', async () => {
    await pve.create();
    await pve.start();
    await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'first' });
    await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'second' });
    expect(await pve.task('POST', `${lxc}/907/snapshot/first/rollback`)).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'stopped' });
    await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'third' });
    const parents = async () =>
      ((await pve.data('GET', `${lxc}/907/snapshot`)) as { name: string; parent?: string }[]).map(({ name, parent }) => [name, parent]);
    expect(await parents()).toEqual([
      ['first', null],
      ['second', 'first'],
      ['third', 'first'],
      ['current', 'third'],
    ]);
    await pve.task('DELETE', `${lxc}/907/snapshot/first`);
    expect(await parents()).toEqual([
      ['second', null],
      ['third', null],
      ['current', 'third'],
    ]);
  });

  it('goes back to the latest snapshot only where the storage can do no more, and is not touched otherwise', async () => {
    await pve.create();
    await pve.start();
    await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'first' });
    await pve.task('POST', `${lxc}/907/snapshot`, { snapname: 'second' });
    sandbox.setLatestSnapshotOnly(true);
    expect(await pve.task('POST', `${lxc}/907/snapshot/first/rollback`)).toBe(
      "can't rollback, 'first' is not most recent snapshot on 'drbd:vm-907-disk-0'",
    );
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'running' });
    expect(await pve.task('POST', `${lxc}/907/snapshot/second/rollback`)).toBe('OK');
  });

  it('keeps a limit of memory that the kernel refuses for its next start, and says so', async () => {
    await pve.create();
    await pve.start();
    sandbox.setBehaviour(907, { fixedMemory: true });
    const refused = await pve.call('PUT', `${lxc}/907/config`, { memory: 4096, cores: 4 });
    expect([refused.status, refused.body?.errors]).toEqual([400, { memory: expect.stringContaining('unable to hotplug memory: ') }]);
    expect(await pve.data('GET', `${lxc}/907/config`)).toMatchObject({ memory: 4096, cores: 4 });
    expect(await pve.data('GET', `${lxc}/907/config`, { current: 1 })).toMatchObject({ memory: 2048, cores: 4 });
    expect(await pve.data('GET', `${lxc}/907/pending`)).toContainEqual({ key: 'memory', value: '2048', pending: '4096' });
    await pve.task('POST', `${lxc}/907/status/stop`);
    await pve.start();
    expect(await pve.data('GET', `${lxc}/907/config`, { current: 1 })).toMatchObject({ memory: 4096 });
    expect((await pve.call('PUT', `${lxc}/907/config`)).statusText).toBe('no options specified');
  });

  it('that does not shut down is stopped only when that was asked for', async () => {
    await pve.create();
    await pve.start();
    sandbox.setBehaviour(907, { stubborn: true });
    expect(await pve.task('POST', `${lxc}/907/status/shutdown`, { timeout: 5 })).toContain('got timeout');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'running' });
    expect(await pve.task('POST', `${lxc}/907/status/shutdown`, { timeout: 5, forceStop: 1 })).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'stopped' });
  });

  it('counts its traffic from its last start, and is unknown while its node does not answer', async () => {
    await pve.create();
    await pve.start();
    sandbox.setTraffic(907, { in: 1_000_000, out: 2_000_000 });
    const row = async () => ((await pve.data('GET', '/cluster/resources', { type: 'vm' })) as { netin?: number }[])[0];
    expect(await row()).toMatchObject({ status: 'running', netin: expect.any(Number), tags: 'hw-test-7' });
    expect((await row())?.netin).toBeGreaterThanOrEqual(1_000_000);
    await pve.task('POST', `${lxc}/907/status/stop`);
    await pve.start();
    expect((await row())?.netin).toBeLessThan(1_000_000);
    sandbox.setNode('pve1', false);
    expect(await row()).toMatchObject({ status: 'unknown', tags: 'hw-test-7', node: 'pve1' });
    expect(await row()).not.toHaveProperty('netin');
  });

  it('moves, when running only with a restart', async () => {
    await pve.create();
    await pve.start();
    expect((await pve.call('POST', `${lxc}/907/migrate`, { target: 'pve1' })).body?.errors).toEqual({ target: 'target is local node.' });
    expect((await pve.call('POST', `${lxc}/907/migrate`, { target: 'pve2' })).statusText).toContain('not implemented');
    expect(await pve.task('POST', `${lxc}/907/migrate`, { target: 'pve2', restart: 1 })).toBe('OK');
    expect(await pve.data('GET', '/nodes/pve2/lxc/907/status/current')).toMatchObject({ status: 'running' });
  });
});
