import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shop, ShopKind } from '@hostwright/platform/testing';
import type { InspectedSandbox, Sandbox } from '@hostwright/sdk-testing';

/** What the demonstration sells, and on which servers. */
export const shop = JSON.parse(readFileSync(join(__dirname, '../../../../config/demo.json'), 'utf8')) as Shop;

/** By the kind of module that works with them. */
export type Providers = Readonly<Record<ShopKind, InspectedSandbox>>;

/** A sandbox for every server of the shop. */
export async function startProviders(speed: number, version?: string): Promise<Providers> {
  const started = shop.servers.map(
    async ({ extension, kind }) =>
      [kind, await startSandbox(extension, { speed, ...(kind === 'provisioning' && version ? { version } : {}) })] as const,
  );
  return Object.fromEntries(await Promise.all(started)) as Record<ShopKind, InspectedSandbox>;
}

/** A provider in small, of an extension that has one. */
export async function startSandbox(extension: string, options: { speed: number; version?: string }): Promise<InspectedSandbox> {
  const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
  return (await sandbox.start(options)) as InspectedSandbox;
}
