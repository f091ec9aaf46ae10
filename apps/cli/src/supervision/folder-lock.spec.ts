import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from './folder-lock.js';
import { identityOf, livingProcess } from './process-identity.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The process that the lock names. */
const holder = async (folder: string) => (JSON.parse(await readFile(join(folder, 'hostwright.pid'), 'utf8')) as { pid: number }).pid;

describe('the lock of a data folder', () => {
  it('is refused while a living process has it, which it names', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(String(process.pid)) });
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 30, born: '' })],
    ['another process that was given its number', JSON.stringify({ pid: process.pid, born: 'another boot 1' })],
    ['nobody, because it was cut off', '{"pid":'],
    ['nobody at all', ''],
  ])('is void when it names %s', async (_, text) => {
    await writeFile(join(folder, 'hostwright.pid'), text);
    await lockFolder(folder);
    expect(await holder(folder)).toBe(process.pid);
  });

  it('makes the folder', async () => {
    await lockFolder(join(folder, 'a', 'b'));
    expect(await holder(join(folder, 'a', 'b'))).toBe(process.pid);
  });

  it('goes to one of many, also when a dead process had it', async () => {
    await writeFile(join(folder, 'hostwright.pid'), '{"pid":');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('goes to one of many who want it at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => (reason as { code?: string }).code);
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'conflict'));
  });
});

describe('the identity of a process', () => {
  it('is known again as long as it lives', () => {
    expect(livingProcess(JSON.stringify(identityOf(process.pid)))).toEqual(identityOf(process.pid));
    for (const text of ['null', '{}', '{"pid":-1}', '{"pid":"1"}', 'x']) expect(livingProcess(text)).toBeUndefined();
  });
});
