import type { HttpSignal } from '@hostwright/sdk';
import type { Journal } from './journal.js';
import type { Timers } from './timers.js';

export interface LeasePorts {
  readonly journal: Pick<Journal, 'register' | 'renew' | 'leave'>;
  readonly timers: Timers;
  /** Milliseconds of one monotonic clock. */
  readonly now: () => number;
  readonly leaseMs: number;
  /** The worker's name, for people. */
  readonly name: string;
}

/** What the worker does about its lease. */
export interface LeaseEvents {
  /** The lease was lost and the worker is enlisted anew, as another. */
  enlistedAnew(): void;
  reached(): void;
  trouble(error: unknown): void;
}

/** Tells every call under way when it is over: an `AbortSignal` would warn of a leak at the eleventh. */
class Hold {
  readonly listeners = new Set<() => void>();
  aborted = false;
  reason: Error | undefined;

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }
}

/**
 * A worker's hold on its jobs: it lasts a few seconds on the journal's clock and is prolonged by a heartbeat. A lease that ran out is lost
 * for good: `signal` tells every turn, and the worker comes back as another.
 */
export class Lease {
  private holder: string | undefined;
  private held = new Hold();
  private renewedAt = 0;
  private given = true;
  private beat: { cancel(): void } | undefined;

  constructor(
    private readonly ports: LeasePorts,
    private readonly events: LeaseEvents,
  ) {}

  /** Under which id the journal knows the worker; undefined while it holds none. */
  get workerId(): string | undefined {
    return this.holder;
  }

  /**
   * Aborted when the lease is lost or given back; and, too, once it has run out by our own clock: a process that stood still makes no call
   * before it has heard that it is late.
   */
  get signal(): HttpSignal {
    const { held } = this;
    const ranOut = (): boolean => this.ports.now() - this.renewedAt > this.ports.leaseMs;
    return {
      get aborted() {
        return held.aborted || ranOut();
      },
      get reason(): unknown {
        return held.reason;
      },
      addEventListener: (_, listener) => void held.listeners.add(listener),
      removeEventListener: (_, listener) => void held.listeners.delete(listener),
    };
  }

  async take(): Promise<void> {
    this.given = false;
    await this.enlist();
    this.heartbeat();
  }

  /** Gives everything back that is held under it. */
  async give(): Promise<void> {
    this.given = true;
    this.beat?.cancel();
    this.held.abort(new Error('the worker stops'));
    if (this.holder !== undefined) await this.ports.journal.leave(this.holder).catch(() => undefined);
    this.holder = undefined;
  }

  private async enlist(): Promise<void> {
    const askedAt = this.ports.now();
    this.holder = await this.ports.journal.register(this.ports.name, this.ports.leaseMs);
    this.held = new Hold();
    this.renewedAt = askedAt;
  }

  private heartbeat(): void {
    this.beat = this.ports.timers.after(this.ports.leaseMs / 3, () => {
      void this.renew().finally(() => {
        if (!this.given) this.heartbeat();
      });
    });
  }

  private async renew(): Promise<void> {
    if (this.given) return;
    const { journal, leaseMs, now } = this.ports;
    const askedAt = now();
    try {
      if (this.holder === undefined || !(await journal.renew(this.holder, leaseMs))) {
        this.held.abort(new Error('the lease was lost'));
        await this.enlist();
        this.events.enlistedAnew();
      } else {
        this.renewedAt = askedAt;
      }
      this.events.reached();
    } catch (error) {
      // A lease that nobody could renew has run out: whatever is under way must not go on.
      if (now() - this.renewedAt > leaseMs) this.held.abort(new Error('the lease could not be renewed'));
      this.events.trouble(error);
    }
  }
}
