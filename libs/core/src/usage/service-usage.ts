import { Injectable } from '@nestjs/common';
import { Clock, ownerFilter, type Caller } from '../access/index.js';
import { usagePeriod, type UsagePeriod } from './usage-period.js';
import { UsageHistory, type ComponentUsage } from './usage-store.js';

export interface ShownUsage extends UsagePeriod {
  readonly components: readonly ComponentUsage[];
}

/** Shows what services use to those who may see them. */
@Injectable()
export class ServiceUsage {
  constructor(
    private readonly history: UsageHistory,
    private readonly clock: Clock,
  ) {}

  /** Throws as `usagePeriod`, and `not_found`, also for somebody else's. */
  async of(serviceId: string, asked: { readonly from?: string; readonly to?: string }, caller: Caller): Promise<ShownUsage> {
    const period = usagePeriod(asked, this.clock.now());
    const components = await this.history.of(serviceId, period.from, period.to, ownerFilter(caller));
    return { ...period, components };
  }
}
