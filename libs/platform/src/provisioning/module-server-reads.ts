import { ServerReads, withinCall, type OccupiedValue } from '@hostwright/core';
import {
  PanelError,
  type Ctx,
  type ExpectedLimits,
  type JsonObject,
  type ProvisioningModule,
  type RemoteAccount,
  type Usage,
} from '@hostwright/sdk';
import type { Logger } from '../logging/index.js';
import type { ExtensionModules } from './extension-modules.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { occupiedValues } from './occupied-values.js';
import { checkedAccounts, checkedLimits, checkedOccupied, checkedUsage } from './remote-answers.js';

/** A whole server takes longer to list than one service. */
const readTimeoutMs = 120_000;

type Read = 'listAccounts' | 'usage' | 'occupied';

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
    const { found, module } = await this.module(serverId);
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

  private async module(serverId: string) {
    const ref = { kind: 'provisioning', serverId };
    const found = await this.modules.find(ref);
    return { ref, found, module: found.module as ProvisioningModule };
  }

  private async ask(
    serverId: string,
    read: Read,
    more: JsonObject = {},
  ): Promise<{ readonly answer: unknown; readonly extension: string }> {
    const { ref, found, module } = await this.module(serverId);
    const { extension } = found.record;
    const call = module[read]?.bind(module) as ((args: { ctx: Ctx; server: JsonObject }) => Promise<unknown>) | undefined;
    if (!call) throw new PanelError('unsupported', `the provisioning module of '${extension}' has no ${read}`);
    const scope = {
      owner: `hw-${this.installationId}-0`,
      label: `${read} of server ${serverId}`,
      signal: AbortSignal.timeout(readTimeoutMs),
    };
    const opened = await this.modules.open(ref, scope);
    const answer = await withinCall({ label: scope.label, interactive: false }, () =>
      call({ ctx: opened.ctx as Ctx, server: opened.server, ...more }),
    );
    return { answer, extension };
  }
}
