import { beforeEach, describe, expect, it } from '@jest/globals';
import { Containers } from './containers.js';
import { Power } from './power.js';
import { removeContainer } from './removal.js';
import { aServer } from '../test/settings.js';
import { config, listed, ours, row, scriptedServer, status, strangers, vmid } from '../test/scripted-container.js';
import { taskEnded, taskPath, taskRunning, upid, type ScriptedCtx } from '../test/scripted-ctx.js';

const withCode = (code: string) => expect.objectContaining({ code });

let pve: ScriptedCtx;
let containers: Containers;
let power: Power;
beforeEach(() => {
  pve = scriptedServer();
  containers = new Containers(pve.ctx, aServer());
  power = new Power(pve.ctx, aServer(), false);
});

describe('taking a container away', () => {
  it('shuts it down, destroys it with every reference, and is done when it is gone', async () => {
    const stop = upid('vzshutdown');
    const destroy = upid('vzdestroy');
    pve
      .on(listed, { data: [row()] })
      .on(config, ours)
      .on(status, { data: { status: 'running' } });
    pve.on('POST /nodes/pve1/lxc/905/status/shutdown', { data: stop }).on('DELETE /nodes/pve1/lxc/905', { data: destroy });
    const first = await removeContainer(pve.ctx, aServer(), vmid);
    expect(first).toMatchObject({ state: 'pending', task: { upid: stop } });
    pve.on(taskPath(stop), taskRunning, taskEnded('OK'));
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: stop, attempts: 0 })).toMatchObject({ task: { upid: stop } });
    pve.on(status, { data: { status: 'stopped' } });
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: stop, attempts: 0 })).toMatchObject({ task: { upid: destroy } });
    expect(pve.made.at(-1)).toEqual({ call: 'DELETE /nodes/pve1/lxc/905', parameters: { purge: '1', 'destroy-unreferenced-disks': '1' } });
    pve.on(taskPath(destroy), taskEnded('OK')).on(listed, { data: [] });
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: destroy, attempts: 0 })).toBeUndefined();
    expect(await removeContainer(pve.ctx, aServer(), vmid)).toBeUndefined();
  });

  it('never touches what bears another mark', async () => {
    pve
      .on(listed, { data: [row()] })
      .on(config, strangers)
      .on(status, { data: { status: 'running' } });
    await expect(removeContainer(pve.ctx, aServer(), vmid)).rejects.toThrow(withCode('not_owned'));
    await expect(power.stop(vmid)).rejects.toThrow(withCode('not_owned'));
    await expect(containers.destroy(vmid)).rejects.toThrow(withCode('not_owned'));
    expect(pve.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('leaves a protected one to a person', async () => {
    pve.on(listed, { data: [row()] }).on(config, { data: { digest: 'd', tags: 'hw-test-7', protection: 1 } });
    await expect(containers.destroy(vmid)).rejects.toThrow(withCode('rejected'));
  });

  it('comes back later to a locked one', async () => {
    pve
      .on(listed, { data: [row()] })
      .on(config, ours)
      .on('DELETE /nodes/pve1/lxc/905', { status: 500, text: 'CT is locked (backup)' });
    await expect(containers.destroy(vmid)).rejects.toThrow(withCode('unavailable'));
  });

  it('gives up after three tasks that failed', async () => {
    const destroy = upid('vzdestroy');
    pve
      .on(listed, { data: [row()] })
      .on(config, ours)
      .on(status, { data: { status: 'stopped' } })
      .on('DELETE /nodes/pve1/lxc/905', { data: destroy });
    pve.on(taskPath(destroy), taskEnded('storage is busy'));
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: destroy, attempts: 0 })).toMatchObject({ task: { attempts: 1 } });
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: destroy, attempts: 1 })).toMatchObject({ task: { attempts: 2 } });
    await expect(removeContainer(pve.ctx, aServer(), vmid, { upid: destroy, attempts: 2 })).rejects.toThrow(/storage is busy/);
  });

  it('comes back to one as often as its tasks are refused for now', async () => {
    const stop = upid('vzshutdown');
    pve
      .on(listed, { data: [row()] })
      .on(config, ours)
      .on(status, { data: { status: 'running' } })
      .on('POST /nodes/pve1/lxc/905/status/shutdown', { data: stop })
      .on(taskPath(stop), taskEnded('CT is locked (backup)'));
    expect(await removeContainer(pve.ctx, aServer(), vmid, { upid: stop, attempts: 2 })).toMatchObject({
      task: { upid: stop, attempts: 2 },
    });
  });

  it('counts a stopped and a missing one as stopped', async () => {
    pve
      .on(listed, { data: [row()] })
      .on(config, ours)
      .on('POST /nodes/pve1/lxc/905/status/shutdown', { status: 500, text: 'CT 905 not running' });
    expect(await power.stop(vmid)).toBeNull();
    pve.on(listed, { data: [] });
    expect(await power.findStopped(vmid)).toMatchObject({ state: 'done' });
    expect(await containers.findDestroyed(vmid)).toMatchObject({ state: 'done' });
  });
});
