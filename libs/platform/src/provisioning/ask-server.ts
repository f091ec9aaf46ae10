import { ownerMark, withinCall } from '@hostwright/core';
import { PanelError, type Ctx, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { ExtensionModules } from './extension-modules.js';

export interface ServerAsking {
  readonly modules: Pick<ExtensionModules, 'find' | 'open'>;
  readonly installationId: string;
}

/** A read of a provisioning module about a whole server. */
export type ServerRead = 'listAccounts' | 'usage' | 'occupied' | 'choices' | 'adopt';

/**
 * Asks a server's module something, in its own words. No service is meant, so the mark is that of service 0, which there is not.
 * Throws `unsupported` when the module has no such read, `not_found` for an unknown server, and what the module throws.
 */
export async function askServer(
  { modules, installationId }: ServerAsking,
  { serverId, read, interactive, timeoutMs }: { serverId: string; read: ServerRead; interactive: boolean; timeoutMs: number },
  more: JsonObject = {},
): Promise<{ readonly answer: unknown; readonly extension: string; readonly module: ProvisioningModule }> {
  const ref = { kind: 'provisioning', serverId };
  const found = await modules.find(ref);
  const { extension } = found.record;
  const module = found.module as ProvisioningModule;
  const call = module[read]?.bind(module) as ((args: JsonObject & { ctx: Ctx; server: JsonObject }) => Promise<unknown>) | undefined;
  if (!call) throw new PanelError('unsupported', `the provisioning module of '${extension}' has no ${read}`);
  const label = `${read} of server ${serverId}`;
  const opened = await modules.open(ref, { owner: ownerMark(installationId, '0'), label, signal: AbortSignal.timeout(timeoutMs) });
  const answer = await withinCall({ label, interactive }, () =>
    call({ ...more, ctx: opened.ctx, server: opened.server } as unknown as Parameters<typeof call>[0]),
  );
  return { answer, extension, module };
}
