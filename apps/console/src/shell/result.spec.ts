import { describe, expect, it } from '@jest/globals';
import { fieldText, readResult, wordsOf } from './result.js';

describe('what an action answered', () => {
  it('is read as facts and tables, with units, words and moments', () => {
    const { facts, tables } = readResult({
      backups: [
        { name: 'BAK-1', complete: true },
        { name: 'BAK-2', sizeBytes: 2048 },
      ],
      used: 2,
      enabled: false,
    });
    expect(facts).toEqual([
      ['Used', '2'],
      ['Enabled', 'No'],
    ]);
    expect(tables).toEqual([
      {
        title: 'Backups',
        columns: ['Name', 'Complete', 'Size bytes'],
        rows: [
          ['BAK-1', 'Yes', '–'],
          ['BAK-2', '–', '2.0 KiB'],
        ],
      },
    ]);
  });

  it.each([
    [null, [], 0],
    ['done', [['Result', 'done']], 0],
    [{ names: ['a', 'b'] }, [['Names', 'a, b']], 0],
    [[{ a: 1 }], [], 1],
    [{ backups: [] }, [], 1],
  ])('may be of any shape: %j', (result, facts, tables) => {
    const read = readResult(result);
    expect([read.facts, read.tables.length]).toEqual([facts, tables]);
  });

  it('is text, never markup, and never a secret', () => {
    expect(fieldText('html', '<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
    expect(fieldText('password', { set: true })).toBe('••••••');
  });

  it('has names that people read', () => {
    expect(['createdAt', 'needs_operator', 'createBackup', 'vmid'].map(wordsOf)).toEqual([
      'Created at',
      'Needs operator',
      'Create backup',
      'Vmid',
    ]);
  });
});
