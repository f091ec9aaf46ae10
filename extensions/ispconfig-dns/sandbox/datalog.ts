import type { SandboxClock } from '@hostwright/sdk-testing';

/** A server's cron. */
const cronMs = 60_000;

/** `sys_datalog`: changes that wait for the servers they concern. */
export class Datalog {
  readonly #pending = new Map<string, number>();
  readonly #due = new Set<string>();
  #isStopped = false;

  constructor(
    private readonly clock: SandboxClock,
    /** A server's cron has carried out everything there was. */
    private readonly carriedOut: (serverId: string) => void,
  ) {}

  add(serverId: string): void {
    this.#pending.set(serverId, this.count(serverId) + 1);
    this.#wake(serverId);
  }

  count(serverId: string): number {
    return this.#pending.get(serverId) ?? 0;
  }

  /** While it is stopped nothing is carried out, and everything stays in the list. */
  setStopped(isStopped: boolean): void {
    this.#isStopped = isStopped;
    if (!isStopped) for (const serverId of this.#pending.keys()) this.#wake(serverId);
  }

  #wake(serverId: string): void {
    if (this.#due.has(serverId)) return;
    this.#due.add(serverId);
    this.clock.later(cronMs, () => {
      this.#due.delete(serverId);
      if (this.#isStopped) return;
      this.#pending.delete(serverId);
      this.carriedOut(serverId);
    });
  }
}
