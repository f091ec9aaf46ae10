import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PanelError } from '@hostwright/sdk';
import type { RunningSandbox, Sandbox, SandboxOptions } from '@hostwright/sdk-testing';
import { sandboxFile } from './sandbox-file.js';

/** Ids of the extensions in a folder whose provider has a sandbox. */
export function sandboxesIn(extensionsDir: string): readonly string[] {
  return readdirSync(extensionsDir)
    .filter((id) => {
      const file = join(extensionsDir, id, 'package.json');
      if (!existsSync(file)) return false;
      const { hostwright } = JSON.parse(readFileSync(file, 'utf8')) as { hostwright?: { sandbox?: unknown } };
      return typeof hostwright?.sandbox === 'string';
    })
    .sort();
}

/** Starts the sandbox of one extension. Throws `invalid_config` when there is none, `unavailable` for what this machine lacks. */
export async function startSandbox(extensionsDir: string, id: string, options: SandboxOptions): Promise<RunningSandbox> {
  const all = sandboxesIn(extensionsDir);
  if (!all.includes(id)) throw new PanelError('invalid_config', `there is no sandbox of ${id}; there is: ${all.join(', ')}`);
  const { default: sandbox } = (await import(pathToFileURL(sandboxFile(join(extensionsDir, id))).href)) as { default: Sandbox };
  if (sandbox.missing !== undefined) throw new PanelError('unavailable', `the sandbox of ${id} cannot be started: ${sandbox.missing}`);
  return sandbox.start(options);
}

/** What somebody has to know to use it. Its secrets are nobody's, and open nothing else. */
export function aboutSandbox({ server, product, controlUrl }: RunningSandbox): string {
  const fault = JSON.stringify({ kind: 'lost_reply', method: 'POST' });
  return [
    'Settings of a server:',
    JSON.stringify(server, null, 2),
    '',
    ...(Object.keys(product).length === 0 ? [] : ['Settings of a component of a product:', JSON.stringify(product, null, 2), '']),
    `Control: ${controlUrl}`,
    `  curl -s ${controlUrl}/ledger       what is alive there`,
    `  curl -s ${controlUrl}/calls        what it was asked, and what it answered`,
    `  curl -s ${controlUrl}/violations   what a caller did that it must never do`,
    `  curl -s ${controlUrl}/faults -H 'content-type: application/json' -d '${fault}'`,
    `  curl -s ${controlUrl}/faults -X DELETE`,
    '',
    'It runs until Ctrl-C. docs/sandboxes.md has every fault and switch.',
  ].join('\n');
}
