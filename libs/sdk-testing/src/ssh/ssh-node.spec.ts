import { afterEach, describe, expect, it } from '@jest/globals';
import type { SshResult } from '@hostwright/sdk';
import { sandboxParts, type SandboxParts } from '../sandbox-parts.js';
import { runScript } from './run-script.js';
import { makeSshKey, type SshKey } from './ssh-key.js';
import { startSshNode, type SshNode } from './ssh-node.js';

const script = 'set -eu\nread -r line\n';
const clientKey = makeSshKey();
let node: SshNode | undefined;
afterEach(async () => node?.stop());

interface Started {
  readonly node: SshNode;
  readonly parts: SandboxParts;
  readonly applied: Readonly<Record<string, string>>[];
}

async function aNode(): Promise<Started> {
  const parts = sandboxParts({ speed: 0 });
  const applied: Readonly<Record<string, string>>[] = [];
  const run = (values: Readonly<Record<string, string>>): { exitCode: number; stdout: string } => {
    applied.push(values);
    return { exitCode: 0, stdout: 'started\n' };
  };
  node = await startSshNode({ parts, user: 'root', clientKey: clientKey.parsed, commands: [{ name: 'begin', script, run }] });
  return { node, parts, applied };
}

function run(
  to: SshNode,
  command: string,
  values: Record<string, string> = {},
  key: SshKey = clientKey,
  username = 'root',
): Promise<SshResult> {
  return runScript({ host: to.host, port: to.port, username, privateKey: key.privateKey, hostKey: to.hostKey }, command, values);
}

describe('a node over SSH', () => {
  it('runs a shipped script with the values of its standard input', async () => {
    const { node, parts, applied } = await aNode();
    expect(await run(node, script, { claim: 'hw-test-7', domain: 'a.example.net' })).toEqual({
      exitCode: 0,
      stdout: 'started\n',
      stderr: '',
    });
    expect(applied).toEqual([{ claim: 'hw-test-7', domain: 'a.example.net' }]);
    expect(parts.calls.list()).toEqual([expect.objectContaining({ method: 'SSH', path: 'begin', status: 0 })]);
    expect(JSON.stringify(parts.calls.list())).not.toContain('example.net');
  });

  it('refuses every other command, if only a space differs, and records it', async () => {
    const { node, parts, applied } = await aNode();
    expect((await run(node, `${script} `)).exitCode).toBe(126);
    expect(parts.violations).toHaveLength(1);
    expect(applied).toEqual([]);
  });

  it('lets nobody in with another key or another name', async () => {
    const { node } = await aNode();
    await expect(run(node, script, {}, makeSshKey())).rejects.toThrow('authentication');
    await expect(run(node, script, {}, clientKey, 'admin')).rejects.toThrow('authentication');
    await expect(run({ ...node, hostKey: makeSshKey().fingerprint }, script)).rejects.toThrow('verification');
  });

  it.each([
    ['lost_reply', 'lost', 1],
    ['ghost_success', 1, 1],
    ['error_after', 1, 1],
    ['error_before', 1, 0],
    ['refuse', 'lost', 0],
    ['malformed', 0, 1],
    ['wrong_shape', 0, 1],
  ] as const)('shows the fault %s', async (kind, code, times) => {
    const { node, parts, applied } = await aNode();
    parts.faults.add({ kind, method: 'SSH', path: 'begin' });
    const seen = await run(node, script).catch(() => ({ exitCode: 'lost', stdout: '' }));
    expect(seen.exitCode).toBe(code);
    expect(seen.stdout).not.toBe('started\n');
    expect(applied).toHaveLength(times);
  });

  it('shows a fault with a mark when the script is given those values only', async () => {
    const { node, parts } = await aNode();
    parts.faults.add({ kind: 'error_before', method: 'SSH', mark: '^vmid 7\nclaim a$' });
    expect((await run(node, script, { vmid: '7', claim: 'ab' })).exitCode).toBe(0);
    expect((await run(node, script, { vmid: '7', claim: 'a' })).exitCode).toBe(1);
  });

  it('applies late what it answered as an error', async () => {
    const { node, parts, applied } = await aNode();
    parts.faults.add({ kind: 'late_success', method: 'SSH', delayMs: 30 });
    expect((await run(node, script)).exitCode).toBe(1);
    while (applied.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('refuses the connection itself when told to, and hangs until it is stopped', async () => {
    const { node, parts, applied } = await aNode();
    parts.faults.add({ kind: 'refuse', method: 'SSH', path: '^connect$' });
    await expect(run(node, script)).rejects.toThrow();
    parts.faults.add({ kind: 'hang', method: 'SSH', path: 'begin' });
    const hanging = expect(run(node, script)).rejects.toThrow('without an exit code');
    while (parts.calls.list().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await node.stop();
    await hanging;
    expect(applied).toEqual([]);
  });
});
