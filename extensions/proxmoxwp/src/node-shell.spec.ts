import { beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { NodeShell } from './node-shell.js';
import { SiteSetup } from './site-setup.js';
import { aServer } from '../test/settings.js';
import { ScriptedCtx } from '../test/scripted-ctx.js';

const input = {
  domain: 'customer.example.net',
  databasePassword: 'secret4database',
  wordpressUrl: 'https://example.org/w.tar.gz',
  wordpressSha256: 'a'.repeat(64),
};
const withCode = (code: string) => expect.objectContaining({ code });
const stopped = { exitCode: 255, stderr: "container '905' not running!\n" };
const moved = { exitCode: 255, stderr: "Configuration file 'nodes/pve1/lxc/905.conf' does not exist\n" };

let pve: ScriptedCtx;
let shell: NodeShell;
beforeEach(() => {
  pve = new ScriptedCtx();
  shell = new NodeShell(pve.ctx);
});

describe('starting the set-up', () => {
  const start = () => shell.startSetup('pve1', 905, 'setup-hw-test-7', input);

  it.each(['started', 'running', 'done'])('is well when the node says "%s"', async (word) => {
    pve.onSsh({ stdout: `${word}\n` });
    await start();
    expect(pve.ran[0]).toEqual({ target: 'pve1', data: { vmid: 905, claim: 'setup-hw-test-7', ...input } });
  });

  it.each([
    ['the connection is lost', new PanelError('unknown_outcome', 'lost'), 'unknown_outcome'],
    ['the answer is something else', { stdout: 'hello\n' }, 'unknown_outcome'],
    ['an exit code is nobody’s', { exitCode: 9 }, 'unknown_outcome'],
    ['the container is stopped', stopped, 'unavailable'],
    ['the container has moved', moved, 'unavailable'],
    ['the stream was cut', { exitCode: 74 }, 'unavailable'],
    ['a value breaks its rule', { exitCode: 64, stderr: 'hostwright: wordpressUrl is not an http address\n' }, 'invalid_config'],
    ['there is no pct', { exitCode: 127, stderr: 'sh: pct: not found\n' }, 'invalid_config'],
  ])('says who acts next when %s', async (_what, result, code) => {
    pve.onSsh(result);
    const error = (await start().catch((thrown: unknown) => thrown)) as PanelError;
    expect(error).toEqual(withCode(code));
    expect(error.message).not.toContain(input.databasePassword);
  });
});

describe('looking', () => {
  it('is repeated when the answer was lost, for nothing was changed', async () => {
    pve.onSsh(new PanelError('unknown_outcome', 'lost'));
    await expect(shell.setupState('pve1', 905, 'c')).rejects.toThrow(withCode('unavailable'));
  });

  it('reads the phase and the code', async () => {
    pve.onSsh({ stdout: 'failed 75 WordPress files\n' });
    expect(await shell.setupState('pve1', 905, 'c')).toEqual({ state: 'failed', code: 75, phase: 'WordPress files' });
  });

  it('reads why a set-up gave up, unless it is no line that can be shown', async () => {
    pve.onSsh({ stdout: 'failed 1 database\nthe database did not come up\n' }, { stdout: 'failed 1 database\n\u001b[31mred\n' });
    expect(await shell.setupState('pve1', 905, 'c')).toEqual({
      state: 'failed',
      code: 1,
      phase: 'database',
      reason: 'the database did not come up',
    });
    expect(await shell.setupState('pve1', 905, 'c')).toEqual({ state: 'failed', code: 1, phase: 'database' });
  });

  it.each(['', 'failed', 'failed 0 x', 'nonsense'])('does not guess at %j', async (stdout) => {
    pve.onSsh({ stdout });
    await expect(shell.setupState('pve1', 905, 'c')).rejects.toThrow(withCode('unavailable'));
    await expect(shell.siteAnswers('pve1', 905, 'd')).rejects.toThrow(withCode('unavailable'));
  });

  it('takes a container that cannot run a command for one that is not ready', async () => {
    pve.onSsh(stopped);
    expect(await shell.containerReady('pve1', 905)).toBe(false);
  });
});

describe('the set-up of a site', () => {
  let site: SiteSetup;
  beforeEach(() => {
    pve.on('GET /cluster/resources', { data: [{ id: 'lxc/905', vmid: 905, type: 'lxc', node: 'pve2', status: 'running' }] });
    pve.on('GET /nodes/pve2/lxc/905/config', { data: { digest: 'd', tags: 'hw-test-7' } });
    site = new SiteSetup(pve.ctx, aServer());
  });

  it('runs on whichever node has the container now', async () => {
    pve.onSsh({ stdout: 'ready\n' });
    expect((await site.containerReady(905)).state).toBe('done');
    expect(pve.ran[0]?.target).toBe('pve2');
  });

  it('never runs in a container that bears another mark', async () => {
    pve.on('GET /nodes/pve2/lxc/905/config', { data: { digest: 'd', tags: 'hw-test-8' } });
    await expect(site.start(905, input)).rejects.toThrow(withCode('not_owned'));
    expect(pve.ran).toEqual([]);
  });

  it('names the node that is not listed for SSH', async () => {
    site = new SiteSetup(pve.ctx, aServer({ sshNodes: aServer().sshNodes.split('\n')[0] ?? '', haNodes: '' }));
    await expect(site.containerReady(905)).rejects.toThrow(/pve2, which is not listed/);
  });

  it('may be begun anew after it failed, crashed or could not reach a mirror', async () => {
    for (const stdout of ['failed 1 database', 'failed 75 packages', 'crashed packages', 'absent']) {
      const one = new ScriptedCtx().onSsh({ stdout });
      one
        .on('GET /cluster/resources', { data: [{ vmid: 905, type: 'lxc', node: 'pve1' }] })
        .on('GET /nodes/pve1/lxc/905/config', { data: { digest: 'd', tags: 'hw-test-7' } });
      expect((await new SiteSetup(one.ctx, aServer()).find(905)).state).toBe('absent');
    }
  });

  it('has failed for good only when its own work broke, and says where the log is', async () => {
    pve.onSsh({ stdout: 'failed 1 database\n' }, { stdout: 'failed 75 packages\n' }, { stdout: 'crashed packages\n' });
    expect(await site.state(905)).toMatchObject({
      state: 'failed',
      error: { code: 'rejected', message: expect.stringContaining('/var/lib/hostwright/setup-hw-test-7/log') },
    });
    expect(await site.state(905)).toMatchObject({ state: 'failed', error: { code: 'unavailable' } });
    expect(await site.state(905)).toMatchObject({ state: 'failed', error: { code: 'unknown_outcome' } });
  });

  it('tells the reason where it gave up, for its log goes with the container', async () => {
    pve.onSsh({ stdout: 'failed 1 WordPress files\nthe archive holds no WordPress\n' });
    expect(await site.state(905)).toMatchObject({
      error: { message: expect.stringContaining('failed in "WordPress files" (exit code 1): the archive holds no WordPress; its log') },
    });
  });
});
