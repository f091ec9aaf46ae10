import { ServerReads, type ClaimedLook, type LookHandler } from '../looks/index.js';
import { UsageStore } from './usage-store.js';

/** Collects what services use, one server at a time. */
export class CollectUsage implements LookHandler {
  readonly kind = 'usage';

  constructor(
    private readonly reads: ServerReads,
    private readonly store: UsageStore,
    private readonly now: () => Date,
  ) {}

  async run(look: ClaimedLook): Promise<void> {
    const usage = await this.reads.usage(look.serverId);
    await this.store.record(look, usage, this.now());
  }
}
