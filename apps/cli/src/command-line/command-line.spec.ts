import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ConfigError } from '@hostwright/platform/start';
import { commands } from '../commands/index.js';
import { runCommandLine, type Command } from './index.js';

const ran: string[] = [];
const sample: Command = {
  name: 'thing make',
  summary: 'Make a thing',
  options: {
    size: { value: 'n', required: true, summary: 'how big' },
    colour: { value: 'name', summary: 'how red' },
    quick: { summary: 'soon' },
  },
  run: (given) => {
    ran.push([given.text('size'), given.text('colour'), given.has('quick')].join(' '));
    return Promise.resolve(given.text('size') === '7' ? 7 : undefined);
  },
};
const failing = (name: string, error: unknown): Command => ({
  name,
  summary: 'Fails',
  options: {},
  run: () => Promise.reject(error as Error),
});
const all = [
  sample,
  failing('refused', new PanelError('conflict', 'the name is taken')),
  failing('wrong', new ConfigError('PORT', 'must be a whole number')),
  failing('broken', new TypeError('x is not a function')),
];

async function call(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(args, all, { stdout: (text) => (stdout += text), stderr: (text) => (stderr += text) });
  return { code, stdout, stderr };
}

describe('the command line', () => {
  it.each([
    ['an unknown command', ['thong'], 'there is no command "thong"'],
    ['half a command', ['thing'], 'there is: thing make'],
    ['an unknown option', ['thing', 'make', '--size', '1', '--speed'], "'--speed'"],
    ['a missing option', ['thing', 'make'], '--size <n> is missing'],
    ['an option without its value', ['thing', 'make', '--size'], '--size'],
    ['a switch with a value', ['thing', 'make', '--size', '1', '--quick=yes'], '--quick'],
    ['a stray word', ['thing', 'make', 'it', '--size', '1'], 'unexpected "it"'],
    ['a stray word after the options', ['thing', 'make', '--size', '1', 'it'], 'it'],
    ['an unknown option and no command', ['--quick'], 'unknown option --quick'],
  ])('refuses %s with exit code 2, says why, and does nothing', async (_, args, reason) => {
    ran.length = 0;
    const { code, stderr } = await call(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(ran).toEqual([]);
  });

  it('runs a command with its options and answers its exit code', async () => {
    ran.length = 0;
    expect(await call('thing', 'make', '--size=7', '--quick')).toEqual({ code: 7, stdout: '', stderr: '' });
    expect((await call('thing', 'make', '--size', '1', '--colour', 'red')).code).toBe(0);
    expect(ran).toEqual(['7  true', '1 red false']);
  });

  it('says in one line what somebody can do something about', async () => {
    expect(await call('refused')).toEqual({ code: 1, stdout: '', stderr: 'hostwright: the name is taken\n' });
    expect(await call('wrong')).toEqual({ code: 78, stdout: '', stderr: 'hostwright: PORT must be a whole number\n' });
  });

  it('shows where a bug comes from', async () => {
    const { code, stderr } = await call('broken');
    expect(code).toBe(1);
    expect(stderr).toMatch(/x is not a function\n\s+at /);
  });

  it('has help for itself and for every command', async () => {
    for (const args of [[], ['--help'], ['help']]) expect((await call(...args)).stdout).toContain('thing make');
    for (const args of [
      ['thing', 'make', '--help'],
      ['help', 'thing', 'make'],
      ['thing', 'make', '--size', '1', '-h'],
    ]) {
      expect(await call(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('--colour <name>') });
    }
  });

  it('tells its version', async () => {
    expect((await call('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('describes every real command', async () => {
    for (const { name } of commands) {
      let help = '';
      await runCommandLine([...name.split(' '), '--help'], commands, { stdout: (text) => (help += text), stderr: () => undefined });
      expect(help).toContain(`Usage: hostwright ${name}`);
    }
  });
});
