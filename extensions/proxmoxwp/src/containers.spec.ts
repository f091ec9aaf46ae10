import { beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { Containers } from './containers.js';
import { Power } from './power.js';
import { removeContainer } from './removal.js';
import { Resources } from './resources.js';
import { Snapshots } from './snapshots.js';
import { aProduct, aServer } from '../test/settings.js';
import { config, free, listed, ours, row, scriptedServer, strangers, taskRow, tasks, vmid } from '../test/scripted-container.js';
import { taskEnded, taskPath, taskRunning, upid, type ScriptedCtx } from '../test/scripted-ctx.js';

const missing = { status: 500, text: "Configuration file 'nodes/pve1/lxc/905.conf' does not exist" };
const withCode = (code: string) => expect.objectContaining({ code });

let pve: ScriptedCtx;
let containers: Containers;
let power: Power;
beforeEach(() => {
  pve = scriptedServer();
  containers = new Containers(pve.ctx, aServer());
  power = new Power(pve.ctx, aServer(), false);
});

describe('what is looked for once more in a container that has gone with its service', () => {
  beforeEach(() => void pve.on(listed, { data: [] }));

  it.each<[string, () => Promise<unknown>]>([
    ['a snapshot', () => new Snapshots(pve.ctx, aServer()).findMade(vmid, 'BAK25112026-1')],
    ['a way back', () => new Snapshots(pve.ctx, aServer()).findRollback(vmid)],
    ['a larger disk', () => new Resources(pve.ctx, aServer()).findGrown(vmid, 40)],
    ['a start', () => power.findStarted(vmid)],
  ])('is absent: %s', async (_what, look) => {
    expect(await look()).toEqual({ state: 'absent' });
  });
});

describe('looking for a container we may have created', () => {
  it('is absent when no guest has the id and nothing is making one', async () => {
    pve.on(listed, { data: [row({ vmid: 9051 })] });
    expect(await containers.findCreated(vmid)).toEqual({ state: 'absent' });
  });

  it('adopts the one that bears our mark, wherever it is now', async () => {
    pve
      .on(listed, { data: [row({ node: 'pve2' })] })
      .on('GET /nodes/pve2/lxc/905/config', ours)
      .on('GET /nodes/pve2/tasks', { data: [] });
    expect(await containers.findCreated(vmid)).toEqual({ state: 'done', output: { vmid } });
  });

  it.each([
    ['a mark that only begins like ours', strangers],
    ['no mark', { data: { digest: 'd' } }],
  ])('refuses one with %s', async (_what, answer) => {
    pve.on(listed, { data: [row()] }).on(config, answer);
    await expect(containers.findCreated(vmid)).rejects.toThrow(withCode('not_owned'));
  });

  it('refuses a virtual machine of that id', async () => {
    pve.on(listed, { data: [row({ type: 'qemu' })] });
    await expect(containers.findCreated(vmid)).rejects.toThrow(withCode('not_owned'));
  });

  it('waits for the creation at work, also while the guest has nothing but a lock', async () => {
    const task = upid('vzcreate');
    pve.on(tasks, {
      data: [taskRow(upid('vzdestroy'), { endtime: 5, status: 'OK' }), taskRow(task, { user: 'hostwright@pve', tokenid: 'panel' })],
    });
    pve.on(listed, { data: [row()] }).on(config, { data: { lock: 'create' } });
    expect(await containers.findCreated(vmid)).toEqual({ state: 'pending', task });
    pve.on(listed, { data: [] });
    expect(await containers.findCreated(vmid)).toEqual({ state: 'pending', task });
  });

  it('does not take a creation by somebody else, or one that ended, for ours', async () => {
    pve.on(tasks, {
      data: [taskRow(upid('vzcreate'), { user: 'root@pam' }), taskRow(upid('vzcreate'), { endtime: 5, status: 'unexpected status' })],
    });
    pve.on(listed, { data: [] });
    expect(await containers.findCreated(vmid)).toEqual({ state: 'absent' });
  });

  describe('when the list does not show it', () => {
    const taken = { status: 400, body: JSON.stringify({ errors: { vmid: `VM ${vmid} already exists` }, data: null }) };

    it('does not take one that the token may not see for one that is gone', async () => {
      pve.on(listed, { data: [row({ vmid: 904 })] }).on(free, taken);
      const hidden = expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(/may not see guest 905/) });
      for (const look of [
        () => containers.findCreated(vmid),
        () => containers.findDestroyed(vmid),
        () => containers.destroy(vmid),
        () => power.findStopped(vmid),
        () => power.stop(vmid),
        () => removeContainer(pve.ctx, aServer(), vmid),
      ])
        await expect(look()).rejects.toThrow(hidden);
      expect(pve.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
    });

    it('finds one that was made between the two reads, and believes that one is gone which went in between', async () => {
      pve
        .on(listed, { data: [] }, { data: [row()] })
        .on(free, taken)
        .on(config, ours);
      expect((await containers.findCreated(vmid)).state).toBe('done');
      pve.on(listed, { data: [] }).on(free, taken, { data: String(vmid) });
      expect(await containers.findDestroyed(vmid)).toMatchObject({ state: 'done' });
    });

    it.each([{ data: '906' }, { data: null }, { status: 502, body: '<html>' }])(
      'believes no answer but that the id is free: %j',
      async (reply) => {
        pve.on(listed, { data: [] }).on(free, reply);
        await expect(containers.findDestroyed(vmid)).rejects.toThrow(withCode('unavailable'));
      },
    );
  });

  it('follows one that moves between two looks', async () => {
    pve.on(listed, { data: [row()] }, { data: [row({ node: 'pve2' })] }).on(config, missing);
    pve.on('GET /nodes/pve2/lxc/905/config', ours).on('GET /nodes/pve2/tasks', { data: [] });
    expect((await containers.findCreated(vmid)).state).toBe('done');
  });
});

