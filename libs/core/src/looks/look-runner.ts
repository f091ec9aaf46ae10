import { isPanelError, PanelError, type Log } from '@hostwright/sdk';
import { DueWork } from '../queues/index.js';
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
  private readonly due: DueWork<ClaimedLook>;

  constructor(
    private readonly looks: LookStore,
    handlers: readonly LookHandler[],
    private readonly settings: LookRunnerSettings,
    private readonly log: Log,
  ) {
    this.handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
    const { concurrency, leaseMs } = settings;
    this.due = new DueWork({
      concurrency,
      claim: (most) => looks.claim(most, leaseMs),
      see: (look) => this.run(look),
      unrecorded: ({ id, serverId }, error) =>
        log.error(`look ${id} at server ${serverId} could not be recorded`, { error: String(error) }),
    });
  }

  /** Takes what is due and begins; returns when that is under way. A call meanwhile joins in and makes it look once more. */
  look(): Promise<void> {
    return this.due.look();
  }

  /** Takes no more and waits for what is under way. */
  stop(): Promise<void> {
    return this.due.stop();
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
