import { describe, expect, it } from '@jest/globals';
import { generatePassword, readPassword } from './passwords.js';

async function* stream(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('a password', () => {
  it('is made new each time, long enough for any account', () => {
    const made = new Set(Array.from({ length: 50 }, generatePassword));
    expect(made.size).toBe(50);
    for (const one of made) expect(one).toMatch(/^[A-Za-z0-9]{20}$/);
  });

  it('is the first line of standard input, however it arrives', async () => {
    expect(await readPassword(stream('correct ho', 'rse\nsecond line\n'))).toBe('correct horse');
    expect(await readPassword(stream('without an end of line'))).toBe('without an end of line');
    expect(await readPassword(stream('of another system\r\n'))).toBe('of another system');
  });

  it('is not nothing', async () => {
    await expect(readPassword(stream())).rejects.toMatchObject({ code: 'invalid_input', field: 'password' });
    await expect(readPassword(stream('\n'))).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
