import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as scripts from './index.js';
import { setup } from './setup.js';

const values = {
  vmid: 905,
  claim: 'setup-hw-test-7',
  domain: 'customer.example.net',
  databasePassword: 'Zq8correctHorse4Battery7Staple12',
  wordpressUrl: 'https://example.org/wordpress.tar.gz',
  wordpressSha256: 'a'.repeat(64),
};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A node: `pct` on the path that notes its arguments and runs the command of `pct exec` here, with the container's
 * `/var/lib/hostwright` in a folder of the test and the set-up's own work replaced by what the test wants.
 */
class FakeNode {
  readonly folder = mkdtempSync(join(tmpdir(), 'node-'));
  private readonly calls = join(this.folder, 'calls');

  constructor() {
    mkdirSync(join(this.folder, 'bin'));
    this.work('exit 0');
    const pct = join(this.folder, 'bin', 'pct');
    writeFileSync(
      pct,
      `#!/bin/bash
printf '%s\\0' "$@" >>'${this.calls}'
{ env; cat /proc/$$/environ; } >>'${this.folder}/environment'
if test -e '${this.folder}/stopped'; then printf "container '%s' not running!\\n" "$2" >&2; exit 255; fi
shift 3
if test -e '${this.folder}/cut'; then exec < <(head -c "$(cat '${this.folder}/cut')"); fi
words=()
for word in "$@"; do words+=("$(printf %s "$word" | sed "s|/var/lib/hostwright|${this.folder}/lib|g; s|/bin/bash \\"\\$1/setup\\"|/bin/bash '${this.folder}/work'|")"); done
exec "\${words[@]}"
`,
    );
    chmodSync(pct, 0o755);
  }

  /** What the set-up does here. Its argument is the folder of the claim. */
  work(script: string): void {
    writeFileSync(join(this.folder, 'work'), `${script}\n`);
  }

