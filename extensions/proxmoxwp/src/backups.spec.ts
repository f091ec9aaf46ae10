import { describe, expect, it } from '@jest/globals';
import { backupsOf, nextBackup } from './backups.js';

const at = '2026-02-01T23:59:59.000Z';
const some = (...names: readonly string[]) => backupsOf(names.map((name, index) => ({ name, time: 1_700_000_000 + index })));

describe('the backups of a site', () => {
  it('are the snapshots named as backups, the newest first, incomplete ones included', () => {
    const snapshots = [
      { name: 'initial', time: 1 },
      { name: 'BAK01022026-1', time: 100 },
      { name: 'BAK01022026-10', time: 300 },
      { name: 'BAK01022026-9', time: 300 },
      { name: 'BAK31012026-1', time: 50, state: 'delete' },
      { name: 'before-upgrade', time: 400 },
      { name: 'BAK1-1' },
    ];
    expect(backupsOf(snapshots).map(({ name, complete }) => [name, complete])).toEqual([
      ['BAK01022026-10', true],
      ['BAK01022026-9', true],
      ['BAK01022026-1', true],
      ['BAK31012026-1', false],
    ]);
    expect(backupsOf(snapshots)[2]?.createdAt).toBe('1970-01-01T00:01:40.000Z');
  });

  it('get the next number of the day, whatever other days had', () => {
    expect(nextBackup([], 'basic', at)).toBe('BAK01022026-1');
    expect(nextBackup(some('BAK31012026-7'), 'basic', at)).toBe('BAK01022026-1');
    expect(nextBackup(some('BAK01022026-9', 'BAK01022026-10'), 'standard', at)).toBe('BAK01022026-11');
  });

  it('are never called as one that was deleted', () => {
    expect(nextBackup([], 'basic', at, 'BAK01022026-1')).toBe('BAK01022026-2');
    expect(nextBackup(some('BAK01022026-1'), 'basic', at, 'BAK01022026-3')).toBe('BAK01022026-4');
    expect(nextBackup(some('BAK01022026-5'), 'basic', at, 'BAK01022026-3')).toBe('BAK01022026-6');
    expect(nextBackup([], 'basic', at, 'BAK31012026-7')).toBe('BAK01022026-1');
  });

  it('are as many as the plan allows', () => {
    expect(() => nextBackup(some('BAK01022026-1', 'BAK31012026-1'), 'basic', at)).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('all 2 backups') }),
    );
    expect(nextBackup(some('BAK01022026-1', 'BAK31012026-1'), 'standard', at)).toBe('BAK01022026-2');
  });
});
