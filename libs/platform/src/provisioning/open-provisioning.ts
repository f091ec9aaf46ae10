import type { Doorbell, ModuleCatalog } from '@hostwright/core';
import type { Pool } from 'pg';
import type { Config } from '../config/index.js';
import { ExtensionLoader } from '../extensions/index.js';
import type { Logger, SecretMask } from '../logging/index.js';
import { FileRecorder } from '../recording/index.js';
import { JsonVault, Vault } from '../secrets/index.js';
import { LoadedModuleCatalog } from '../stores/index.js';
import { createProvisioning, type Provisioning } from './create-provisioning.js';

export interface ProcessSurroundings {
  readonly config: Pick<Config, 'extensionsDir' | 'secretKeys' | 'recordFile' | 'dnsServers' | 'waitScale'>;
  readonly installationId: string;
  readonly pool: Pool;
  readonly doorbell: Doorbell;
  readonly logger: Logger;
  readonly mask: SecretMask;
}

/** Provisioning and what it is made of, for one process. */
export interface OpenProvisioning extends Provisioning {
  readonly loader: ExtensionLoader;
  readonly catalog: ModuleCatalog;
}

/** The extensions of this process, loaded; those that do not load are named in the log and stop nothing. */
export async function loadExtensions(config: Pick<Config, 'extensionsDir'>, logger: Logger): Promise<ExtensionLoader> {
  const loader = new ExtensionLoader({ folder: config.extensionsDir, packagesRoot: process.cwd() });
  for (const { id, state, reason } of await loader.load()) {
    if (state !== 'loaded') logger.warn({ extension: id, state, reason }, 'an extension was not loaded');
  }
  return loader;
}

/** Puts provisioning together from a process' settings and its loaded extensions. */
export function openProvisioning(
  loader: ExtensionLoader,
  { config, installationId, pool, doorbell, logger, mask }: ProcessSurroundings,
): OpenProvisioning {
  const catalog = new LoadedModuleCatalog(
    loader.list().map(({ id, name, version, state, reason }) => {
      const extension = loader.find(id)?.extension;
      return { id, name, version, state, reason: reason ?? null, ...(extension && state === 'loaded' ? { extension } : {}) };
    }),
  );
  const recorder = config.recordFile
    ? new FileRecorder({
        path: config.recordFile,
        mask,
        onProblem: (error) => logger.warn({ reason: String(error) }, 'exchanges cannot be recorded'),
      })
    : undefined;
  const provisioning = createProvisioning({
    pool,
    installationId,
    extensions: loader,
    modules: catalog,
    vault: new JsonVault(new Vault(config.secretKeys, (plain) => mask.add(plain))),
    doorbell,
    logger,
    ...(recorder ? { recorder } : {}),
    dnsServers: config.dnsServers,
    waitScale: config.waitScale,
  });
  return {
    ...provisioning,
    loader,
    catalog,
    async close() {
      await provisioning.close();
      await recorder?.close();
    },
  };
}
