import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';

/** The sandbox of the extension in a folder, from its manifest. Throws `invalid_config` when there is none. */
export function sandboxFile(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) throw new PanelError('invalid_config', `there is no extension in ${folder}`);
  const { hostwright } = JSON.parse(readFileSync(file, 'utf8')) as { hostwright?: { sandbox?: unknown } };
  if (typeof hostwright?.sandbox !== 'string') throw new PanelError('invalid_config', `the manifest in ${file} names no sandbox`);
  const path = join(folder, hostwright.sandbox);
  if (!existsSync(path)) throw new PanelError('invalid_config', `${path} is not there; run \`npm run build\` first`);
  return path;
}
