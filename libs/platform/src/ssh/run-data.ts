import { PanelError } from '@hostwright/sdk';

/** Name and value of what a script is given, in order. */
export type RunData = Readonly<Record<string, string | number>>;

const name = /^[A-Za-z][A-Za-z0-9]*$/;

/**
 * What arrives on the script's standard input: a line per value, its name, a space and the value in base64, then an empty line.
 * Throws a `TypeError` that names the entry at fault, and no value.
 */
export function encodeRunData(data: RunData): string {
  const lines = Object.entries(data).map(([key, value]) => {
    if (!name.test(key)) throw new TypeError('a name of the data is not letters and digits beginning with a letter');
    if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value)))
      throw new TypeError(`data.${key} is neither text nor a number`);
    return `${key} ${Buffer.from(String(value)).toString('base64')}\n`;
  });
  return `${lines.join('')}\n`;
}

/** The fingerprints a setting pins: `SHA256:` and 43 characters of base64 each, separated by spaces. */
export function pinnedHostKeys(hostKey: string, target: string): readonly string[] {
  const keys = hostKey.split(/\s+/).filter((key) => key !== '');
  if (keys.length === 0) throw new PanelError('invalid_config', `${target}: no host key is pinned`);
  for (const key of keys) {
    if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(key))
      throw new PanelError('invalid_config', `${target}: the pinned host key is not an OpenSSH SHA256 fingerprint`);
  }
  return keys;
}
