import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
import { aCreation, diedWith, lxc, PveCaller, type Parameters } from './testing/index.js';

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

describe('logging in', () => {
  it.each([
    ['no such token', { authorization: 'PVEAPIToken=hostwright@pve!other=x' }, "no such token 'other' for user 'hostwright@pve'"],
    ['a wrong secret', { authorization: 'PVEAPIToken=hostwright@pve!panel=x' }, 'invalid token value!'],
    ['no token id', { authorization: 'PVEAPIToken=hostwright@pve=x' }, 'no tokenid specified'],
  ])('is refused with 401 and the reason in the status line: %s', async (_what, headers, reason) => {
    expect(await pve.call('GET', '/version', {}, headers)).toEqual({ status: 401, statusText: reason, body: null });
  });

  it('lets a powerless token see the version and nothing else', async () => {
    const powerless = new PveCaller(sandbox.powerless);
    await pve.create();
    expect((await powerless.call('GET', '/version')).status).toBe(200);
    expect(await powerless.data('GET', '/access/permissions')).toEqual({});
    expect(await powerless.data('GET', '/cluster/resources', { type: 'vm' })).toEqual([]);
    const refused = await powerless.call('POST', lxc, aCreation(908));
    expect([refused.status, refused.statusText]).toEqual([403, 'Permission check failed (/vms/908, VM.Allocate)']);
    expect((await powerless.call('GET', `${lxc}/907/config`)).status).toBe(403);
    expect((await powerless.call('GET', '/cluster/ha/resources')).statusText).toBe('Permission check failed (/, Sys.Audit)');
    expect(sandbox.ledger()).toHaveLength(1);
  });
});

describe('parameters', () => {
  it.each([
    [{ memory: 8 }, 'memory', 'value must have a minimum value of 16'],
    [{ vmid: 99 }, 'vmid', 'valid VM ID'],
    [{ vmid: 1_000_000_000 }, 'vmid', 'maximum'],
    [{ hostname: 'not_a_host' }, 'hostname', 'valid DNS name'],
    [{ tags: 'hw test!' }, 'tags', 'invalid characters in tag'],
    [{ net0: 'bridge=vmbr1' }, 'net0', 'net0.name: property is missing'],
    [{ net0: 'name=eth0,bridge=vmbr1,ip=192.168.1.7' }, 'net0', 'net0.ip: invalid format'],
    [{ net0: 'name=eth0,colour=red' }, 'net0', 'net0.colour: property is not defined'],
    [{ rootfs: 'drbd' }, 'rootfs', 'unable to parse volume'],
    [{ features: 'flying=1' }, 'features', 'features.flying'],
    [{ unprivileged: 'maybe' }, 'unprivileged', "type check ('boolean') failed"],
    [{ colour: 'red' }, 'colour', 'property is not defined in schema'],
  ])('are checked as the schema says: %j', async (more, name, complaint) => {
    const reply = await pve.call('POST', lxc, aCreation(907, more as unknown as Parameters));
    expect([reply.status, reply.statusText]).toEqual([400, 'Parameter verification failed.']);
    expect(reply.body).toEqual({ data: null, errors: { [name]: expect.stringContaining(complaint) } });
    expect(sandbox.ledger()).toEqual([]);
  });

  it('must not be missing', async () => {
    const { ostemplate: _left, ...rest } = aCreation();
    expect((await pve.call('POST', lxc, rest)).body?.errors).toEqual({ ostemplate: 'property is missing and it is not optional' });
  });

  it('make an unknown path or method 501', async () => {
    expect((await pve.call('GET', '/nodes/pve1/qemu')).status).toBe(501);
    expect((await pve.call('PUT', '/version')).status).toBe(501);
  });
});

