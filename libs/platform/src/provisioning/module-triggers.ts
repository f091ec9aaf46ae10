import { TriggerModules, withinCall, type KnownNotice } from '@hostwright/core';
import {
  isPanelError,
  PanelError,
  type Ctx,
  type JsonObject,
  type TriggerFact,
  type TriggerModule,
  type TriggerNotice,
} from '@hostwright/sdk';
import type { Pool } from 'pg';
import { onceEvery, type Logger } from '../logging/index.js';
import type { ExtensionModules } from './extension-modules.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { checkedFact, checkedNotice } from './trigger-answers.js';

/** Somebody holds a lease while it is read. */
const readTimeoutMs = 30_000;
/** How long the list of servers may be out of date here: whoever knows our address can have it asked for. */
const freshMs = 1_000;
/** The shortest time between two lines about signatures that are refused. */
const refusedLineMs = 60_000;

export interface ModuleTriggersPorts {
  readonly pool: Pool;
  readonly modules: Pick<ExtensionModules, 'find' | 'open'>;
  readonly extensions: InstalledExtensions;
  readonly installationId: string;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
  readonly now: () => number;
}

/** Asks trigger modules. Notices are checked without a context: nobody is asked while their sender waits. */
export class ModuleTriggers extends TriggerModules {
  private readonly refusedLine = onceEvery(refusedLineMs);
  private readonly servers = new Map<string, { readonly at: number; readonly ids: Promise<readonly string[]> }>();

  constructor(private readonly ports: ModuleTriggersPorts) {
    super();
  }

  override async verify(extension: string, notice: TriggerNotice): Promise<KnownNotice> {
    const nobody = () => new PanelError('not_found', 'there is nothing at this address');
    if (this.ports.extensions.find(extension)?.extension.trigger === undefined) throw nobody();
    const ids = await this.serversOf(extension);
    if (ids.length === 0) throw nobody();
    let wrong: unknown;
    for (const serverId of ids) {
      try {
        return await this.verifyAt(serverId, extension, notice);
      } catch (error) {
        if (isPanelError(error) && error.code === 'unauthenticated') continue;
        // The signature was right, or that could not be found out: said to the sender unless it is another server's.
        wrong ??= error;
      }
    }
    if (wrong !== undefined) throw wrong as Error;
    this.refusedLine((skipped) =>
      this.ports.logger.warn(
        { extension, servers: ids, sinceTheLastLine: skipped },
        'a notice was refused: none of the secrets that are entered signed it; if the provider sent it, its secret is another by now',
      ),
    );
    // Not why: whoever tries learns nothing.
    throw new PanelError('unauthenticated', 'the signature is not valid');
  }

  override async read(serverId: string, subject: string): Promise<TriggerFact | undefined> {
    const ref = { kind: 'trigger', serverId };
    const { module, record } = await this.ports.modules.find(ref);
    const scope = {
      owner: `hw-${this.ports.installationId}-0`,
      label: `read of ${subject} at server ${serverId}`,
      signal: AbortSignal.timeout(readTimeoutMs),
    };
    const opened = await this.ports.modules.open(ref, scope);
    const answer = await withinCall({ label: scope.label, interactive: false }, () =>
      (module as TriggerModule).read({ ctx: opened.ctx as Ctx, server: opened.server as JsonObject & Record<string, never>, subject }),
    );
    return answer === undefined ? undefined : checkedFact(answer, record.extension);
  }

  private async verifyAt(serverId: string, extension: string, notice: TriggerNotice): Promise<KnownNotice> {
    const { module, server } = await this.ports.modules.find({ kind: 'trigger', serverId, extension });
    try {
      const verified = await (module as TriggerModule).verify({ server: server as JsonObject & Record<string, never>, notice });
      return { ...checkedNotice(verified, extension), serverId };
    } catch (error) {
      if (!isPanelError(error))
        this.ports.logger.error({ extension, serverId, err: error }, 'an extension could not say whether a notice is for it');
      throw error;
    }
  }

  private serversOf(extension: string): Promise<readonly string[]> {
    const known = this.servers.get(extension);
    if (known && this.ports.now() - known.at < freshMs) return known.ids;
    const ids = this.ports.pool
      .query<{ id: string }>({
        name: 'trigger-servers',
        text: `SELECT id FROM server WHERE extension = $1 AND kind = 'trigger' ORDER BY id`,
        values: [extension],
      })
      .then(({ rows }) => rows.map(({ id }) => id));
    this.servers.set(extension, { at: this.ports.now(), ids });
    ids.catch(() => this.servers.delete(extension));
    return ids;
  }
}
