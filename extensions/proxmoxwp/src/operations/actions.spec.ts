import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@hostwright/sdk-testing';
import { PveCaller } from '../../sandbox/testing/index.js';
import { Stage, vmid } from '../../test/stage.js';
import { actions } from './actions.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const today = 'BAK25112026';
/** A conflict is looked into as often as the panel does, not as often as the stage would. */
const asInLife = { attempts: 3 };

describe('what belongs to somebody else', () => {
  it.each(['start', 'stop', 'restart', 'reset', 'createBackup', 'deleteBackup', 'rollBackup', 'listBackups'])(
    'is not touched by %s when the id was given to another container',
    async (name) => {
      stage = await Stage.start();
      await stage.act('createBackup');
      stage.sandbox.addStranger(vmid, '192.168.1.77');
      const before = stage.sandbox.ledger();
      const changes = stage.changes();
      await expect(stage.act(name, { backup: `${today}-1` })).rejects.toThrow(withCode('not_owned'));
      expect(stage.sandbox.ledger()).toEqual(before);
      expect(stage.changes()).toEqual(changes);
    },
  );
});

describe.each([
  ['9', true],
  ['9', false],
  ['8', true],
  ['8', false],
])('power on Proxmox %s, failover %s', (version, failover) => {
  it('goes off, on and through a restart, which takes on what waits for one', async () => {
    stage = await Stage.start({ version, failover });
    expect(await stage.act('stop')).toEqual({ state: 'stopped' });
    expect(stage.container()).toMatchObject({ status: 'stopped', onBoot: true });
    expect(await stage.act('start')).toEqual({ state: 'running' });
    expect(stage.container()).toMatchObject({ status: 'running' });
    expect(await stage.act('restart')).toEqual({ state: 'running' });
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('restarts once when every answer is lost', async () => {
    stage = await Stage.start({ version, failover });
    const starts = stage.sandbox.starts(vmid);
    for (const method of ['PUT', 'POST']) stage.sandbox.fault({ kind: 'lost_reply', method, times: 2 });
    await stage.act('restart');
    expect(stage.sandbox.starts(vmid)).toBe(starts + 1);
  });
});

it.each(['start', 'stop', 'restart', 'reset', 'createBackup', 'listBackups'])(
  'is nothing that %s does to a site that is gone, and staff are to hear of it',
  async (name) => {
    stage = await Stage.start();
    await stage.run('terminate');
    await expect(stage.act(name)).rejects.toThrow(withCode('rejected'));
  },
);

describe('a backup', () => {
  it('is named by the day and counts up within it, up to what the plan allows', async () => {
    stage = await Stage.start();
    expect(await stage.act('createBackup')).toEqual({ backup: `${today}-1`, used: 1, quota: 2 });
    expect(await stage.act('createBackup')).toEqual({ backup: `${today}-2`, used: 2, quota: 2 });
    await expect(stage.act('createBackup', {}, asInLife)).rejects.toThrow(withCode('conflict'));
    expect(stage.snapshots()).toEqual(['initial', `${today}-1`, `${today}-2`]);
    await stage.act('deleteBackup', { backup: `${today}-1` });
    expect(await stage.act('createBackup')).toEqual({ backup: `${today}-3`, used: 2, quota: 2 });
    stage.properties = { ...stage.properties, plan: 'premium' };
    expect(await stage.act('createBackup')).toMatchObject({ backup: `${today}-4`, used: 3, quota: 5 });
  });

  it('is never called as one that was deleted the same day, even if that was the only one', async () => {
    stage = await Stage.start();
    await stage.act('createBackup');
    await stage.act('deleteBackup', { backup: `${today}-1` });
    expect(await stage.act('createBackup')).toMatchObject({ backup: `${today}-2`, used: 1 });
    await expect(stage.act('rollBackup', { backup: `${today}-1` })).rejects.toThrow(withCode('not_found'));
  });

  it('is listed without the first snapshot, the newest first', async () => {
    stage = await Stage.start();
    expect(await stage.act('listBackups')).toEqual({ backups: [], used: 0, quota: 2 });
    await stage.act('createBackup');
    await stage.act('createBackup');
    expect(await stage.act('listBackups')).toEqual({
      backups: [`${today}-2`, `${today}-1`].map((name) => ({ name, complete: true, createdAt: expect.stringMatching(/^\d{4}-.*Z$/) })),
      used: 2,
      quota: 2,
    });
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed', 'too_many_requests'])(
    'is made once and deleted once under %s',
    async (kind) => {
      stage = await Stage.start();
      stage.sandbox.fault({ kind, method: 'POST', path: '/snapshot$', times: 2 });
      stage.sandbox.fault({ kind, method: 'DELETE', path: '/snapshot/', times: 2 });
      await stage.act('createBackup');
      expect(stage.snapshots()).toEqual(['initial', `${today}-1`]);
      await stage.act('deleteBackup', { backup: `${today}-1` });
      expect(stage.snapshots()).toEqual(['initial']);
    },
  );

  it('waits for a lock, and is made on the node the site moved to', async () => {
    stage = await Stage.start();
    stage.sandbox.lock(vmid, 'migrate');
    const tasks = stage.sandbox.stats().tasksStarted;
    let looks = 0;
    stage.before = (_method, path) => {
      if (!path.endsWith('/config') || (looks += 1) !== 5) return;
      expect(stage.sandbox.stats().tasksStarted).toBe(tasks);
      stage.sandbox.move(vmid, 'pve2');
      stage.sandbox.lock(vmid, undefined);
    };
    await stage.act('createBackup');
    expect(looks).toBeGreaterThanOrEqual(5);
    expect(stage.snapshots()).toEqual(['initial', `${today}-1`]);
  });

  it.each(['vzsnapshot', 'vzdelsnapshot'])('waits for a lock that comes between the look and the task (%s)', async (type) => {
    stage = await Stage.start();
    stage.sandbox.endTask({ type, exitstatus: 'CT is locked (backup)', applied: false });
    await stage.act('createBackup');
    await stage.act('deleteBackup', { backup: `${today}-1` });
    expect(stage.snapshots()).toEqual(['initial']);
  });

  it('that failed leaves none, with the reason of the task', async () => {
    stage = await Stage.start();
    stage.sandbox.endTask({ type: 'vzsnapshot', exitstatus: 'snapshot feature is not available', applied: false });
    await expect(stage.act('createBackup')).rejects.toThrow(/snapshot feature is not available/);
    expect(stage.snapshots()).toEqual(['initial']);
  });

  it('whose outcome was never learned is taken away again', async () => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/snapshot$' });
    await expect(stage.act('createBackup', {}, { attempts: 1 })).rejects.toThrow(withCode('unknown_outcome'));
    expect(stage.snapshots()).toEqual(['initial']);
  });

  it('that is not there is neither deleted nor gone back to, and the site keeps running', async () => {
    stage = await Stage.start();
    const changes = stage.changes();
    for (const name of ['deleteBackup', 'rollBackup']) {
      await expect(stage.act(name, { backup: `${today}-9` })).rejects.toThrow(withCode('not_found'));
    }
    expect(stage.changes()).toEqual(changes);
  });

  it('can only be asked for by a name that a backup has, so never by the first snapshot or a path', () => {
    for (const { input } of [actions.deleteBackup, actions.rollBackup]) {
      const { pattern = '' } = input['backup'] as { readonly pattern?: string };
      const asked = ['initial', 'current', 'BAK25112026-1/../../..', 'BAK25112026-', 'bak25112026-1', 'BAK25112026-0', `${today}-1`];
      expect(asked.filter((name) => new RegExp(pattern).test(name))).toEqual([`${today}-1`]);
    }
  });
});

describe.each([true, false])('going back, failover %s', (failover) => {
  it('brings the site back as it was, with what its plan gives now, and running', async () => {
    stage = await Stage.start({ failover });
    await stage.act('createBackup');
    await stage.change('standard');
    stage.properties = { ...stage.properties, plan: 'standard' };
    expect(await stage.act('rollBackup', { backup: `${today}-1` })).toEqual({ backup: `${today}-1`, state: 'running' });
    const whole = { status: 'running', onBoot: true, memoryMib: 4096, diskGib: 40 };
    expect(stage.container()).toMatchObject(whole);
    expect(await stage.act('reset')).toEqual({ state: 'running' });
    expect(stage.container()).toMatchObject(whole);
    expect(stage.snapshots()).toEqual(['initial', `${today}-1`]);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed'])('is done under %s', async (kind) => {
    stage = await Stage.start({ failover });
    stage.sandbox.fault({ kind, method: 'POST', path: '/rollback$', times: 2 });
    stage.sandbox.fault({ kind, method: 'PUT', times: 3 });
    await stage.act('reset');
    expect(stage.container()).toMatchObject({ status: 'running', memoryMib: 2048, diskGib: 20 });
  });

  it('leaves the site running as it was when Proxmox goes back to the latest snapshot only', async () => {
    stage = await Stage.start({ failover });
    await stage.act('createBackup');
    await stage.act('createBackup');
    stage.sandbox.setLatestSnapshotOnly(true);
    const refused = (later: string) =>
      expect.objectContaining({
        code: 'conflict',
        message: expect.stringMatching(new RegExp(`delete what came after it first: ${later}$`)),
      });
    await expect(stage.act('reset')).rejects.toThrow(refused(`${today}-2, ${today}-1`));
    expect(stage.container()).toMatchObject({ status: 'running' });
    await expect(stage.act('rollBackup', { backup: `${today}-1` })).rejects.toThrow(refused(`${today}-2`));
    await stage.act('deleteBackup', { backup: `${today}-2` });
    await stage.act('rollBackup', { backup: `${today}-1` });
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('is for staff when something else than a backup came after it', async () => {
    stage = await Stage.start({ failover });
    await stage.act('createBackup');
    const { server } = stage;
    await new PveCaller({ ...server }).call('POST', `/nodes/pve1/lxc/${vmid}/snapshot`, { snapname: 'before-upgrade' });
    await stage.until(() => stage.snapshots().includes('before-upgrade') && stage.container()['lock'] === undefined);
    stage.sandbox.setLatestSnapshotOnly(true);
    await expect(stage.act('rollBackup', { backup: `${today}-1` })).rejects.toThrow(withCode('rejected'));
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('is refused before the site is stopped when the first snapshot is gone', async () => {
    stage = await Stage.start({ failover });
    stage.sandbox.dropSnapshot(vmid, 'initial');
    const changes = stage.changes();
    await expect(stage.act('reset')).rejects.toThrow(/no snapshot initial/);
    expect(stage.changes()).toEqual(changes);
  });

  it('is begun again when its task vanished or met a lock, and fails with the reason of one that broke', async () => {
    stage = await Stage.start({ failover });
    for (const exitstatus of ['unexpected status', 'CT is locked (backup)']) {
      stage.sandbox.endTask({ type: 'vzrollback', exitstatus, applied: false });
      await stage.act('reset');
      expect(stage.container()).toMatchObject({ status: 'running' });
    }
    stage.sandbox.endTask({ type: 'vzrollback', exitstatus: 'drbd: resource is in use', applied: false });
    await expect(stage.act('reset')).rejects.toThrow(/resource is in use/);
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('leaves a running site when its disk cannot have the size of the plan again', async () => {
    stage = await Stage.start({ failover });
    await stage.change('standard');
    stage.properties = { ...stage.properties, plan: 'standard' };
    stage.sandbox.endTask({ type: 'resize', exitstatus: 'insufficient free space', applied: false });
    await expect(stage.act('reset')).rejects.toThrow(/insufficient free space/);
    expect(stage.container()).toMatchObject({ status: 'running', diskGib: 20 });
  });

  it('does not go back under a site that somebody started in between', async () => {
    stage = await Stage.start({ failover: false });
    stage.before = (method, path) => {
      if (method === 'GET' && path.endsWith('/tasks') && stage.container()['status'] === 'stopped') stage.sandbox.boot(vmid);
    };
    await expect(stage.act('reset', {}, asInLife)).rejects.toThrow(/started by somebody/);
    expect(stage.changes().filter((call) => call.endsWith('/rollback'))).toEqual([]);
  });
});

describe('the proxy', () => {
  it('is switched at the host of the site and nowhere else', async () => {
    stage = await Stage.start();
    const calls = stage.sandbox.calls().length;
    expect(await stage.act('disableProxy')).toEqual({ enabled: false });
    expect(await stage.act('enableProxy')).toEqual({ enabled: true });
    expect(stage.sandbox.calls()).toHaveLength(calls);
  });

  it.each([true, false])('becomes the other of %s, as it was first read, also after a crash', async (enabled) => {
    stage = await Stage.start();
    const asked: string[] = [];
    const answer = ({ operation, input }: { readonly operation: string; readonly input: unknown }) => {
      asked.push(operation);
      expect(input).toEqual({ domain: 'customer.nodepoint.eu', forwardHost: '192.168.1.105' });
      return operation === 'readHost' ? { enabled } : undefined;
    };
    expect(await stage.act('toggleProxy', {}, { answer })).toEqual({ enabled: !enabled });
    expect(asked).toEqual(['readHost', enabled ? 'disableHost' : 'enableHost']);
  });
});
