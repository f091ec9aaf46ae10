import { randomInt } from 'node:crypto';
import { PanelError } from '@hostwright/sdk';

/** Without what looks alike. */
const letters = 'abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ2345679';
const length = 20;

/** A password nobody can guess, which a person can read out. */
export function generatePassword(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** The first line of a stream. Throws `invalid_input` when there is none. */
export async function readPassword(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.includes('\n') || text.length > 4096) break;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new PanelError('invalid_input', 'standard input holds no password', { field: 'password' });
  return line;
}
