import type { Installation, RunningShop, Service } from '../installation.js';
import type { KillRounds, RoundsOptions } from '../kill-rounds.js';
import { TrackedJob } from '../tracked-job.js';
import { factsOf, wrongEnd } from '../verdict.js';

/** Services that those of a case are added to, one each. Nobody disturbs them. */
export class Parents {
  private readonly idle = new Map<RunningShop, Service[]>();

  constructor(
    private readonly installation: Installation,
    private readonly rounds: KillRounds,
  ) {}

  /** One in each of those shops, in their order; undefined where the case has none. Throws when one is not built. */
  async take(shops: readonly RunningShop[], options: RoundsOptions): Promise<readonly (Service | undefined)[]> {
    const taken: (Service | undefined)[] = [];
    const fresh: Service[] = [];
    for (const shop of shops) {
      if (!shop.sold.parent) {
        taken.push(undefined);
        continue;
      }
      const parent = this.idle.get(shop)?.pop();
      if (!parent) fresh.push(await this.installation.orderParent(shop));
      taken.push(parent ?? fresh.at(-1));
    }
    await this.build(fresh, options);
    return taken;
  }

  /** Nothing is added to it any more. */
  giveBack(parent: Service): void {
    this.idle.set(parent.shop, [...(this.idle.get(parent.shop) ?? []), parent]);
  }

  private async build(parents: readonly Service[], { choose }: RoundsOptions): Promise<void> {
    if (parents.length === 0) return;
    const jobs = parents.map((parent) => new TrackedJob(parent.createJobId, parent, { scenario: `${parent.shop.sold.name}: parent` }));
    await this.rounds.run(jobs, { choose });
    for (const { jobId, service } of jobs) {
      const flaws = wrongEnd(await factsOf(this.installation, jobId), 'completed');
      if (flaws.length > 0) throw new Error(`what others are added to was not built: ${flaws.map(({ what }) => what).join('; ')}`);
      this.installation.letStand(service);
    }
  }
}
