import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PanelError, type Log } from '@hostwright/sdk';
import { LookRunner, type ClaimedLook, type LookHandler, type LookStore } from './index.js';

/** Looks that wait, in memory and without leases. */
class MemoryLooks {
  readonly failed = new Map<string, string>();
  readonly renewed: string[] = [];
  constructor(readonly waiting: ClaimedLook[]) {}
  claim = (limit: number) => Promise.resolve(this.waiting.splice(0, limit));
  fail = ({ id }: ClaimedLook, error: string) => Promise.resolve(void this.failed.set(id, error));
  renew = ({ id }: ClaimedLook) => Promise.resolve(this.renewed.push(id) > 0);
}
const looks = (count: number) =>
  new MemoryLooks(
    Array.from({ length: count }, (_, at) => ({ id: String(at + 1), serverId: '1', kind: 'reconcile' as const, attempt: 1 })),
  );
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const runnerOf = (store: MemoryLooks, run: LookHandler['run'], log = silent) =>
  new LookRunner(
    store as unknown as LookStore,
    [{ kind: 'reconcile', run }],
    { leaseMs: 60_000, concurrency: 2, deadlineMs: 600_000 },
    log,
  );

/** Works until nothing waits and nothing is under way. */
async function workOff(store: MemoryLooks, runner: LookRunner): Promise<void> {
  await Promise.all([runner.look(), runner.look()]);
  while (store.waiting.length > 0) await new Promise((resolve) => setImmediate(resolve));
  await runner.stop();
}

describe('LookRunner', () => {
  it('ends a look that failed with the reason, and goes on with the others', async () => {
    const store = looks(3);
    const done: string[] = [];
    const run = ({ id }: ClaimedLook) =>
      id === '2' ? Promise.reject(new PanelError('unavailable', 'away')) : Promise.resolve(void done.push(id));
    await workOff(store, runnerOf(store, run));
    expect([...store.failed]).toEqual([['2', 'unavailable: away']]);
    expect(done).toEqual(['1', '3']);
  });

  it('shows staff nothing of an error nobody planned for; the log has it', async () => {
    const store = looks(1);
    const lines: string[] = [];
    const log: Log = { ...silent, error: (message, details) => lines.push(message + JSON.stringify(details)) };
    await workOff(
      store,
      runnerOf(store, () => Promise.reject(new Error('password hunter2')), log),
    );
    expect(store.failed.get('1')).not.toContain('hunter2');
    expect(lines.join()).toContain('hunter2');
  });

  it('does no more at once than it was told to', async () => {
    let now = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    const store = looks(9);
    await workOff(store, runnerOf(store, run));
    expect(most).toBe(2);
  });

  describe('with a look that hangs', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('holds it for as long as it may take, then gives it up and takes others', async () => {
      const store = looks(3);
      const done: string[] = [];
      const hang = new Promise<void>(() => undefined);
      await runnerOf(store, ({ id }) => (id === '3' ? Promise.resolve(void done.push(id)) : hang)).look();
      await jest.advanceTimersByTimeAsync(599_000);
      expect(done).toEqual([]);
      expect(store.renewed.filter((id) => id === '1').length).toBeGreaterThan(20);
      await jest.advanceTimersByTimeAsync(2_000);
      expect(store.failed.get('1')).toMatch(/^unknown_outcome: no end after/);
      expect(done).toEqual(['3']);
    });
  });
});
