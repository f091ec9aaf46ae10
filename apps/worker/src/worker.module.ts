import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import {
  DeliveryQueue,
  defaultLookRunnerSettings,
  defaultTaskRunnerSettings,
  Doorbell,
  LookRunner,
  LookStore,
  ModuleCatalog,
  queueNames,
  RestorationStore,
  TaskRunner,
  TaskStore,
  TriggerQueue,
  UsageStore,
} from '@hostwright/core';
import {
  DatabaseModule,
  LinkMaker,
  mailConsumers,
  mailHandlers,
  OutboxRelay,
  PgDeliveryQueue,
  PgLookStore,
  PgRestorationStore,
  PgTaskStore,
  PgTriggerQueue,
  PgUsageStore,
  QueueModule,
  SmtpSender,
  WebhookFanOut,
  type Config,
  type SecretMask,
} from '@hostwright/platform';
import type { Log } from '@hostwright/sdk';
import pg from 'pg';
import { DatabaseTrouble } from './database-trouble.js';
import { LookSweep } from './look-sweep.js';
import { LookWork } from './look-work.js';
import { processors } from './processors/index.js';
import { QueueTrouble } from './queue-trouble.js';
import { RestorationSweep } from './restoration-sweep.js';
import { SweepTurns } from './sweep-turns.js';
import { UpkeepSweep } from './upkeep-sweep.js';
import { TaskSweep } from './task-sweep.js';
import { TriggerSweep } from './trigger-sweep.js';
import { triggerWork } from './trigger-work.js';
import { WebhookSweep } from './webhook-sweep.js';
import { webhookWork } from './webhook-work.js';
import { Work } from './work.js';

export interface WorkerOptions {
  readonly config: Config;
  /** Of the database; a secret. */
  readonly connectionString: string;
  readonly installation: string;
  readonly log: Log;
  readonly mask: SecretMask;
  /** Provides the `JobLoop`, the `LookWork`, the `TriggerLook` and the `ModuleCatalog`. It may ask for the `pg.Pool` and the `Doorbell`. */
  readonly engine: DynamicModule;
}

/** What the pool serves: the journal's lanes, claims, leases, permits, and the tasks. */
const maxConnections = 12;
/** Sweeps find theirs warm. What a moment's work needed beyond it is let go of soon. */
const keepIdleMs = 10_000;

/** Queues and clock in: nothing here decides anything. */
@Module({})
export class WorkerModule {
  static register({ config, connectionString, installation, log, mask, engine }: WorkerOptions): DynamicModule {
    const consumers = mailConsumers(config);
    return {
      module: WorkerModule,
      imports: [
        DatabaseModule.register({ connectionString, name: 'worker', max: maxConnections, keepIdleMs, log, steadyPlans: true }),
        QueueModule.register({ redisUrl: config.redisUrl, connectionString, log, rings: queueNames, workers: queueNames.length }),
        ScheduleModule.forRoot(),
        engine,
      ],
      providers: [
        ...processors,
        SweepTurns,
        TaskSweep,
        WebhookSweep,
        TriggerSweep,
        LookSweep,
        RestorationSweep,
        UpkeepSweep,
        Work,
        ...webhookWork({ config, log, mask }),
        triggerWork(config, log),
        { provide: QueueTrouble, useFactory: () => new QueueTrouble(log, 'a worker cannot look at its queue; work goes on by the sweep') },
        { provide: DatabaseTrouble, useFactory: () => new DatabaseTrouble(log, 'the worker cannot look for what is due') },
        { provide: TaskStore, useFactory: (pool: pg.Pool) => new PgTaskStore(pool), inject: [pg.Pool] },
        { provide: DeliveryQueue, useFactory: (pool: pg.Pool) => new PgDeliveryQueue(pool), inject: [pg.Pool] },
        { provide: TriggerQueue, useFactory: (pool: pg.Pool) => new PgTriggerQueue(pool), inject: [pg.Pool] },
        { provide: LookStore, useFactory: (pool: pg.Pool) => new PgLookStore(pool), inject: [pg.Pool] },
        { provide: RestorationStore, useClass: PgRestorationStore },
        { provide: UsageStore, useFactory: (pool: pg.Pool) => new PgUsageStore(pool, installation), inject: [pg.Pool] },
        {
          provide: LookRunner,
          useFactory: (looks: LookStore, work: LookWork) => new LookRunner(looks, work.handlers, defaultLookRunnerSettings, log),
          inject: [LookStore, LookWork],
        },
        {
          provide: OutboxRelay,
          useFactory: (pool: pg.Pool, doorbell: Doorbell) =>
            new OutboxRelay(pool, consumers, doorbell, log, [new WebhookFanOut((text) => mask.mask(text))]),
          inject: [pg.Pool, Doorbell],
        },
        { provide: SmtpSender, useFactory: () => new SmtpSender({ smtpUrl: config.smtpUrl, from: config.mailFrom, installation }) },
        { provide: LinkMaker, useFactory: (pool: pg.Pool) => new LinkMaker(pool, config.linkKey), inject: [pg.Pool] },
        {
          provide: TaskRunner,
          useFactory: (tasks: TaskStore, pool: pg.Pool, sender: SmtpSender, links: LinkMaker, modules: ModuleCatalog) =>
            new TaskRunner(
              tasks,
              mailHandlers({ config, pool, modules, links, sender, log, clean: (text) => mask.mask(text) }),
              {
                ...defaultTaskRunnerSettings,
                backoffMs: defaultTaskRunnerSettings.backoffMs * config.waitScale,
                longestBackoffMs: defaultTaskRunnerSettings.longestBackoffMs * config.waitScale,
              },
              Math.random,
              log,
            ),
          inject: [TaskStore, pg.Pool, SmtpSender, LinkMaker, ModuleCatalog],
        },
      ],
    };
  }
}
