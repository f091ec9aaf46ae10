import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import type { Config, Logger } from '@hostwright/platform';
import { ApiSettings } from './api-settings.js';
import { AuditController } from './audit/index.js';
import { AdmissionGuard, AuthModule } from './auth/index.js';
import { CatalogApiModule } from './catalog/index.js';
import { ConsoleModule } from './console/index.js';
import { CustomersApiModule } from './customers/index.js';
import { DomainsApiModule } from './domains/index.js';
import { FilesApiModule } from './files/index.js';
import { HealthModule } from './health/index.js';
import { ErrorFilter } from './error-filter.js';
import { ApiLog, RouteCheck, validation } from './http/index.js';
import { JobsApiModule } from './jobs/index.js';
import { MailsApiModule } from './mails/index.js';
import { PaymenterModule } from './paymenter/index.js';
import { ReconciliationApiModule } from './reconciliation/index.js';
import { RestorationApiModule } from './restoration/index.js';
import { ServersApiModule } from './servers/index.js';
import { ServicesApiModule } from './services/index.js';
import { TriggersApiModule } from './triggers/index.js';
import { WebhooksApiModule } from './webhooks/index.js';
import { UsageApiModule } from './usage/index.js';

export interface ApiOptions {
  readonly config: Pick<Config, 'jwtKey' | 'publicUrl' | 'paymenterConfig' | 'apiRatePerMinute' | 'loginRatePerMinute'> &
    Partial<Pick<Config, 'trustProxy'>>;
  readonly logger: Logger;
  /** Global modules that provide core's ports, and `Readiness`. */
  readonly infrastructure: readonly (DynamicModule | (new () => object))[];
}

@Global()
@Module({})
class ApiBasics {}

/** Everything that answers HTTP. */
@Module({})
export class ApiModule {
  static with({ config, logger, infrastructure }: ApiOptions): DynamicModule {
    const basics: DynamicModule = {
      module: ApiBasics,
      providers: [
        { provide: ApiSettings, useValue: new ApiSettings(config) },
        { provide: ApiLog, useValue: new ApiLog(logger) },
      ],
      exports: [ApiSettings, ApiLog],
    };
    return {
      module: ApiModule,
      imports: [
        ...infrastructure,
        basics,
        DiscoveryModule,
        AuthModule,
        ServersApiModule,
        CatalogApiModule,
        CustomersApiModule,
        ServicesApiModule,
        FilesApiModule,
        ReconciliationApiModule,
        RestorationApiModule,
        UsageApiModule,
        DomainsApiModule,
        JobsApiModule,
        MailsApiModule,
        WebhooksApiModule,
        TriggersApiModule,
        HealthModule,
        PaymenterModule,
        ConsoleModule,
      ],
      controllers: [AuditController],
      providers: [
        RouteCheck,
        { provide: APP_GUARD, useExisting: AdmissionGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: validation },
      ],
    };
  }
}
