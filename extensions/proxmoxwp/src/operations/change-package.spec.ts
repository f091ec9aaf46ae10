import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@hostwright/sdk-testing';
import { PveCaller } from '../../sandbox/testing/index.js';
import { aProduct } from '../../test/settings.js';
import { Stage, vmid } from '../../test/stage.js';
import { allowChange } from './change-package.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });

describe('a change of plan', () => {
  it('is refused, before anything is called, when the disk would shrink or the name change', async () => {
    expect(() => allowChange({ from: aProduct({ plan: 'premium' }), to: aProduct({ plan: 'standard' }) })).toThrow(withCode('conflict'));
    expect(() => allowChange({ from: aProduct(), to: aProduct({ domain: 'example.com' }) })).toThrow(/zone example.net/);
    expect(() => allowChange({ from: aProduct(), to: aProduct({ plan: 'premium', dnsTtl: 600 }) })).not.toThrow();
    stage = await Stage.start();
    stage.product = { ...stage.product, plan: 'standard' };
    const calls = stage.sandbox.calls().length;
    await expect(stage.change('basic')).rejects.toThrow(/cannot be made smaller/);
    expect(stage.sandbox.calls()).toHaveLength(calls);
  });

  it.each([
    ['9', true],
    ['8', true],
    ['9', false],
    ['8', false],
  ])('counts at once on a running site (Proxmox %s, failover %s)', async (version, failover) => {
    stage = await Stage.start({ version, failover });
    const { output, skipped } = await stage.change('standard');
    expect(output).toEqual({ plan: 'standard' });
    expect(skipped).toEqual(['stop container', 'start container', 'check limits']);
    expect(stage.container()).toMatchObject({ status: 'running', memoryMib: 4096, swapMib: 512, diskGib: 40 });
    expect(await stage.inspect()).toMatchObject({ memoryLimitBytes: 4096 * 2 ** 20, diskLimitBytes: 40 * 2 ** 30 });
  });

  it('keeps a suspended site stopped', async () => {
    stage = await Stage.start();
    await stage.run('suspend');
    await stage.change('premium');
    expect(stage.container()).toMatchObject({ status: 'stopped', onBoot: false, memoryMib: 8192, diskGib: 80 });
  });

  it.each([true, false])('restarts a site whose memory cannot be changed while it runs (failover %s)', async (failover) => {
    stage = await Stage.start({ failover });
    stage.sandbox.setBehaviour(vmid, { fixedMemory: true });
    const { finished } = await stage.change('standard');
    expect(finished).toContain('check limits');
    expect(stage.container()).toMatchObject({ status: 'running', memoryMib: 4096, diskGib: 40 });
    expect(stage.container()).not.toHaveProperty('waitsForRestart');
  });

  it('is not said to be made when the restart did not help', async () => {
    stage = await Stage.start({ failover: false });
    stage.sandbox.setBehaviour(vmid, { fixedMemory: true });
    const admin = new PveCaller({ ...stage.server });
    // Somebody takes back what waits for the restart.
    stage.before = async (method, path) => {
      if (method === 'POST' && path.endsWith('/status/start'))
        await admin.call('PUT', `/nodes/pve1/lxc/${vmid}/config`, { revert: 'memory' });
    };
    await expect(stage.change('standard')).rejects.toThrow(
      expect.objectContaining({ code: 'rejected', message: expect.stringMatching(/has been restarted, and still has other limits/) }),
    );
    expect(stage.container()).toMatchObject({ status: 'running', memoryMib: 2048 });
  });

  it('is made when the limits cannot be read at once after the restart', async () => {
    stage = await Stage.start();
    stage.sandbox.setBehaviour(vmid, { fixedMemory: true });
    stage.before = (method, path) => {
      if (method === 'PUT' && path.includes('/ha/')) stage.sandbox.fault({ kind: 'wrong_shape', path: '/config$', times: 3 });
    };
    await stage.change('standard');
    expect(stage.container()).toMatchObject({ memoryMib: 4096 });
  });

  it('counts a disk that has the size already, or more, as grown', async () => {
    stage = await Stage.start();
    await stage.change('premium');
    const before = stage.changes().length;
    await stage.change('standard');
    expect(
      stage
        .changes()
        .slice(before)
        .filter((call) => call.endsWith('/resize')),
    ).toEqual([]);
    expect(stage.container()).toMatchObject({ diskGib: 80, memoryMib: 4096 });
  });

  it('leaves everything as it was when the disk cannot grow', async () => {
    stage = await Stage.start();
    stage.sandbox.endTask({ type: 'resize', exitstatus: 'insufficient free space in volume group', applied: false });
    await expect(stage.change('standard')).rejects.toThrow(/insufficient free space/);
    expect(stage.container()).toMatchObject({ memoryMib: 2048, diskGib: 20 });
  });

  it.each(['unexpected status', 'WARNINGS: 1'])('believes the disk, not the end "%s" of the task', async (exitstatus) => {
    stage = await Stage.start();
    stage.sandbox.endTask({ type: 'resize', exitstatus, applied: true });
    await stage.change('standard');
    expect(stage.container()).toMatchObject({ diskGib: 40 });
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed'])('is made once under %s', async (kind) => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind, method: 'PUT', times: 2 });
    stage.sandbox.fault({ kind, method: 'PUT', path: '/resize$' });
    await stage.change('standard');
    expect(stage.container()).toMatchObject({ memoryMib: 4096, diskGib: 40 });
  });

  it('follows a site that moves between two calls, and waits for a lock', async () => {
    stage = await Stage.start();
    let moves = 3;
    stage.before = (method) => {
      if (method === 'GET' || (moves -= 1) < 0) return;
      stage.sandbox.move(vmid, moves % 2 === 0 ? 'pve2' : 'pve1');
      stage.sandbox.lock(vmid, moves === 1 ? 'backup' : undefined);
    };
    const unlocking = setInterval(() => stage.sandbox.lock(vmid, undefined), 20);
    await stage.change('standard');
    clearInterval(unlocking);
    expect(stage.container()).toMatchObject({ memoryMib: 4096, diskGib: 40 });
  });

  it('does not reach a container that took the id between the look and the call', async () => {
    stage = await Stage.start();
    stage.before = (method) => {
      if (method === 'PUT') stage.sandbox.addStranger(vmid, '192.168.1.77');
    };
    await expect(stage.change('standard')).rejects.toThrow(withCode('not_owned'));
    expect(stage.container()).toMatchObject({ hostname: `stranger-${vmid}`, memoryMib: 512, diskGib: 8 });
  });
});
