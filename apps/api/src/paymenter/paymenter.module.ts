import { Module } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';
import { PaymenterCalls, PaymenterPlans } from './paymenter-calls.js';
import { readPaymenterMapping } from './paymenter-mapping.js';
import { PaymenterController } from './paymenter.controller.js';
import { SupportCalls } from './support-calls.js';
import { SupportController } from './support.controller.js';

@Module({
  controllers: [PaymenterController, SupportController],
  providers: [
    PaymenterCalls,
    SupportCalls,
    {
      provide: PaymenterPlans,
      inject: [ApiSettings],
      useFactory: ({ paymenterConfig }: ApiSettings) => new PaymenterPlans(readPaymenterMapping(paymenterConfig)),
    },
  ],
})
export class PaymenterModule {}
