import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lastErrors } from './log-errors.js';

describe('the errors in the logs', () => {
  it('are shown when the demo fails, the last of each process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logs-'));
    try {
      const line = (level: string, msg: string): string => `${JSON.stringify({ level, msg })}\n`;
      await writeFile(join(folder, 'api.log'), line('error', 'first') + line('error', 'the port is taken') + line('info', 'api stops'));
      await writeFile(join(folder, 'worker.log'), line('info', 'worker ready'));
      await writeFile(join(folder, 'sandboxes.log'), 'file:///x.js:1\nSyntaxError: Unexpected token\n    at node:internal\n');
      await writeFile(join(folder, 'exchanges.jsonl'), line('error', 'not a log'));
      expect(lastErrors(folder)).toEqual(['api.log: the port is taken', 'sandboxes.log: SyntaxError: Unexpected token']);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(lastErrors(folder)).toEqual([]);
  });
});
