import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

/** Of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface ChildProgram {
  readonly pid: number;
  stop(): Promise<void>;
}

const patienceMs = 30_000;

/** Starts a built program as a process of its own; answered once it says that it is ready. What it prints besides is errors. */
export async function startProgram(
  path: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<ChildProgram> {
  const child = fork(path, [...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    execArgv: process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${path} was not ready after ${patienceMs / 1000} s`)), patienceMs);
    child.once('message', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code}`)));
  });
  return {
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** An application of the panel, as it is in production, on a database of the bench. */
export function startApp(
  app: 'api' | 'worker',
  connectionString: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProgram> {
  return startProgram(`${root}apps/${app}/dist/main.js`, {
    NODE_ENV: 'production',
    DATABASE_URL: connectionString,
    SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'error',
    ...env,
  });
}
