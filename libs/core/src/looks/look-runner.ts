import { isPanelError, PanelError, type Log } from '@hostwright/sdk';
import type { ClaimedLook, LookHandler, LookKind } from './look.js';
import type { LookStore } from './look-store.js';

export interface LookRunnerSettings {
  /** How long a look is held without a sign of life. */
  readonly leaseMs: number;
  /** Looks under way at once in this process. */
  readonly concurrency: number;
  /** A look that takes longer has failed, whatever hangs. */
  readonly deadlineMs: number;
}

export const defaultLookRunnerSettings: LookRunnerSettings = { leaseMs: 60_000, concurrency: 4, deadlineMs: 900_000 };

/** Takes looks that are due and gives them to the handler of their kind. */
export class LookRunner {
  private readonly handlers: ReadonlyMap<LookKind, LookHandler>;
  private readonly underWay = new Set<Promise<void>>();
  private looking: Promise<void> | undefined;
  private again = false;
  private stopping = false;

  constructor(
    private readonly looks: LookStore,
    handlers: readonly LookHandler[],
    private readonly settings: LookRunnerSettings,
    private readonly log: Log,
  ) {
    this.handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
  }

  /** Works until nothing is due or the stop was asked for; a call meanwhile makes it look once more. Rejects when the rows cannot be read. */
  look(): Promise<void> {
    this.again = true;
    this.looking ??= this.workOff().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** Takes no more and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.underWay);
  }

  private async workOff(): Promise<void> {
    while (this.again && !this.stopping) {
      const free = this.settings.concurrency - this.underWay.size;
      if (free > 0) {
        this.again = false;
        const claimed = await this.looks.claim(free, this.settings.leaseMs);
        if (claimed.length === 0) continue;
        this.again = true;
        for (const look of claimed) this.hold(look);
      }
      await Promise.race(this.underWay);
    }
  }

  private hold(look: ClaimedLook): void {
    const done: Promise<void> = this.run(look)
      // The rows cannot be written: the lease runs out and the look is taken again.
      .catch((error: unknown) =>
        this.log.error(`look ${look.id} at server ${look.serverId} could not be recorded`, { error: String(error) }),
      )
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  private async run(look: ClaimedLook): Promise<void> {
    const handler = this.handlers.get(look.kind);
    if (!handler) return this.looks.fail(look, `no part of this panel looks for ${look.kind}`);
    const renewal = setInterval(() => {
      this.looks.renew(look, this.settings.leaseMs).catch(() => undefined); // the next beat tries again; the lease decides
    }, this.settings.leaseMs / 3);
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const { deadlineMs } = this.settings;
      deadline = setTimeout(() => reject(new PanelError('unknown_outcome', `no end after ${deadlineMs} ms`)), deadlineMs);
    });
    try {
      await Promise.race([handler.run(look), late]);
    } catch (error) {
      // A look that somebody else has taken over, or that was recorded after all, stays as it is.
      await this.looks.fail(look, this.shown(look, error));
    } finally {
      clearInterval(renewal);
      clearTimeout(deadline);
    }
  }

  private shown(look: ClaimedLook, error: unknown): string {
    if (isPanelError(error)) return `${error.code}: ${error.message}`;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log.error(`look ${look.id} (${look.kind}) at server ${look.serverId} failed unexpectedly`, { stack });
    return 'an unexpected error; the log has it';
  }
}
