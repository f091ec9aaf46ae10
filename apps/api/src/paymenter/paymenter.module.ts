import { Module } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { JobWaiter } from '../jobs/index.js';
import { PaymenterCalls, PaymenterPlans } from './paymenter-calls.js';
import { readPaymenterMapping } from './paymenter-mapping.js';
import { PaymenterController } from './paymenter.controller.js';
import { PaymenterSitesController } from './paymenter-sites.controller.js';
import { PaymenterSites } from './paymenter-sites.js';
import { SiteDomainsController } from './site-domains.controller.js';
import { SiteDomains } from './site-domains.js';
import { SupportCalls } from './support-calls.js';
import { SupportController } from './support.controller.js';
import { ZoneCalls } from './zone-calls.js';
import { ZonesController } from './zones.controller.js';

@Module({
  controllers: [PaymenterController, PaymenterSitesController, SiteDomainsController, SupportController, ZonesController],
  providers: [
    PaymenterCalls,
    PaymenterSites,
    SiteDomains,
    SupportCalls,
    ZoneCalls,
    JobWaiter,
    {
      provide: PaymenterPlans,
      inject: [ApiSettings],
      useFactory: ({ paymenterConfig }: ApiSettings) => new PaymenterPlans(readPaymenterMapping(paymenterConfig)),
    },
  ],
})
export class PaymenterModule {}
