import { ServerReads, type OccupiedValue } from '@hostwright/core';
import type { ExpectedLimits, JsonObject, ProvisioningModule, RemoteAccount, Usage } from '@hostwright/sdk';
import type { Logger } from '../logging/index.js';
import { askServer, type ServerRead } from './ask-server.js';
import type { ExtensionModules } from './extension-modules.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { occupiedValues } from './occupied-values.js';
import { checkedAccounts, checkedLimits, checkedOccupied, checkedUsage } from './remote-answers.js';

/** A whole server takes longer to list than one service. */
const readTimeoutMs = 120_000;

/** Asks modules about whole servers, in the background: what is kept for customers who wait is left to them. */
export class ModuleServerReads extends ServerReads {
  constructor(
    private readonly modules: Pick<ExtensionModules, 'find' | 'open'>,
    private readonly extensions: InstalledExtensions,
    private readonly installationId: string,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super();
  }

  override async accounts(serverId: string): Promise<readonly RemoteAccount[]> {
    const { answer, extension } = await this.ask(serverId, 'listAccounts');
    return checkedAccounts(answer, extension);
  }

  override async usage(serverId: string): Promise<readonly Usage[]> {
    const { answer, extension } = await this.ask(serverId, 'usage');
    return checkedUsage(answer, extension);
  }

  override async occupied(serverId: string, known: readonly string[]): Promise<readonly OccupiedValue[]> {
    const found = await this.modules.find({ kind: 'provisioning', serverId });
    const module = found.module as ProvisioningModule;
    if (!module.occupied) return [];
    const { answer, extension } = await this.ask(serverId, 'occupied', { known: [...known] });
    return occupiedValues({ serverId, server: found.server, reserve: module.create.reserve }, checkedOccupied(answer, extension));
  }

  override expects(extension: string, product: JsonObject): ExpectedLimits {
    const module = this.extensions.find(extension)?.extension.provisioning;
    const expects = module?.expects?.bind(module) as ((product: JsonObject) => unknown) | undefined;
    if (!expects) return {};
    try {
      const limits = checkedLimits(expects(product));
      if (limits) return limits;
      this.logger.warn({ extension }, 'what an extension expects of a product is no set of limits; they are not compared');
    } catch (error) {
      this.logger.warn(
        { extension, reason: String(error) },
        'an extension could not say what it expects of a product; limits are not compared',
      );
    }
    return {};
  }

  private ask(
    serverId: string,
    read: ServerRead,
    more: JsonObject = {},
  ): Promise<{ readonly answer: unknown; readonly extension: string }> {
    const { modules, installationId } = this;
    return askServer({ modules, installationId }, { serverId, read, interactive: false, timeoutMs: readTimeoutMs }, more);
  }
}
