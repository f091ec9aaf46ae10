import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '@hostwright/sdk-testing';
import { Stage, vmid, type StageOptions } from '../../test/stage.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });

const settings: readonly (readonly [string, StageOptions])[] = [
  ['in failover on Proxmox 9', { version: '9' }],
  ['in failover on Proxmox 8', { version: '8' }],
  ['without failover on Proxmox 9', { version: '9', failover: false }],
  ['without failover on Proxmox 8', { version: '8', failover: false }],
];

describe.each(settings)('a site %s', (_what, options) => {
  const managed = options.failover !== false;

  it('is stopped for good when it is suspended, and runs again afterwards, however often either is asked for', async () => {
    stage = await Stage.start(options);
    for (let time = 0; time < 2; time += 1) {
      await stage.run('suspend');
      expect(stage.container()).toMatchObject({ status: 'stopped', onBoot: false });
      if (managed) expect(stage.details('ha-resource', `ct:${vmid}`)).toMatchObject({ state: 'stopped' });
    }
    expect(await stage.inspect()).toMatchObject({ state: 'stopped' });
    for (let time = 0; time < 2; time += 1) {
      await stage.run('unsuspend');
      expect(stage.container()).toMatchObject({ status: 'running', onBoot: true });
      if (managed) expect(stage.details('ha-resource', `ct:${vmid}`)).toMatchObject({ state: 'started' });
    }
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it.each<FaultKind>(['lost_reply', 'error_before', 'error_after', 'malformed', 'too_many_requests'])(
    'is suspended and resumed all the same when each call that does it shows %s',
    async (kind) => {
      stage = await Stage.start(options);
      for (const operation of ['suspend', 'unsuspend'] as const) {
        for (const method of ['PUT', 'POST']) stage.sandbox.fault({ kind, method, times: 2 });
        await stage.run(operation);
        stage.sandbox.clearFaults();
        const running = operation === 'unsuspend';
        expect(stage.container()).toMatchObject({ status: running ? 'running' : 'stopped', onBoot: running });
      }
    },
  );

  it('is followed to the node it moved to between two calls', async () => {
    stage = await Stage.start(options);
    for (const operation of ['suspend', 'unsuspend'] as const) {
      let moves = 2;
      stage.before = (method) => {
        if (method === 'GET' || moves === 0) return;
        moves -= 1;
        stage.sandbox.move(vmid, moves === 0 ? 'pve1' : 'pve2');
      };
      await stage.run(operation);
      expect(stage.container()).toMatchObject({ status: operation === 'suspend' ? 'stopped' : 'running' });
    }
  });

  it('is left alone when a backup has locked it, until the lock is gone', async () => {
    stage = await Stage.start(options);
    stage.sandbox.lock(vmid, 'backup');
    let looks = 0;
    stage.before = (method) => {
      if (method !== 'GET' && (looks += 1) === 4) stage.sandbox.lock(vmid, undefined);
    };
    await stage.run('suspend');
    expect(looks).toBeGreaterThanOrEqual(4);
    expect(stage.container()).toMatchObject({ status: 'stopped', onBoot: false });
  });

  it.each([
    ['stop', 'backup'],
    ['start', 'backup'],
    ['stop', 'migrate'],
    ['start', 'migrate'],
  ])('has %s wait for the end of a %s, and is found where it is then', async (name, lock) => {
    stage = await Stage.start(options);
    if (name === 'start') await stage.act('stop');
    const changes = stage.changes();
    stage.sandbox.lock(vmid, lock);
    let looks = 0;
    stage.before = (_method, path) => {
      if (!path.endsWith('/config') || (looks += 1) !== 6) return;
      expect(stage.changes()).toEqual(changes);
      if (lock === 'migrate') stage.sandbox.move(vmid, 'pve2');
      stage.sandbox.lock(vmid, undefined);
    };
    await stage.act(name);
    expect(looks).toBeGreaterThanOrEqual(6);
    expect(stage.container()).toMatchObject({ status: name === 'stop' ? 'stopped' : 'running' });
  });

  it.each(['suspend', 'unsuspend'] as const)('is not touched by %s when its id belongs to somebody else', async (operation) => {
    stage = await Stage.start(options);
    stage.sandbox.addStranger(vmid, '192.168.1.77');
    const before = stage.sandbox.ledger();
    const changes = stage.changes();
    await expect(stage.run(operation)).rejects.toThrow(withCode('not_owned'));
    expect(stage.sandbox.ledger()).toEqual(before);
    expect(stage.changes()).toEqual(changes);
  });
});

describe('without failover', () => {
  it('a site that does not shut down in time is stopped', async () => {
    stage = await Stage.start({ failover: false });
    stage.sandbox.setBehaviour(vmid, { stubborn: true });
    await stage.run('suspend');
    expect(stage.container()).toMatchObject({ status: 'stopped' });
  });

  it('a shutdown or start whose task ends in an error fails with the reason', async () => {
    stage = await Stage.start({ failover: false });
    stage.sandbox.endTask({ type: 'vzshutdown', exitstatus: 'command failed: exit code 1', applied: false });
    await expect(stage.run('suspend')).rejects.toThrow(/exit code 1/);
    await stage.run('suspend');
    stage.sandbox.endTask({ type: 'vzstart', exitstatus: 'startup for container failed', applied: false });
    await expect(stage.run('unsuspend')).rejects.toThrow(/startup for container failed/);
  });

  it.each(['unexpected status', 'CT is locked (backup)'])('a task that ends with "%s" is begun again', async (exitstatus) => {
    stage = await Stage.start({ failover: false });
    stage.sandbox.endTask({ type: 'vzshutdown', exitstatus, applied: false });
    await stage.run('suspend');
    stage.sandbox.endTask({ type: 'vzstart', exitstatus, applied: false });
    await stage.run('unsuspend');
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('a site that an admin put under failover by hand is stopped through its manager too', async () => {
    stage = await Stage.start();
    stage.properties = { ...stage.properties, failover: false };
    await stage.run('suspend');
    expect(stage.details('ha-resource', `ct:${vmid}`)).toMatchObject({ state: 'stopped' });
    await stage.run('unsuspend');
    expect(stage.container()).toMatchObject({ status: 'running' });
  });
});

describe('in failover', () => {
  it('a site is never stopped past its manager, which would start it again', async () => {
    stage = await Stage.start();
    const before = stage.changes().length;
    await stage.run('suspend');
    expect(stage.changes().slice(before)).toEqual([`PUT /nodes/pve1/lxc/${vmid}/config`, `PUT /cluster/ha/resources/ct:${vmid}`]);
  });

  it('a site that fell over while it was to run is ordered to stop all the same', async () => {
    stage = await Stage.start();
    stage.sandbox.kill(vmid);
    await stage.run('suspend');
    expect(stage.details('ha-resource', `ct:${vmid}`)).toMatchObject({ state: 'stopped' });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(stage.container()).toMatchObject({ status: 'stopped' });
  });

  it('a site on which its manager has given up fails with what to do about it', async () => {
    stage = await Stage.start();
    await stage.run('suspend');
    stage.sandbox.failStart(vmid);
    await expect(stage.run('unsuspend')).rejects.toThrow(/given up on container 905/);
  });

  it('a site that was taken out of failover by hand is stopped and started as any other', async () => {
    stage = await Stage.start();
    stage.sandbox.dropResource(vmid);
    await stage.run('suspend');
    expect(stage.container()).toMatchObject({ status: 'stopped' });
    await stage.run('unsuspend');
    expect(stage.container()).toMatchObject({ status: 'running' });
  });

  it('a resource with another mark is left alone', async () => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind: 'wrong_owner', path: '/cluster/ha/resources/', times: 100 });
    await expect(stage.run('suspend')).rejects.toThrow(withCode('not_owned'));
    expect(stage.details('ha-resource', `ct:${vmid}`)).toMatchObject({ state: 'started' });
  });
});

it('says that the container is gone, rather than that it was suspended or runs', async () => {
  stage = await Stage.start();
  await stage.run('terminate');
  await expect(stage.run('suspend')).rejects.toThrow(/container 905 is gone/);
  await expect(stage.run('unsuspend')).rejects.toThrow(/container 905 is gone/);
});
