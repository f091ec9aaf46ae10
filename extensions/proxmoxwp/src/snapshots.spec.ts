import { beforeEach, describe, expect, it } from '@jest/globals';
import { Snapshots } from './snapshots.js';
import { aServer } from '../test/settings.js';
import { config, listed, ours, row, scriptedServer, taskRow, tasks, vmid } from '../test/scripted-container.js';
import { upid, type ScriptedCtx } from '../test/scripted-ctx.js';

describe('a snapshot', () => {
  let pve: ScriptedCtx;
  const list = 'GET /nodes/pve1/lxc/905/snapshot';
  beforeEach(() => {
    pve = scriptedServer();
    pve.on(listed, { data: [row()] }).on(config, ours);
  });

  const snapshots = () => new Snapshots(pve.ctx, aServer());

  it('is absent when the list holds only the present', async () => {
    pve.on(list, { data: [{ name: 'current', description: 'You are here!' }] });
    expect(await snapshots().findMade(vmid, 'initial')).toEqual({ state: 'absent' });
  });

  it('is done when it is complete, and waited for while it is being made', async () => {
    pve.on(list, { data: [{ name: 'initial', snaptime: 5 }, { name: 'current' }] });
    expect(await snapshots().findMade(vmid, 'initial')).toMatchObject({ state: 'done' });
    pve.on(list, { data: [{ name: 'initial', snapstate: 'prepare' }] }).on(tasks, { data: [taskRow(upid('vzsnapshot'))] });
    expect(await snapshots().findMade(vmid, 'initial')).toEqual({ state: 'pending', task: upid('vzsnapshot') });
  });
});
