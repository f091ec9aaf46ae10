import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@hostwright/sdk';
import type { InspectedSandbox, Sandbox } from '@hostwright/sdk-testing';
import type { SweepCase } from './cases.js';

/** A sandbox for each server of the case whose extension has one, by the server's name. `publicDns`: what `{publicDns}` stands for. */
export async function startProviders(
  { servers }: SweepCase,
  extensions: string,
  { speed, publicDns }: { readonly speed: number; readonly publicDns: string },
): Promise<Readonly<Record<string, InspectedSandbox>>> {
  const started: [string, InspectedSandbox][] = [];
  for (const { name, extension, control = [] } of servers) {
    if (!hasSandbox(join(extensions, extension))) continue;
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    const provider = (await sandbox.start({ speed })) as InspectedSandbox;
    started.push([name, provider]);
    for (const { method, path, body } of control) {
      const answer = await fetch(`${provider.controlUrl}${path}`, {
        method,
        headers: { 'content-type': 'application/json', connection: 'close' },
        ...(body ? { body: JSON.stringify(body).replaceAll('{publicDns}', publicDns) } : {}),
      });
      if (!answer.ok) throw new Error(`${name}: ${method} ${path} of its sandbox: ${answer.status} ${await answer.text()}`);
    }
  }
  return Object.fromEntries(started);
}

/** Why the providers of the case cannot be played on this machine; undefined when they can. */
export async function impossibleHere({ servers }: SweepCase, extensions: string): Promise<string | undefined> {
  for (const { extension } of servers) {
    if (!hasSandbox(join(extensions, extension))) continue;
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    if (sandbox.missing !== undefined) return sandbox.missing;
  }
  return undefined;
}

function hasSandbox(folder: string): boolean {
  const { hostwright } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { hostwright: Manifest };
  return hostwright.sandbox !== undefined;
}