describe('creating', () => {
  const box = { vmid, hostname: 'customer.example.net', ip: '192.168.1.105', product: aProduct({ plan: 'standard' }) };
  const create = 'POST /nodes/pve1/lxc';

  it('asks for an unprivileged container of the plan, marked from the first moment', async () => {
    pve.on(create, { data: upid('vzcreate') });
    expect(await containers.startCreate(box)).toBe(upid('vzcreate'));
    expect(pve.made.at(-1)?.parameters).toMatchObject({
      vmid: '905',
      hostname: 'customer.example.net',
      memory: '4096',
      swap: '512',
      cores: '2',
      rootfs: 'drbd:40',
      net0: 'name=eth0,bridge=vmbr1,ip=192.168.1.105/24,gw=192.168.1.1',
      unprivileged: '1',
      features: 'nesting=1',
      onboot: '1',
      tags: 'hw-test-7',
    });
  });

  it.each([
    ['silence', new PanelError('unknown_outcome', 'reset')],
    ['an internal error', { status: 500, text: 'Internal Server Error' }],
    ["a gateway's page", { status: 502, body: '<html>' }],
    ['half an answer', { status: 200, body: '{"data":"UPID:pv' }],
    ['another shape', { data: { task: 5 } }],
    ['a refusal because it is there', { status: 500, text: "CT 905 already exists on node 'pve1'" }],
  ])('does not know after %s', async (_what, reply) => {
    pve.on(create, reply);
    await expect(containers.startCreate(box)).rejects.toThrow(withCode('unknown_outcome'));
  });

  it('keeps the token secret out of every message', async () => {
    pve.on(create, { status: 401, text: 'invalid token value!' });
    const error = await containers.startCreate(box).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([String(error), Object.entries(error as object)])).not.toContain(aServer().tokenSecret);
  });

  it.each(['OK', 'WARNINGS: 1', 'unexpected status'])('believes the end "%s" only when the container is there and ours', async (end) => {
    const task = upid('vzcreate', 'pve2');
    pve.on(taskPath(task), taskRunning, taskEnded(end));
    expect(await containers.createState(vmid, task)).toEqual({ state: 'pending', task: undefined });
    pve.on(listed, { data: [row()] }).on(config, ours);
    expect((await containers.createState(vmid, task)).state).toBe('done');
    pve.on(listed, { data: [] });
    expect(await containers.createState(vmid, task)).toMatchObject({ state: 'failed', error: { code: 'unknown_outcome' } });
    pve.on(listed, { data: [row()] }).on(config, strangers);
    await expect(containers.createState(vmid, task)).rejects.toThrow(withCode('not_owned'));
  });

  it('looks for the container when the server has forgotten the task', async () => {
    const task = upid('vzcreate');
    pve.on(taskPath(task), { status: 400, body: JSON.stringify({ errors: { upid: 'no such task' }, data: null }) });
    pve.on(listed, { data: [row()] }).on(config, ours);
    expect((await containers.createState(vmid, task)).state).toBe('done');
  });

  it('fails for good with the reason of the task', async () => {
    const task = upid('vzcreate');
    pve.on(taskPath(task), taskEnded('unable to create CT 905 - command failed: exit code 5'));
    expect(await containers.createState(vmid, task)).toMatchObject({ state: 'failed', error: { code: 'rejected' } });
  });
});

it.each(['backup', 'migrate', 'snapshot'])(
  'begins nothing on a container with the lock "%s", which it would be refused in a task',
  async (lock) => {
    pve.on(listed, { data: [row()] }).on(config, { data: { digest: 'd', tags: 'hw-test-7', lock } });
    const managed = new Power(pve.ctx, aServer(), true);
    const snapshots = new Snapshots(pve.ctx, aServer());
    for (const begin of [
      () => power.start(vmid),
      () => power.stop(vmid),
      () => managed.start(vmid),
      () => managed.stop(vmid),
      () => snapshots.make(vmid, 'BAK25112026-1', ''),
      () => snapshots.remove(vmid, 'BAK25112026-1'),
      () => snapshots.rollBack(vmid, 'BAK25112026-1'),
    ])
      await expect(begin()).rejects.toThrow(expect.objectContaining({ code: 'unavailable', retryAfterMs: expect.any(Number) }));
    expect(pve.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
  },
);
