import { Global, Module, type Provider } from '@nestjs/common';
import {
  AccountStore,
  ApiKeyStore,
  AuditLog,
  Clock,
  CustomerStore,
  FileLinkStore,
  FindingStore,
  DomainStore,
  JobHistory,
  LookStore,
  MailLog,
  OneTimeLinkStore,
  OperatorTasks,
  PasswordHasher,
  ProductStore,
  QueueHistory,
  RandomText,
  RestorationStore,
  ServerGroupStore,
  ServerStore,
  ServiceStore,
  UsageHistory,
} from '@hostwright/core';
import pg from 'pg';
import { PgFileLinks } from '../files/index.js';
import { PgRestorationStore } from '../installation/index.js';
import { PgLookStore } from '../looks/index.js';
import { PgMailLog, PgOneTimeLinks } from '../mail/index.js';
import { PgFindingStore } from '../reconciliation/index.js';
import { PgUsageHistory } from '../usage/index.js';
import { TypeormAccountStore } from './account-store.js';
import { TypeormApiKeyStore } from './api-key-store.js';
import { PostgresAuditLog } from './audit-log.js';
import { CryptoRandomText, SystemClock } from './chance-and-time.js';
import { TypeormCustomerStore } from './customer-store.js';
import { PostgresDomainStore } from './domain-store.js';
import { PostgresJobHistory } from './job-history.js';
import { PostgresOperatorTasks } from './operator-tasks.js';
import { Argon2PasswordHasher } from './passwords.js';
import { TypeormProductStore } from './product-store.js';
import { PostgresQueueHistory } from './queue-history.js';
import { TypeormServerGroupStore } from './server-group-store.js';
import { TypeormServerStore } from './server-store.js';
import { PostgresServiceStore } from './service-store.js';

const ports: Provider[] = [
  { provide: AccountStore, useClass: TypeormAccountStore },
  { provide: ApiKeyStore, useClass: TypeormApiKeyStore },
  { provide: AuditLog, useClass: PostgresAuditLog },
  { provide: Clock, useClass: SystemClock },
  { provide: CustomerStore, useClass: TypeormCustomerStore },
  { provide: FileLinkStore, useFactory: (pool: pg.Pool) => new PgFileLinks(pool), inject: [pg.Pool] },
  { provide: FindingStore, useClass: PgFindingStore },
  { provide: DomainStore, useClass: PostgresDomainStore },
  { provide: JobHistory, useClass: PostgresJobHistory },
  { provide: LookStore, useFactory: (pool: pg.Pool) => new PgLookStore(pool), inject: [pg.Pool] },
  { provide: MailLog, useFactory: (pool: pg.Pool) => new PgMailLog(pool), inject: [pg.Pool] },
  { provide: OneTimeLinkStore, useFactory: (pool: pg.Pool) => new PgOneTimeLinks(pool), inject: [pg.Pool] },
  { provide: OperatorTasks, useClass: PostgresOperatorTasks },
  { provide: PasswordHasher, useClass: Argon2PasswordHasher },
  { provide: ProductStore, useClass: TypeormProductStore },
  { provide: QueueHistory, useClass: PostgresQueueHistory },
  { provide: RandomText, useClass: CryptoRandomText },
  { provide: RestorationStore, useClass: PgRestorationStore },
  { provide: ServerGroupStore, useClass: TypeormServerGroupStore },
  { provide: ServerStore, useClass: TypeormServerStore },
  { provide: ServiceStore, useClass: PostgresServiceStore },
  { provide: UsageHistory, useClass: PgUsageHistory },
];

/** The ports of core that PostgreSQL keeps. Needs a global module that provides `pg.Pool` and TypeORM's `DataSource`. */
@Global()
@Module({ providers: ports, exports: ports.map((port) => ('provide' in port ? port.provide : port)) })
export class StoresModule {}
