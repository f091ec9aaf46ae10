import { describe, expect, it } from '@jest/globals';
import { PanelError, type Log } from '@hostwright/sdk';
import { defaultTaskRunnerSettings, maxTaskAttempts, TaskRunner, type ClaimedTask, type TaskHandler, type TaskStore } from './index.js';

/** One queue in memory, without leases. */
class MemoryTasks {
  readonly done = new Map<string, unknown>();
  readonly failed = new Map<string, string>();
  readonly delays: (number | null)[] = [];
  private waiting: ClaimedTask[];

  constructor(...kinds: string[]) {
    this.waiting = kinds.map((kind, at) => ({ id: String(at + 1), queue: 'emails', kind, payload: {}, attempt: 1 }));
  }
  claim = (_queue: string, limit: number) => Promise.resolve(this.waiting.splice(0, limit));
  renew = () => Promise.resolve();
  finish = (task: ClaimedTask, result: unknown) => Promise.resolve(Boolean(this.done.set(task.id, result)));
  fail = (task: ClaimedTask, error: string, retryInMs: number | null) => {
    this.delays.push(retryInMs);
    if (retryInMs === null) this.failed.set(task.id, error);
    else this.waiting.push({ ...task, attempt: task.attempt + 1 });
    return Promise.resolve(true);
  };
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const settings = { leaseMs: 60_000, concurrency: 2, backoffMs: 1_000, longestBackoffMs: 6_000 };
const handler = (run: TaskHandler['run']): TaskHandler => ({ queue: 'emails', kind: 'mail', run });
const runnerOf = (tasks: MemoryTasks, run: TaskHandler['run'], log = silent) =>
  new TaskRunner(tasks as unknown as TaskStore, [handler(run)], settings, () => 0.5, log);
const unavailable = () => Promise.reject(new PanelError('unavailable', 'the server is away'));

describe('TaskRunner', () => {
  it('waits longer after each attempt up to a limit, and gives up in the end', async () => {
    const tasks = new MemoryTasks('mail');
    expect(await runnerOf(tasks, unavailable).look('emails')).toBe(maxTaskAttempts.emails);
    expect(tasks.failed.get('1')).toBe('unavailable: the server is away');
    expect(tasks.delays.slice(0, 5)).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
    expect(tasks.delays.at(-1)).toBeNull();
  });

  it('outlives a mail server that is away for a night', () => {
    const { backoffMs, longestBackoffMs } = defaultTaskRunnerSettings;
    const waits = Array.from({ length: maxTaskAttempts.emails - 1 }, (_, at) => Math.min(backoffMs * 2 ** at, longestBackoffMs) / 2);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(10 * 3_600_000);
  });

  it('gives up what fails in a way that nobody planned for after three attempts', async () => {
    const tasks = new MemoryTasks('mail');
    expect(await runnerOf(tasks, () => Promise.reject(new Error('odd'))).look('emails')).toBe(3);
  });

  it('goes on with what had waited long for a server, when something else goes wrong once', async () => {
    const tasks = new MemoryTasks('mail');
    const run: TaskHandler['run'] = ({ attempt }) => {
      if (attempt < 6) return unavailable();
      return attempt === 6 ? Promise.reject(new Error('the database was restarted')) : Promise.resolve({ ok: true });
    };
    await runnerOf(tasks, run).look('emails');
    expect(tasks.done.get('1')).toEqual({ ok: true });
  });

  it('does not try again what was refused for good', async () => {
    const tasks = new MemoryTasks('mail');
    expect(await runnerOf(tasks, () => Promise.reject(new PanelError('rejected', 'no such mailbox'))).look('emails')).toBe(1);
    expect(tasks.failed.get('1')).toBe('rejected: no such mailbox');
  });

  it('says which kind it does not know, and goes on with the others', async () => {
    const tasks = new MemoryTasks('pigeon', 'mail');
    await runnerOf(tasks, () => Promise.resolve({ ok: true })).look('emails');
    expect(tasks.failed.get('1')).toMatch(/"pigeon"/);
    expect(tasks.done.get('2')).toEqual({ ok: true });
  });

  it('shows staff nothing of an error nobody planned for; the log has it', async () => {
    const tasks = new MemoryTasks('mail');
    const lines: string[] = [];
    await runnerOf(tasks, () => Promise.reject(new Error('password hunter2')), {
      ...silent,
      error: (message, details) => lines.push(message + JSON.stringify(details)),
    }).look('emails');
    expect(tasks.failed.get('1')).not.toContain('hunter2');
    expect(lines.join()).toContain('hunter2');
  });

  it('does no more at once than it was told to', async () => {
    let now = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return {};
    };
    const runner = runnerOf(new MemoryTasks(...Array.from({ length: 9 }, () => 'mail')), run);
    await Promise.all([runner.look('emails'), runner.look('emails')]);
    expect(most).toBe(2);
  });

  it('waits at its stop for what is under way and takes no more', async () => {
    const tasks = new MemoryTasks('mail', 'mail', 'mail');
    let release = () => undefined as void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const runner = runnerOf(tasks, () => gate.then(() => ({})));
    const looking = runner.look('emails');
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = runner.stop();
    release();
    await Promise.all([stopped, looking]);
    expect(tasks.done.size).toBe(2);
  });
});
