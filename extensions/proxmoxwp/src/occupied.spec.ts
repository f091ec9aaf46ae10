import { describe, expect, it } from '@jest/globals';
import { ScriptedCtx } from '../test/scripted-ctx.js';
import { aServer } from '../test/settings.js';
import { Stage, vmid } from '../test/stage.js';
import { occupiedOf } from './occupied.js';
import { provisioning } from './provisioning.js';

const list = 'GET /cluster/resources';
const sees = { '/vms': { 'VM.Audit': 1 } };
const withGuests = (data: readonly object[]) =>
  new ScriptedCtx('hw-test-0').on(list, { data }).on('GET /access/permissions', { data: sees });
const row = (id: number, changes: object = {}) => ({ vmid: id, type: 'lxc', node: 'pve1', status: 'running', name: `c${id}`, ...changes });

describe('what is taken up on a cluster', () => {
  it('is every id that the panel does not know, whoever has it', async () => {
    const pve = withGuests([row(100, { type: 'qemu' }), row(101), row(905)]);
    expect(await occupiedOf(pve.ctx, aServer(), ['905'])).toEqual([
      { remoteId: '100', reservation: 'vmid', value: 100 },
      { remoteId: '101', reservation: 'vmid', value: 101 },
    ]);
    expect(pve.calls()).toEqual([list, 'GET /access/permissions']);
  });

  it('is the id alone where the node does not answer', async () => {
    const pve = withGuests([{ vmid: 905, type: 'lxc', node: 'pve2', status: 'unknown' }]);
    expect(await occupiedOf(pve.ctx, aServer(), [])).toEqual([{ remoteId: '905', reservation: 'vmid', value: 905 }]);
  });

  it('is not guessed when a configuration cannot be read', async () => {
    const pve = withGuests([row(905)]).on('GET /nodes/pve1/lxc/905/config', { status: 596, body: '' });
    await expect(occupiedOf(pve.ctx, aServer(), [])).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is id, name and address of containers of other panels and of strangers in the range of ids', async () => {
    const stage = await Stage.start();
    stage.sandbox.addStranger(950, '192.168.1.150');
    stage.sandbox.addStranger(300, '192.168.1.151');
    const told = await provisioning.occupied!({ ctx: stage.ctx, server: stage.server, known: [] });
    expect([...told].sort((a, b) => Number(a.remoteId) - Number(b.remoteId))).toEqual([
      { remoteId: '300', reservation: 'vmid', value: 300 },
      { remoteId: String(vmid), reservation: 'vmid', value: vmid },
      { remoteId: String(vmid), reservation: 'subdomain', value: 'customer', within: 'nodepoint.eu' },
      { remoteId: String(vmid), reservation: 'ip', value: '192.168.1.105' },
      { remoteId: '950', reservation: 'vmid', value: 950 },
      { remoteId: '950', reservation: 'ip', value: '192.168.1.150' },
    ]);
    expect(await provisioning.occupied!({ ctx: stage.ctx, server: stage.server, known: [String(vmid), '950'] })).toEqual([
      { remoteId: '300', reservation: 'vmid', value: 300 },
    ]);
    await stage.sandbox.stop();
  });
});
