import { afterEach, describe, expect, it } from '@jest/globals';
import { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
import { aCreation, lxc, PveCaller } from './testing/index.js';

let sandbox: ProxmoxSandbox;
afterEach(() => sandbox.stop());

async function aContainer(version: string): Promise<PveCaller> {
  sandbox = await startProxmoxSandbox({ speed: 0.0005, version });
  const pve = new PveCaller(sandbox.server);
  await pve.create();
  return pve;
}

const resources = '/cluster/ha/resources';
const rules = '/cluster/ha/rules';
const groups = '/cluster/ha/groups';
const aRule = { rule: 'hw-test-7', type: 'node-affinity', resources: 'ct:907', nodes: 'pve1:2,pve2:1', strict: 0 };
const current = '/nodes/pve1/lxc/907/status/current';

async function untilState(pve: PveCaller, status: string): Promise<void> {
  while (((await pve.data('GET', current)) as { status: string }).status !== status) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('failover on 9', () => {
  it('takes a resource once, and only for a container that is there', async () => {
    const pve = await aContainer('9');
    const resource = { sid: 'ct:907', state: 'started', max_restart: 3, max_relocate: 2, comment: 'hw-test-7' };
    expect(await pve.data('POST', resources, resource)).toBeNull();
    expect((await pve.call('POST', resources, resource)).statusText).toBe("resource ID 'ct:907' already defined");
    expect((await pve.call('POST', resources, { sid: 'ct:999' })).statusText).toBe("resource 'ct:999' does not exist in cluster");
    expect(await pve.data('GET', `${resources}/ct:907`)).toMatchObject({
      sid: 'ct:907',
      max_restart: 3,
      comment: 'hw-test-7',
      failback: 1,
    });
    expect((await pve.call('GET', `${resources}/ct:999`)).statusText).toBe("no such resource 'ct:999'");
    expect((await pve.call('DELETE', `${resources}/ct:999`)).statusText).toBe("cannot delete service 'ct:999', not HA managed!");
    expect(sandbox.ledger()).toContainEqual(expect.objectContaining({ kind: 'ha-resource', id: 'ct:907', owner: 'hw-test-7' }));
  });

  it('refuses everything about groups', async () => {
    const pve = await aContainer('9');
    expect((await pve.call('POST', groups, { group: 'g1', nodes: 'pve1' })).statusText).toBe(
      'cannot create group: ha groups have been migrated to rules',
    );
    expect((await pve.call('DELETE', `${groups}/g1`)).statusText).toBe('cannot delete group: ha groups have been migrated to rules');
    const withGroup = await pve.call('POST', resources, { sid: 'ct:907', group: 'g1' });
    expect(withGroup.body?.message).toBe("invalid parameter 'group': ha groups have been migrated to rules\n");
  });

  it('has rules for managed resources on nodes that exist, each resource in one', async () => {
    const pve = await aContainer('9');
    expect((await pve.call('POST', rules, aRule)).statusText).toBe('cannot use unmanaged resource(s) ct:907.');
    await pve.data('POST', resources, { sid: 'ct:907' });
    expect((await pve.call('POST', rules, { ...aRule, nodes: 'pve9' })).statusText).toBe('cannot use non-existent node(s) pve9.');
    expect((await pve.call('POST', rules, { ...aRule, type: 'else' })).status).toBe(400);
    expect(await pve.data('POST', rules, aRule)).toBeNull();
    expect((await pve.call('POST', rules, aRule)).statusText).toBe("HA rule 'hw-test-7' already defined");
    const second = await pve.call('POST', rules, { ...aRule, rule: 'second' });
    expect([second.status, second.statusText, Object.keys(second.body?.errors ?? {})]).toEqual([
      400,
      "Rule 'second' is invalid.",
      ['resources'],
    ]);
    expect(await pve.data('GET', `${rules}/hw-test-7`)).toMatchObject({
      rule: 'hw-test-7',
      type: 'node-affinity',
      nodes: 'pve1:2,pve2:1',
      resources: 'ct:907',
    });
    expect((await pve.call('GET', `${rules}/none`)).statusText).toBe("no such ha rule 'none'");
    expect(sandbox.ledger()).toContainEqual(expect.objectContaining({ kind: 'ha-rule', id: 'hw-test-7', owner: 'hw-test-7' }));
  });

  it('starts what should run, and ends the task of an order before the state is reached', async () => {
    const pve = await aContainer('9');
    await pve.data('POST', resources, { sid: 'ct:907', state: 'started' });
    await untilState(pve, 'running');
    const overruled = await pve.call('POST', '/nodes/pve1/lxc/907/status/stop', { 'overrule-shutdown': 1 });
    expect(overruled.status).toBe(400);
    const upid = (await pve.data('POST', '/nodes/pve1/lxc/907/status/shutdown')) as string;
    expect(upid).toContain(':hastop:');
    expect(await pve.ended(upid)).toBe('OK');
    await untilState(pve, 'stopped');
    expect(await pve.data('GET', current)).toMatchObject({ ha: { managed: 1, state: 'stopped' } });
  });

  it('brings a container back that was stopped behind its back, and not one that it was told to stop', async () => {
    const pve = await aContainer('9');
    await pve.data('POST', resources, { sid: 'ct:907', state: 'started' });
    await untilState(pve, 'running');
    sandbox.kill(907);
    expect(sandbox.ledger()).toContainEqual(expect.objectContaining({ details: expect.objectContaining({ status: 'stopped' }) }));
    await untilState(pve, 'running');
    expect(sandbox.starts(907)).toBe(2);
    await pve.data('PUT', `${resources}/ct:907`, { state: 'stopped' });
    await untilState(pve, 'stopped');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await untilState(pve, 'stopped');
  });

  it('gives up on one that does not start, until it is disabled', async () => {
    const pve = await aContainer('9');
    sandbox.failStart(907);
    await pve.data('POST', resources, { sid: 'ct:907', state: 'started' });
    const failover = async (): Promise<string> => ((await pve.data('GET', current)) as { ha: { state: string } }).ha.state;
    while ((await failover()) !== 'error') await new Promise((resolve) => setTimeout(resolve, 5));
    sandbox.failStart(907, false);
    await pve.data('PUT', `${resources}/ct:907`, { state: 'started' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([await failover(), ((await pve.data('GET', current)) as { status: string }).status]).toEqual(['error', 'stopped']);
    await pve.data('PUT', `${resources}/ct:907`, { state: 'disabled' });
    while ((await failover()) === 'error') await new Promise((resolve) => setTimeout(resolve, 5));
    await pve.data('PUT', `${resources}/ct:907`, { state: 'started' });
    await untilState(pve, 'running');
  });

  it('leaves power to the cluster where it is told to ignore the container', async () => {
    const pve = await aContainer('9');
    await pve.data('POST', resources, { sid: 'ct:907', state: 'ignored' });
    const upid = (await pve.data('POST', '/nodes/pve1/lxc/907/status/start')) as string;
    expect(upid).toContain(':vzstart:');
    expect(await pve.ended(upid)).toBe('OK');
    await untilState(pve, 'running');
  });

  it('destroys a managed container only with purge, and takes resource and rule along', async () => {
    const pve = await aContainer('9');
    await pve.data('POST', resources, { sid: 'ct:907', state: 'stopped' });
    await pve.data('POST', rules, aRule);
    const refused = await pve.call('DELETE', '/nodes/pve1/lxc/907');
    expect(refused.statusText).toBe('unable to remove CT 907 - used in HA resources and purge parameter not set.');
    expect(await pve.task('DELETE', '/nodes/pve1/lxc/907', { purge: 1 })).toBe('OK');
    expect(sandbox.ledger()).toEqual([]);
  });

  it('keeps the rule when the resource goes without purge', async () => {
    const pve = await aContainer('9');
    await pve.data('POST', resources, { sid: 'ct:907', state: 'stopped' });
    await pve.data('POST', rules, aRule);
    await pve.data('DELETE', `${resources}/ct:907`, { purge: 0 });
    expect(await pve.data('GET', rules)).toHaveLength(1);
    expect(await pve.data('DELETE', `${rules}/hw-test-7`)).toBeNull();
    expect(sandbox.ledger().map(({ kind }) => kind)).toEqual(['container']);
  });
});

describe('failover on 8', () => {
  it('has groups and no rules', async () => {
    const pve = await aContainer('8');
    expect(await pve.data('GET', '/version')).toMatchObject({ release: '8.4' });
    expect((await pve.call('GET', rules)).status).toBe(501);
    expect((await pve.call('POST', resources, { sid: 'ct:907', group: 'hw-test-7' })).status).toBe(500);
    expect(await pve.data('POST', groups, { group: 'hw-test-7', nodes: 'pve1:2,pve2:1', nofailback: 0, restricted: 0 })).toBeNull();
    expect(await pve.data('POST', resources, { sid: 'ct:907', group: 'hw-test-7', state: 'stopped' })).toBeNull();
    expect((await pve.call('DELETE', `${groups}/hw-test-7`)).status).toBe(500);
    expect((await pve.call('POST', resources, { sid: 'ct:907', failback: 1 })).body?.errors).toHaveProperty('failback');
    expect(await pve.task('DELETE', '/nodes/pve1/lxc/907', { purge: 1 })).toBe('OK');
    expect(sandbox.ledger()).toEqual([{ kind: 'ha-group', id: 'hw-test-7', owner: 'hw-test-7', details: { nodes: 'pve1:2,pve2:1' } }]);
    expect(await pve.data('DELETE', `${groups}/hw-test-7`)).toBeNull();
    expect(sandbox.ledger()).toEqual([]);
  });

  it('makes a privileged container when nothing is said, as 9 does not', async () => {
    for (const [version, unprivileged] of [
      ['8', 0],
      ['9', 1],
    ] as const) {
      const started = await startProxmoxSandbox({ speed: 0.0005, version });
      const { unprivileged: _left, ...rest } = aCreation();
      const pve = new PveCaller(started.server);
      await pve.task('POST', lxc, rest);
      expect(await pve.data('GET', '/nodes/pve1/lxc/907/config')).toMatchObject({ unprivileged });
      sandbox = started;
      if (version === '8') await started.stop();
    }
  });
});

it('has groups and not yet rules in the middle of an upgrade', async () => {
  const pve = await aContainer('9-migrating');
  await pve.data('POST', resources, { sid: 'ct:907', state: 'stopped' });
  expect((await pve.call('POST', rules, aRule)).statusText).toBe('cannot create ha rule: ha groups have not been migrated yet');
  expect(await pve.data('POST', groups, { group: 'hw-test-7', nodes: 'pve1' })).toBeNull();
});

it('refuses a version it does not know', async () => {
  sandbox = await startProxmoxSandbox();
  await expect(startProxmoxSandbox({ version: '7' })).rejects.toThrow('version');
});
