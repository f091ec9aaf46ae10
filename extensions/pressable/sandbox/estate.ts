import type { SandboxClock } from '@hostwright/sdk-testing';
import type { Behaviour } from './behaviour.js';
import type { SandboxSite } from './site.js';

/** How long a deleted site goes on being there, and how long its name is not given again after that. */
const removalMs = 20_000;
const reservedMs = 60_000;

/** Every site of one account, as it is and as reads show it. */
export class Estate {
  readonly #sites = new Map<number, SandboxSite>();
  readonly #shown = new Map<number, SandboxSite>();
  /** Which write of all is the one that reads show of a site. */
  readonly #shownWrite = new Map<number, number>();
  readonly #reserved = new Set<string>();
  /** Domains and names that other accounts have. */
  readonly heldElsewhere = new Set<string>();
  #lastId = 1_630_890;
  #lastWrite = 0;

  constructor(
    private readonly clock: SandboxClock,
    private readonly behaviour: Pick<Behaviour, 'reservesNames' | 'lagMs'>,
  ) {}

  nextId(): number {
    return (this.#lastId += 1);
  }

  /** As it is, for a change of it. One that is deleted but still there counts. */
  find(id: number): SandboxSite | undefined {
    return this.#sites.get(id);
  }

  /** As a read shows it. */
  seen(id: number): SandboxSite | undefined {
    return this.#shown.get(id);
  }

  all(): readonly SandboxSite[] {
    return [...this.#sites.values()];
  }

  allSeen(): readonly SandboxSite[] {
    return [...this.#shown.values()].sort((a, b) => a.id - b.id);
  }

  isNameTaken(name: string): boolean {
    return this.#reserved.has(name) || this.heldElsewhere.has(name) || this.all().some((site) => site.name === name);
  }

  isDomainTaken(name: string): boolean {
    return this.heldElsewhere.has(name) || this.all().some((site) => site.domains.some((domain) => domain.name === name));
  }

  /** Changes a site, or makes it; answers it as it is now. */
  write(site: SandboxSite): SandboxSite {
    this.#sites.set(site.id, site);
    const write = (this.#lastWrite += 1);
    this.clock.later(this.behaviour.lagMs, () => {
      if (this.#sites.has(site.id)) this.show(site, write);
    });
    return site;
  }

  /** Changes what is there then, if it is. */
  later(providerMs: number, id: number, change: (site: SandboxSite) => SandboxSite): void {
    this.clock.later(providerMs, () => {
      const site = this.#sites.get(id);
      if (site !== undefined) this.write(change(site));
    });
  }

  /** As by hand and long ago: every read shows it at once. */
  put(site: SandboxSite): void {
    this.#sites.set(site.id, site);
    this.show(site, (this.#lastWrite += 1));
  }

  remove(site: SandboxSite): void {
    if (site.deleted) return;
    this.#sites.set(site.id, { ...site, deleted: true });
    this.clock.later(removalMs, () => {
      this.#sites.delete(site.id);
      this.#shown.delete(site.id);
      this.#shownWrite.delete(site.id);
      if (!this.behaviour.reservesNames) return;
      this.#reserved.add(site.name);
      this.clock.later(reservedMs, () => this.#reserved.delete(site.name));
    });
  }
  /** Reads never go back to what was before what they have shown. */
  private show(site: SandboxSite, write: number): void {
    if (write < (this.#shownWrite.get(site.id) ?? 0)) return;
    this.#shown.set(site.id, site);
    this.#shownWrite.set(site.id, write);
  }
}