describe('creating', () => {
  it('shows only a lock until its task has ended, then everything', async () => {
    await startAt(0.04);
    const upid = (await pve.data('POST', lxc, aCreation())) as string;
    expect(upid).toMatch(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:vzcreate:907:hostwright@pve!panel:$/);
    expect(await pve.data('GET', `${lxc}/907/config`)).toEqual({ lock: 'create', digest: expect.any(String) });
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ kind: 'container', id: '907', owner: 'hw-test-7' })]);
    expect(await pve.ended(upid)).toBe('OK');
    expect(await pve.data('GET', `${lxc}/907/config`)).toMatchObject({
      tags: 'hw-test-7',
      memory: 2048,
      unprivileged: 1,
      rootfs: 'drbd:vm-907-disk-0,size=20G',
      net0: expect.stringContaining('hwaddr=BC:24:11:'),
    });
  });

  it('refuses an id that is taken, on either node', async () => {
    await pve.create();
    const taken = diedWith("unable to create CT 907 - CT 907 already exists on node 'pve1'");
    expect(await pve.call('POST', '/nodes/pve2/lxc', aCreation())).toEqual(taken);
  });

  it('names the reason in the status line only, on an older server', async () => {
    sandbox.setMessages(false);
    await pve.create();
    const reply = await pve.call('POST', lxc, aCreation());
    expect(reply.body).toEqual({ data: null });
    expect(reply.statusText).toContain('already exists');
  });

  it('fails inside its task when the template is missing, and leaves nothing', async () => {
    expect(await pve.create(907, { ostemplate: 'local:vztmpl/none.tar.zst' })).toBe("volume 'local:vztmpl/none.tar.zst' does not exist");
    expect(sandbox.ledger()).toEqual([]);
  });

  it('keeps the container when only its start fails', async () => {
    expect(await pve.create(907, { start: 1, net0: 'name=eth0,bridge=vmbr9,ip=dhcp' })).toBe("bridge 'vmbr9' does not exist");
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('refuses a storage or node that is not there, and everything without a quorum', async () => {
    expect((await pve.call('POST', lxc, aCreation(907, { rootfs: 'nowhere:20' }))).statusText).toBe("storage 'nowhere' does not exist");
    expect((await pve.call('POST', '/nodes/pve9/lxc', aCreation())).statusText).toContain("hostname lookup 'pve9' failed");
    sandbox.setQuorum(false);
    expect((await pve.call('POST', lxc, aCreation())).statusText).toBe('cluster not ready - no quorum?');
    sandbox.setNode('pve2', false);
    expect((await pve.call('GET', '/nodes/pve2/lxc')).status).toBe(595);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('records two live containers with one address as a violation, once', async () => {
    const net0 = 'name=eth0,bridge=vmbr1,ip=192.168.1.150/24';
    await pve.create(907, { net0 });
    await pve.create(908, { net0 });
    await pve.start(908);
    expect(sandbox.violations()).toEqual(['containers 907 and 908 both have the address 192.168.1.150']);
  });

  it('takes ten tasks at once and refuses the eleventh, which is a violation', async () => {
    await startAt(0.2);
    const all = await Promise.all(Array.from({ length: 11 }, (_, index) => pve.call('POST', lxc, aCreation(900 + index))));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(all.find(({ status }) => status !== 200)).toEqual(diedWith('got lock request timeout'));
    expect(sandbox.stats()).toMatchObject({ maxTasksAtOnce: 10, violations: [expect.stringContaining('10 tasks')] });
    expect(sandbox.ledger()).toHaveLength(10);
  });
});

describe('a task', () => {
  it('can be told how to end, applied or not', async () => {
    sandbox.endTask({ type: 'vzcreate', exitstatus: 'WARNINGS: 1', applied: true });
    expect(await pve.create()).toBe('WARNINGS: 1');
    sandbox.endTask({ type: 'vzstart', vmid: 907, exitstatus: 'unexpected status', applied: false });
    expect(await pve.start()).toBe('unexpected status');
    expect(await pve.data('GET', `${lxc}/907/status/current`)).toMatchObject({ status: 'stopped' });
    sandbox.endTask({ exitstatus: 'command failed', applied: false });
    expect(await pve.create(908)).toBe('command failed');
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('is found again by guest and type, at the node it names', async () => {
    await startAt(0.04);
    const upid = (await pve.data('POST', lxc, aCreation())) as string;
    const active = (await pve.data('GET', '/nodes/pve1/tasks', { vmid: 907, source: 'active', typefilter: 'vzcreate' })) as object[];
    expect(active).toEqual([expect.objectContaining({ upid, user: 'hostwright@pve', tokenid: 'panel' })]);
    expect(active[0]).not.toHaveProperty('endtime');
    await pve.ended(upid);
    expect(await pve.data('GET', '/nodes/pve1/tasks', { vmid: 907 })).toEqual([
      expect.objectContaining({ upid, status: 'OK', endtime: expect.any(Number) }),
    ]);
    const encoded = encodeURIComponent(upid);
    const log = await pve.call('GET', `/nodes/pve1/tasks/${encoded}/log`, { start: 0, limit: 1 });
    expect(log.body).toEqual({ data: [{ n: 1, t: expect.stringContaining('extracting archive') }], total: 2 });
    expect((await pve.call('GET', `/nodes/pve2/tasks/${encoded}/status`)).body).toEqual({ data: null, errors: { upid: 'no such task' } });
  });

  it('can be stopped, and takes back what it had begun', async () => {
    await startAt(0.2);
    const upid = (await pve.data('POST', lxc, aCreation())) as string;
    await pve.data('DELETE', `/nodes/pve1/tasks/${encodeURIComponent(upid)}`);
    expect(await pve.ended(upid)).toBe('interrupted by signal');
    expect(sandbox.ledger()).toEqual([]);
  });

  it('does not come to its end while tasks are held, and can be stopped all the same', async () => {
    sandbox.setTasksHeld(true);
    const upids = (await Promise.all([907, 908].map((vmid) => pve.data('POST', lxc, aCreation(vmid))))) as string[];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sandbox.stats()).toMatchObject({ tasksUnderWay: 2 });
    await pve.data('DELETE', `/nodes/pve1/tasks/${encodeURIComponent(upids[0]!)}`);
    sandbox.setTasksHeld(false);
    expect(await Promise.all(upids.map((upid) => pve.ended(upid)))).toEqual(['interrupted by signal', 'OK']);
    expect(sandbox.ledger().map(({ id }) => id)).toEqual(['908']);
  });

  it('that failed can be prescribed by another process, which also reads the counts', async () => {
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(`${sandbox.controlUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post('/tasks', { type: 'vzcreate', exitstatus: 'disk broke', applied: false })).status).toBe(200);
    expect(await pve.create()).toBe('disk broke');
    const refused = await post('/move', { vmid: 907, node: 'pve2' });
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'vmid: there is no container 907' }]);
    expect(await (await fetch(`${sandbox.controlUrl}/stats`)).json()).toMatchObject({ tasksStarted: 1, maxTasksAtOnce: 1 });
  });
});

describe('faults', () => {
  it('never hide what was applied from the ledger', async () => {
    sandbox.fault({ kind: 'ghost_success', method: 'POST', path: '/lxc$' });
    expect((await pve.call('POST', lxc, aCreation())).statusText).toBe('got no worker upid - start worker failed');
    sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/lxc$' });
    await expect(pve.call('POST', lxc, aCreation(908))).rejects.toThrow();
    sandbox.fault({ kind: 'error_before', method: 'POST', path: '/lxc$' });
    expect((await pve.call('POST', lxc, aCreation(909))).status).toBe(500);
    expect(sandbox.ledger().map(({ id }) => id)).toEqual(['907', '908']);
  });

  it('show a stranger’s mark', async () => {
    await pve.create();
    sandbox.fault({ kind: 'wrong_owner', path: '/config$' });
    expect(await pve.data('GET', `${lxc}/907/config`)).toMatchObject({ tags: 'hw-stranger-1' });
  });
});
