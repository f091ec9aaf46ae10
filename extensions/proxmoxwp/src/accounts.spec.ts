import { describe, expect, it } from '@jest/globals';
import { aServer } from '../test/settings.js';
import { ScriptedCtx } from '../test/scripted-ctx.js';
import { Stage, vmid } from '../test/stage.js';
import { accountsOf, usageOf } from './accounts.js';
import { occupiedOf } from './occupied.js';
import { provisioning } from './provisioning.js';

const list = 'GET /cluster/resources';
const rights = 'GET /access/permissions';
const row = (id: number, changes: object = {}) => ({
  id: `lxc/${id}`,
  vmid: id,
  type: 'lxc',
  node: 'pve1',
  status: 'running',
  name: `c${id}.example.net`,
  tags: `hw-test-${id}`,
  mem: 100,
  maxmem: 2 ** 31,
  disk: 700,
  maxdisk: 20 * 2 ** 30,
  netin: 9,
  netout: 4,
  ...changes,
});

describe('what the containers of a server use', () => {
  it('is told in one call, and of those alone that bear a mark of this installation', async () => {
    const others = [
      row(906, { tags: 'hw-other-906' }),
      row(907, { tags: 'hw-test-extra-907' }),
      row(908, { tags: 'hw-test' }),
      row(909, { tags: undefined }),
      row(910, { type: 'qemu' }),
      row(911, { tags: 'customer;hw-test-911x' }),
    ];
    const pve = new ScriptedCtx('hw-test-0').on(list, { data: [row(905, { tags: 'customer;hw-test-905' }), ...others] });
    expect(await usageOf(pve.ctx, aServer())).toEqual([
      { remoteId: '905', owner: 'hw-test-905', diskBytes: 700, memoryBytes: 100, trafficBytes: 13 },
    ]);
    expect(pve.calls()).toEqual([list]);
  });

  it('leaves out what a stopped one does not use, and one whose node does not answer', async () => {
    const stopped = row(905, { status: 'stopped', mem: 0, disk: 0, netin: 0, netout: 0 });
    const unknown = { vmid: 906, type: 'lxc', node: 'pve2', status: 'unknown', tags: 'hw-test-906' };
    const pve = new ScriptedCtx('hw-test-0').on(list, { data: [stopped, unknown] });
    expect(await usageOf(pve.ctx, aServer())).toEqual([{ remoteId: '905', owner: 'hw-test-905' }]);
  });

  it.each([usageOf, accountsOf])('is not taken for nothing when the token may see nothing (%p)', async (read) => {
    const pve = new ScriptedCtx('hw-test-0').on(list, { data: [] }).on('GET /access/permissions', { data: {} });
    await expect(read(pve.ctx, aServer())).rejects.toThrow(expect.objectContaining({ code: 'invalid_config' }));
    pve.on('GET /access/permissions', { data: { '/vms': { 'VM.Audit': 1 } } });
    expect(await read(pve.ctx, aServer())).toEqual([]);
  });

  it.each([
    ['on no path above all of them', { '/vms/905': { 'VM.Audit': 1 } }, 'VM.Audit on /vms'],
    ['on /vms alone, and not below', { '/': { 'VM.Audit': 1 }, '/vms': { 'VM.Audit': 0 } }, 'VM.Audit on /vms'],
    ['everywhere but on one', { '/vms': { 'VM.Audit': 1 }, '/vms/905': { 'VM.PowerMgmt': 1 } }, 'VM.Audit on /vms/905'],
  ])('is not told, when services may be missing from the list: with VM.Audit %s', async (_where, data, missing) => {
    const pve = new ScriptedCtx('hw-test-0').on(list, { data: [row(906)] }).on(rights, { data });
    const expected = expect.objectContaining({ code: 'invalid_config', message: `the API token lacks ${missing}` });
    await expect(accountsOf(pve.ctx, aServer())).rejects.toThrow(expected);
    await expect(occupiedOf(pve.ctx, aServer(), [])).rejects.toThrow(expected);
  });

  it.each([{ data: [{ what: 1 }] }, { data: 'no' }, { status: 502, body: '<html>' }, { data: [row(905, { netin: 'many' })] }])(
    'is not guessed from %j',
    async (reply) => {
      const pve = new ScriptedCtx('hw-test-0').on(list, reply);
      await expect(usageOf(pve.ctx, aServer())).rejects.toThrow(expect.objectContaining({ code: 'unavailable' }));
    },
  );
});

describe('the accounts of a server', () => {
  it('are its marked containers with state and limits', async () => {
    const rows = [
      row(905),
      row(906, { status: 'stopped' }),
      row(907, { lock: 'backup' }),
      { vmid: 908, type: 'lxc', node: 'pve2', status: 'unknown', tags: 'hw-test-908' },
    ];
    const pve = new ScriptedCtx('hw-test-0').on(list, { data: rows }).on(rights, { data: { '/': { 'VM.Audit': 1 } } });
    const limits = { memoryLimitBytes: 2 ** 31, diskLimitBytes: 20 * 2 ** 30 };
    expect(await accountsOf(pve.ctx, aServer())).toEqual([
      { remoteId: '905', name: 'c905.example.net', owner: 'hw-test-905', state: 'running', ...limits },
      { remoteId: '906', name: 'c906.example.net', owner: 'hw-test-906', state: 'stopped', ...limits },
      { remoteId: '907', name: 'c907.example.net', owner: 'hw-test-907', state: 'changing', ...limits },
      { remoteId: '908', name: 'CT908', owner: 'hw-test-908', state: 'changing' },
    ]);
  });
});

it('tells of a site what the cluster does, wherever it is, and that its counters began anew with a start', async () => {
  const stage = await Stage.start();
  const reads = { ctx: stage.ctx, server: stage.server };
  stage.sandbox.addStranger(906, '192.168.1.77');
  stage.sandbox.setTraffic(vmid, { in: 5_000_000, out: 7_000_000 });
  stage.sandbox.move(vmid, 'pve2');
  const [used, ...more] = await provisioning.usage!(reads);
  expect(more).toEqual([]);
  expect(used?.remoteId).toBe('905');
  expect(used?.trafficBytes).toBeGreaterThanOrEqual(12_000_000);
  await stage.act('restart');
  expect((await provisioning.usage!(reads))[0]?.trafficBytes).toBeLessThan(1_000_000);
  const expected = provisioning.expects!(stage.product);
  expect(await provisioning.listAccounts!(reads)).toEqual([
    { remoteId: '905', name: 'customer.nodepoint.eu', owner: 'hw-test-7', state: 'running', ...expected },
  ]);
  stage.sandbox.setNode('pve2', false);
  expect(await provisioning.usage!(reads)).toEqual([]);
  expect((await provisioning.listAccounts!(reads))[0]).toMatchObject({ remoteId: '905', state: 'changing' });
  await stage.sandbox.stop();
});
