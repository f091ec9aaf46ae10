import { Global, Module, type Provider } from '@nestjs/common';
import { TriggerLog, TriggerMappingStore, TriggerQueue } from '@hostwright/core';
import pg from 'pg';
import { PgTriggerLog } from './pg-trigger-log.js';
import { PgTriggerMappings } from './pg-trigger-mappings.js';
import { PgTriggerQueue } from './pg-trigger-queue.js';

const ports: Provider[] = [
  { provide: TriggerLog, useClass: PgTriggerLog },
  { provide: TriggerMappingStore, useClass: PgTriggerMappings },
  { provide: TriggerQueue, useFactory: (pool: pg.Pool) => new PgTriggerQueue(pool), inject: [pg.Pool] },
];

/** Where what providers tell is kept. Needs a global module that provides `pg.Pool`. */
@Global()
@Module({ providers: ports, exports: [TriggerLog, TriggerMappingStore, TriggerQueue] })
export class TriggerStoresModule {}
