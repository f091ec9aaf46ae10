import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failover } from './failover.js';
import { aServer } from '../test/settings.js';
import { ScriptedCtx } from '../test/scripted-ctx.js';

const vmid = 905;
const resource = 'GET /cluster/ha/resources/ct:905';
const rule = 'GET /cluster/ha/rules/rule-905';
const group = 'GET /cluster/ha/groups/rule-905';
const none = { data: null };
const noResource = { status: 500, text: "no such resource 'ct:905'" };
const noRule = { status: 500, text: "no such ha rule 'rule-905'" };
const noGroup = { status: 500, text: "no such ha group 'rule-905'" };
const withCode = (code: string) => expect.objectContaining({ code });
const version = (number: string) => ({ data: { version: number, release: number.slice(0, 3), repoid: 'r' } });

let pve: ScriptedCtx;
let failover: Failover;
beforeEach(() => {
  pve = new ScriptedCtx().on('GET /version', version('9.1.2'));
  failover = new Failover(pve.ctx, aServer());
});

describe('the failover resource', () => {
  it('is registered with the restarts and moves of the platform, under our mark', async () => {
    pve.on('POST /cluster/ha/resources', none);
    await failover.register(vmid);
    expect(pve.made.at(-1)?.parameters).toEqual({
      sid: 'ct:905',
      state: 'started',
      max_restart: '3',
      max_relocate: '2',
      comment: 'hw-test-7',
    });
  });

  it('is looked for when it is there already, and adopted only when it is ours', async () => {
    pve.on('POST /cluster/ha/resources', { status: 500, text: "resource ID 'ct:905' already defined" });
    await expect(failover.register(vmid)).rejects.toThrow(withCode('unknown_outcome'));
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7\n', digest: 'd' } });
    expect(await failover.findResource(vmid)).toMatchObject({ state: 'done' });
    pve.on(resource, { data: { sid: 'ct:905', digest: 'd' } });
    await expect(failover.findResource(vmid)).rejects.toThrow(withCode('not_owned'));
    await expect(failover.unregister(vmid)).rejects.toThrow(withCode('not_owned'));
    expect(pve.calls()).not.toContain('DELETE /cluster/ha/resources/ct:905');
  });

  it.each([
    ['started', 'running'],
    ['stopped', 'stopped'],
    ['disabled', 'stopped'],
    ['ignored', 'running'],
  ])('in the state %s is meant to be %s', async (state, wanted) => {
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7', state } });
    expect(await failover.wanted(vmid)).toBe(wanted);
  });

  it('is told what to be, unless it is gone or has another mark', async () => {
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7', state: 'started' } }).on('PUT /cluster/ha/resources/ct:905', none);
    expect(await failover.order(vmid, 'stopped')).toBe(true);
    expect(pve.made.at(-1)).toEqual({ call: 'PUT /cluster/ha/resources/ct:905', parameters: { state: 'stopped' } });
    pve.on('PUT /cluster/ha/resources/ct:905', noResource);
    expect(await failover.order(vmid, 'stopped')).toBe(false);
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-77', state: 'started' } });
    const calls = pve.calls().length;
    await expect(failover.order(vmid, 'stopped')).rejects.toThrow(withCode('not_owned'));
    expect(pve.calls().slice(calls)).toEqual([resource]);
    pve.on(resource, noResource);
    expect(await failover.order(vmid, 'stopped')).toBe(false);
  });

  it('that is gone is removed already', async () => {
    pve.on(resource, noResource);
    await failover.unregister(vmid);
    expect(pve.calls()).toEqual([resource]);
  });
});

describe('the nodes it may run on', () => {
  it('are a rule on Proxmox 9', async () => {
    pve.on(rule, noRule).on('POST /cluster/ha/rules', none);
    expect(await failover.findPlacement(vmid)).toEqual({ state: 'absent' });
    await failover.place(vmid, ['pve1', 'pve2']);
    expect(pve.made.at(-1)?.parameters).toEqual({
      rule: 'rule-905',
      type: 'node-affinity',
      resources: 'ct:905',
      nodes: 'pve1,pve2',
      strict: '1',
      comment: 'hw-test-7',
    });
  });

  it('are a group that the resource names on Proxmox 8, also when only the group was made before a crash', async () => {
    pve.on('GET /version', version('8.4.1')).on(group, { data: { group: 'rule-905', nodes: 'pve1,pve2', comment: 'hw-test-7' } });
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7' } }).on('PUT /cluster/ha/resources/ct:905', none);
    expect(await failover.findPlacement(vmid)).toEqual({ state: 'absent' });
    await failover.place(vmid, ['pve1', 'pve2']);
    expect(pve.made.at(-1)).toEqual({ call: 'PUT /cluster/ha/resources/ct:905', parameters: { group: 'rule-905' } });
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7', group: 'rule-905' } });
    expect((await failover.findPlacement(vmid)).state).toBe('done');
  });

  it('follow what the cluster does, not what its version says', async () => {
    pve
      .on(rule, { status: 500, text: 'cannot read ha rule: ha groups have not been migrated yet' })
      .on(group, noGroup)
      .on('POST /cluster/ha/groups', none)
      .on('PUT /cluster/ha/resources/ct:905', none);
    await failover.place(vmid, ['pve1', 'pve2']);
    expect(pve.calls()).toContain('POST /cluster/ha/groups');
  });

  it('are released from the resource first on Proxmox 8, and once only', async () => {
    pve.on('GET /version', version('8.4.1')).on(group, { data: { group: 'rule-905', nodes: 'pve1', comment: 'hw-test-7' } }, noGroup);
    pve.on(resource, { data: { sid: 'ct:905', comment: 'hw-test-7', group: 'rule-905' } });
    pve.on('PUT /cluster/ha/resources/ct:905', none).on('DELETE /cluster/ha/groups/rule-905', none);
    await failover.unplace(vmid);
    await failover.unplace(vmid);
    expect(pve.calls().filter((call) => !call.startsWith('GET'))).toEqual([
      'PUT /cluster/ha/resources/ct:905',
      'DELETE /cluster/ha/groups/rule-905',
    ]);
  });

  it("stay when they are somebody else's", async () => {
    pve.on(rule, { data: { rule: 'rule-905', type: 'node-affinity', comment: 'by hand' } });
    await expect(failover.unplace(vmid)).rejects.toThrow(withCode('not_owned'));
    expect(pve.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
  });
});
