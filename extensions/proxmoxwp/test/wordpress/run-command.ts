import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface CommandOptions {
  readonly input?: string;
  /** Seconds after which it is killed. Default 60. */
  readonly seconds?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Hears its standard output as it comes; without it the whole is answered. */
  readonly output?: (stream: Readable) => void;
}

export interface Ended {
  /** 128 and the number of the signal when it was killed, as a shell has it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. It dies with this process. Throws when there is no such program. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const child = spawnWithUs(command, args, options.env);
  const timer = setTimeout(() => child.kill('SIGKILL'), (options.seconds ?? 60) * 1_000);
  let stdout = '';
  let stderr = '';
  if (options.output) options.output(child.stdout!);
  else child.stdout!.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (stderr += part.toString()));
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 137, stdout, stderr });
    });
  });
}

/** As `run`, for what must succeed. Answers its standard output without the last line's end. */
export async function must(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout.replace(/\n$/, '');
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${command} ${args.join(' ').split('\n', 1)[0]}\nended with ${code}: ${said}`);
}

/** Debian's programs for administration are not on everybody's path. */
export const searchPath = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

/** Starts a program that the kernel kills when this process ends, however it ends. */
export function spawnWithUs(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PATH: searchPath, ...env },
  });
}
