import { isPanelError, type DnsRecordType, type HttpSignal } from '@hostwright/sdk';
import type { EngineLog, Timers } from '../provisioning/index.js';
import { challengeName } from './domain-name.js';
import { judgeDns, type SeenInDns } from './domain-proof.js';
import type { DomainWaits, WaitingDomain } from './domain-waits.js';

/** As `Resolve` of the SDK. */
export type LookUp = (name: string, type: DnsRecordType, signal: HttpSignal) => Promise<readonly string[]>;

export interface DomainWatchPorts {
  readonly waits: DomainWaits;
  readonly lookUp: LookUp;
  readonly timers: Timers;
  readonly log: EngineLog;
  /** Multiplies the time between looks. */
  readonly waitScale: number;
}

const hourMs = 3_600_000;
/** How long a domain may wait for its DNS. */
export const domainPatienceMs = 72 * hourMs;
/** Who sits in front of it reads there what is missing; whoever has gone by then is told. */
const tellAfterMs = 30 * 60_000;
const everyMs = 1_000;
const atOnce = 20;

/** Until the next look: soon at first, while somebody sits in front of it, and at least every ten minutes. */
export function nextLookMs(waitedMs: number): number {
  return Math.min(600_000, Math.max(10_000, waitedMs / 10));
}

/** Looks at the DNS of the domains that wait for it. Between looks each is a row and nothing else. */
export class DomainWatch {
  private stopping = new AbortController();
  private alarm: { cancel(): void } | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly ports: DomainWatchPorts) {}

  start(): void {
    this.stopping = new AbortController();
    this.later(0);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.alarm?.cancel();
    await this.round;
  }

  /** Looks at all that are due. */
  async look(): Promise<void> {
    for (;;) {
      const due = await this.ports.waits.claim(atOnce);
      await Promise.all(due.map((domain) => this.lookAt(domain)));
      if (due.length < atOnce || this.stopping.signal.aborted) return;
    }
  }

  private later(ms: number): void {
    this.alarm = this.ports.timers.after(ms, () => {
      this.round = this.look()
        .catch((error: unknown) => this.ports.log.warn(`domains cannot be looked at now: ${String(error)}`))
        .then(() => {
          if (!this.stopping.signal.aborted) this.later(everyMs);
        });
    });
  }

  private async lookAt(domain: WaitingDomain): Promise<void> {
    const { waits, waitScale, log } = this.ports;
    try {
      if (domain.state === 'removing') return await waits.beginRemoval(domain.id);
      const verdict = judgeDns(domain, await this.seen(domain));
      // What could not be asked for in time is not missing: the next look is somebody else's.
      if (this.stopping.signal.aborted) return;
      if (verdict.ready) await waits.begin(domain.id, verdict);
      else if (domain.waitedMs >= domainPatienceMs) await waits.giveUp(domain.id, `given up after 72 hours: ${verdict.missing}`);
      else await waits.keepWaiting(domain.id, verdict, nextLookMs(domain.waitedMs) * waitScale, domain.waitedMs >= tellAfterMs * waitScale);
    } catch (error) {
      log.warn(`domain ${domain.name} waits: ${(error as Error).message}`);
    }
  }

  private async seen({ name, target, verifiedBy }: WaitingDomain): Promise<SeenInDns> {
    const [texts, ipv4, ipv6, nameServers] = await Promise.all([
      verifiedBy === null ? this.ask(challengeName(name), 'TXT') : [],
      this.ask(name, 'A'),
      this.ask(name, 'AAAA'),
      target.nameServers.length > 0 ? this.ask(name, 'NS') : [],
    ]);
    return { texts, addresses: ipv4 && ipv6 && [...ipv4, ...ipv6], nameServers };
  }

  /** Undefined when there was no definite answer. */
  private async ask(name: string, type: DnsRecordType): Promise<readonly string[] | undefined> {
    try {
      return await this.ports.lookUp(name, type, this.stopping.signal);
    } catch (error) {
      if (isPanelError(error) && error.code === 'unavailable') return undefined;
      throw error;
    }
  }
}
