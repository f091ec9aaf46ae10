import { Module } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { JobWaiter } from '../jobs/index.js';
import { PaymenterCalls, PaymenterPlans } from './paymenter-calls.js';
import { readPaymenterMapping } from './paymenter-mapping.js';
import { PaymenterController } from './paymenter.controller.js';
import { PaymenterSitesController } from './paymenter-sites.controller.js';
import { PaymenterSites } from './paymenter-sites.js';

@Module({
  controllers: [PaymenterController, PaymenterSitesController],
  providers: [
    PaymenterCalls,
    PaymenterSites,
    JobWaiter,
    {
      provide: PaymenterPlans,
      inject: [ApiSettings],
      useFactory: ({ paymenterConfig }: ApiSettings) => new PaymenterPlans(readPaymenterMapping(paymenterConfig)),
    },
  ],
})
export class PaymenterModule {}