  run(script: string, data: Readonly<Record<string, string | number>>, end = '\n'): Promise<Ended> {
    const lines = Object.entries(data).map(([name, value]) => `${name} ${Buffer.from(String(value)).toString('base64')}\n`);
    const child = spawn('/bin/sh', ['-c', script], { env: { PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin` } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(lines.join('') + end);
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  }

  /** Asks until the set-up is no longer at work. */
  async settled(): Promise<string> {
    for (;;) {
      const { stdout } = await this.run(scripts.setupState, { vmid: values.vmid, claim: values.claim });
      if (!stdout.startsWith('running')) return stdout.trim();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  file(name: string): string {
    return join(this.folder, 'lib', values.claim, name);
  }

  /** From now on only so many bytes get from the node into the container. */
  cutAfter(bytes: number): void {
    writeFileSync(join(this.folder, 'cut'), String(bytes));
  }

  stopContainer(): void {
    writeFileSync(join(this.folder, 'stopped'), '');
  }

  get arguments(): string {
    return existsSync(this.calls) ? readFileSync(this.calls, 'utf8') : '';
  }

  get environment(): string {
    return readFileSync(join(this.folder, 'environment'), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let node: FakeNode;
beforeEach(() => {
  node = new FakeNode();
});
afterEach(() => node.remove());

describe('a value that could do harm on the node', () => {
  const bad: readonly (readonly [keyof typeof values, string])[] = [
    ['vmid', '905; reboot'],
    ['vmid', '0905'],
    ['vmid', '-1'],
    ['vmid', ''],
    ['claim', '../../etc'],
    ['claim', '--help'],
    ['claim', 'a b'],
    ['domain', "x';id;'.example.net"],
    ['domain', '-H'],
    ['domain', 'example..net'],
    ['domain', 'example.net\nx'],
    ['databasePassword', "a'b"],
    ['databasePassword', 'a\nb'],
    ['wordpressUrl', 'file:///etc/shadow'],
    ['wordpressUrl', 'https://example.org/$(id)'],
    ['wordpressUrl', 'https://example.org/a b'],
    ['wordpressSha256', 'a'.repeat(63)],
    ['wordpressSha256', 'A'.repeat(64)],
  ];

  it.each(bad)('is refused before anything runs: %s = %j', async (name, value) => {
    const ended = await node.run(scripts.startSetup, { ...values, [name]: value });
    expect(ended.code).toBe(64);
    expect(ended.stderr).toContain(name);
    expect(node.arguments).toBe('');
  });

  it('is refused when it is unknown, missing, not base64, or cut short', async () => {
    expect((await node.run(scripts.containerReady, { vmid: 905, extra: 'x' })).code).toBe(64);
    expect((await node.run(scripts.containerReady, {})).code).toBe(64);
    expect((await node.run(scripts.containerReady, { vmid: 905 }, '')).code).toBe(64);
    expect((await node.run(scripts.containerReady, {}, 'vmid %%%\n\n')).code).toBe(64);
    expect(node.arguments).toBe('');
  });
});

describe('the set-up inside the container', () => {
  const state = () => node.run(scripts.setupState, { vmid: values.vmid, claim: values.claim });

  it('is absent before it was begun', async () => {
    expect((await state()).stdout).toBe('absent\n');
  });

  it('is found by whoever begins it a second time, while it works and after it', async () => {
    node.work(`echo begun >>'${node.folder}/begun'; until test -e '${node.folder}/go'; do sleep 0.05; done`);
    expect((await node.run(scripts.startSetup, values)).stdout).toBe('started\n');
    expect((await node.run(scripts.startSetup, values)).stdout).toBe('running\n');
    expect((await state()).stdout).toBe('running prepare\n');
    writeFileSync(join(node.folder, 'go'), '');
    expect(await node.settled()).toBe('done');
    expect((await node.run(scripts.startSetup, values)).stdout).toBe('done\n');
    expect(readFileSync(join(node.folder, 'begun'), 'utf8')).toBe('begun\n');
  });

  it('is begun once when several begin it at the same moment', async () => {
    node.work(`echo begun >>'${node.folder}/begun'; until test -e '${node.folder}/go'; do sleep 0.05; done`);
    const answers = await Promise.all([1, 2, 3, 4].map(() => node.run(scripts.startSetup, values)));
    writeFileSync(join(node.folder, 'go'), '');
    expect(answers.map((answer) => answer.stdout).sort()).toEqual(['running\n', 'running\n', 'running\n', 'started\n']);
    expect(await node.settled()).toBe('done');
    expect(readFileSync(join(node.folder, 'begun'), 'utf8')).toBe('begun\n');
  });

  it('tells with which code and where it failed, and can be begun anew', async () => {
    node.work(`printf 'packages\\n' >"$1/phase"; exit 75`);
    await node.run(scripts.startSetup, values);
    expect(await node.settled()).toBe('failed 75 packages');
    node.work('exit 0');
    expect((await node.run(scripts.startSetup, values)).stdout).toBe('started\n');
    expect(await node.settled()).toBe('done');
  });

  it('tells why it gave up, and no longer once it is begun anew', async () => {
    node.work(`printf 'database\\n' >"$1/phase"; printf 'it did not come up\\n' >"$1/reason"; exit 1`);
    await node.run(scripts.startSetup, values);
    expect(await node.settled()).toBe('failed 1 database\nit did not come up');
    node.work('exit 2');
    await node.run(scripts.startSetup, values);
    expect(await node.settled()).toBe('failed 2 prepare');
  });

  it('is told apart when it was killed, and can be begun anew', async () => {
    node.work(`printf '%s' "$PPID" >'${node.folder}/runner'; printf 'database\\n' >"$1/phase"; kill -9 "$PPID"; exit 1`);
    await node.run(scripts.startSetup, values);
    expect(await node.settled()).toBe('crashed database');
    node.work('exit 0');
    expect((await node.run(scripts.startSetup, values)).stdout).toBe('started\n');
    expect(await node.settled()).toBe('done');
  });

  it('shows the password to no argument list and no environment, and forgets its file', async () => {
    node.work(
      `cat "$1/data" >'${node.folder}/given'; stat -c %a "$1/data" >'${node.folder}/mode'; tr '\\0' ' ' </proc/$PPID/cmdline >'${node.folder}/runner'`,
    );
    await node.run(scripts.startSetup, values);
    expect(await node.settled()).toBe('done');
    const encoded = Buffer.from(values.databasePassword).toString('base64');
    expect(readFileSync(join(node.folder, 'given'), 'utf8')).toContain(`databasePassword ${encoded}\n`);
    expect(readFileSync(join(node.folder, 'mode'), 'utf8').trim()).toBe('600');
    expect(existsSync(node.file('data'))).toBe(false);
    for (const seen of [node.arguments, node.environment, readFileSync(join(node.folder, 'runner'), 'utf8')]) {
      expect(seen).not.toContain(values.databasePassword);
      expect(seen).not.toContain(encoded);
    }
  });

  it('arrives whole: what is begun is the shipped set-up, byte for byte, for root alone', async () => {
    await node.run(scripts.startSetup, values);
    await node.settled();
    expect(readFileSync(node.file('setup'), 'utf8')).toBe(setup);
    expect(statSync(node.file('setup')).mode & 0o077).toBe(0);
  });

  it.each([0, 60, 400, 4000])('is not begun when only %i bytes of it arrive, and leaves no password behind', async (bytes) => {
    node.cutAfter(bytes);
    node.work(`echo begun >'${node.folder}/begun'`);
    expect((await node.run(scripts.startSetup, values)).code).toBe(74);
    expect(existsSync(node.file('data'))).toBe(false);
    expect(await node.settled()).toMatch(/^crashed/);
    expect(existsSync(join(node.folder, 'begun'))).toBe(false);
  });

  it('is not begun in a container that is stopped, and the exit code says so', async () => {
    node.stopContainer();
    const ended = await node.run(scripts.startSetup, values);
    expect(ended.code).toBe(255);
    expect(ended.stderr).toContain('not running');
  });
});

describe('the other looks', () => {
  it('says ready only when a command can run', async () => {
    expect(await node.run(scripts.containerReady, { vmid: 905 })).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(node.arguments.split('\0')).toEqual(['exec', '905', '--', '/bin/echo', 'ready', '']);
    node.stopContainer();
    expect(await node.run(scripts.containerReady, { vmid: 905 })).toMatchObject({ code: 255, stdout: '' });
  });

  it('says that a node without pct is no node', async () => {
    expect(await node.run(scripts.nodeReachable, {})).toMatchObject({ code: 0, stdout: 'reachable\n' });
    rmSync(join(node.folder, 'bin', 'pct'));
    expect(await node.run(scripts.nodeReachable, {})).toMatchObject({ code: 69, stdout: '' });
  });

  it('does not take a container without WordPress for a site', async () => {
    expect(await node.run(scripts.siteAnswers, { vmid: 905, domain: values.domain })).toMatchObject({ code: 0, stdout: 'unconfigured\n' });
  });
});

describe('every script', () => {
  it.each(Object.entries(scripts))('%s is valid for sh and bash', (_name, script) => {
    for (const shell of ['/bin/sh', '/bin/bash']) {
      expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('holds a set-up that is valid bash and a runner that is valid sh', () => {
    expect(spawnSync('/bin/bash', ['-n'], { input: setup, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const runner = /<<'HOSTWRIGHT_START'\n([\s\S]*?)HOSTWRIGHT_START\n/.exec(scripts.startSetup)?.[1];
    expect(spawnSync('/bin/sh', ['-n'], { input: runner, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('fits one argument of one command, which is how SSH hands it over', () => {
    for (const script of Object.values(scripts)) expect(Buffer.byteLength(script)).toBeLessThan(100_000);
  });
});
