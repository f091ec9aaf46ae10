import { describe, expect, it } from '@jest/globals';
import { refusalOf, taskEnd, type FailedReply } from './refusals.js';

const reply = (status: number, statusText: string, body: unknown = { data: null }, method: 'GET' | 'POST' = 'POST'): FailedReply => ({
  call: `${method} /nodes/pve1/lxc`,
  reads: method === 'GET',
  status,
  statusText,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a refusal of Proxmox', () => {
  it('means the same in the status line of an older server, in the message of a newer one, and behind a proxy that drops the line', () => {
    const text = "CT 101 already exists on node 'pve2'";
    for (const one of [
      reply(500, text),
      reply(500, text, { data: null, message: `${text}\n` }),
      reply(500, '', { data: null, message: `${text}\n` }),
    ]) {
      expect(refusalOf(one)).toMatchObject({ condition: 'exists', error: { code: 'unknown_outcome' } });
    }
  });

  it('of a token is for the admin, with the reason', () => {
    expect(refusalOf(reply(401, 'invalid token value!', 'null')).error).toMatchObject({
      code: 'invalid_config',
      message: 'Proxmox refused the API token: invalid token value!',
    });
    expect(refusalOf(reply(401, "no such token 'panel' for user 'u@pve'", '')).error.code).toBe('invalid_config');
    expect(refusalOf(reply(403, 'Permission check failed (/vms/101, VM.Allocate)')).error).toMatchObject({
      code: 'invalid_config',
      message: 'the API token may not do this: Permission check failed (/vms/101, VM.Allocate)',
    });
  });

  it('of a parameter names the parameter', () => {
    const { error } = refusalOf(
      reply(400, 'Parameter verification failed.', { errors: { memory: 'value must have a minimum value of 16' }, data: null }),
    );
    expect(error.code).toBe('invalid_config');
    expect(error.message).toContain('memory: value must have a minimum value of 16');
  });

  it.each([
    [reply(400, 'Parameter verification failed.', { errors: { upid: 'no such task' }, data: null }, 'GET'), 'no_such_task', 'not_found'],
    [reply(500, "Configuration file 'nodes/pve1/lxc/105.conf' does not exist", { data: null }, 'GET'), 'missing', 'unavailable'],
    [reply(500, 'CT is locked (backup)'), 'locked', 'unavailable'],
    [
      reply(500, "unable to create CT 1000 - can't lock file '/run/lock/lxc/pve-config-1000.lock' - got timeout"),
      'busy_creating',
      'unknown_outcome',
    ],
    [reply(500, 'CT 101 not running'), 'not_running', 'rejected'],
    [reply(500, "resource ID 'ct:101' already defined"), 'ha_defined', 'unknown_outcome'],
    [reply(500, "no such resource 'ct:101'"), 'ha_missing', 'not_found'],
    [reply(500, "HA rule 'rule-101' already defined"), 'placement_defined', 'unknown_outcome'],
    [reply(500, "no such ha rule 'rule-101'", { data: null }, 'GET'), 'placement_missing', 'not_found'],
    [reply(500, 'cannot create group: ha groups have been migrated to rules'), 'groups_are_rules', 'rejected'],
    [reply(500, "invalid parameter 'group': ha groups have been migrated to rules"), 'groups_are_rules', 'rejected'],
    [reply(500, 'cannot create ha rule: ha groups have not been migrated yet'), 'rules_are_groups', 'rejected'],
    [reply(500, "can't remove CT 101 - protection mode enabled"), 'protected', 'rejected'],
    [reply(500, 'unable to shrink disk size'), 'disk_larger', 'rejected'],
    [reply(500, 'disk is already at specified size'), 'disk_same', 'rejected'],
    [reply(500, 'detected modified configuration - file changed by other user? Try again.'), 'modified', 'unavailable'],
    [
      reply(400, 'Parameter verification failed.', { errors: { memory: 'unable to hotplug memory: Device or resource busy' }, data: null }),
      'not_hot',
      'rejected',
    ],
  ])('is known by its text: %#', (given, condition, code) => {
    expect(refusalOf(given)).toMatchObject({ condition, error: { code } });
  });

  it.each([
    [reply(500, 'cluster not ready - no quorum?'), 'unavailable'],
    [reply(500, 'got lock request timeout'), 'unavailable'],
    [reply(500, "storage 'drbd' does not exist"), 'invalid_config'],
    [reply(501, "Method 'POST /nodes/pve1/nonsense' not implemented"), 'unsupported'],
    [reply(302, 'Found', ''), 'invalid_config'],
    [reply(429, 'Too Many Requests', ''), 'unavailable'],
    [reply(595, 'Connection refused'), 'unavailable'],
  ])('says who acts next: %#', (given, code) => {
    expect(refusalOf(given).error.code).toBe(code);
  });

  it.each([
    [500, 'something nobody wrote down'],
    [500, 'Internal Server Error'],
    [502, 'Bad Gateway'],
    [504, ''],
    [596, ''],
    [599, 'Too many redirections'],
  ])('that says nothing leaves a change unknown and a reading to be repeated: %i %s', (status, text) => {
    expect(refusalOf(reply(status, text, '<html>')).error.code).toBe('unknown_outcome');
    expect(refusalOf(reply(status, text, '<html>', 'GET')).error.code).toBe('unavailable');
  });

  it('is never believed to be a condition when a gateway speaks', () => {
    expect(refusalOf(reply(502, 'CT 101 not running')).error.code).toBe('unknown_outcome');
  });

  it('passes on how long to wait', () => {
    expect(refusalOf({ ...reply(429, 'Too Many Requests'), retryAfter: '7' }).error.retryAfterMs).toBe(7000);
  });
});

describe('the end of a task', () => {
  it.each(['OK', 'WARNINGS: 1', 'WARNINGS: 12'])('%s is success', (status) => {
    expect(taskEnd('task', status)).toBe('ok');
  });

  it('nobody saw is not known', () => {
    expect(taskEnd('task', 'unexpected status')).toBe('unknown');
  });

  it.each([
    ['WARNINGS: 0', 'rejected'],
    ['CT is locked (backup)', 'unavailable'],
    ["volume 'local:vztmpl/none.tar.zst' does not exist", 'invalid_config'],
    ['command failed: exit code 5', 'rejected'],
    ["snapshot 'BAK01022026-1' does not exist", 'not_found'],
    ["can't rollback, 'initial' is not most recent snapshot on 'zfs:subvol-905-disk-0'", 'rejected'],
  ])('%s is a failure', (status, code) => {
    expect(taskEnd('task', status)).toMatchObject({ error: { code } });
  });

  it.each(['CT is locked (backup)', 'CT is locked (migrate)', 'cluster not ready - no quorum?'])('%s says when to try again', (status) => {
    expect(taskEnd('task', status)).toMatchObject({ error: { code: 'unavailable', retryAfterMs: 5000 } });
  });
});
