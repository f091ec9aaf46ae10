import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Doorbell, type QueueName } from '@hostwright/core';
import type { Queue } from 'bullmq';
import { BullDoorbell } from './bull-doorbell.js';
import { connectQueues, type QueueConnection, type QueueServer } from './queue-connection.js';

export interface QueueModuleOptions extends QueueServer {
  /** Which queues this process rings; it opens no other. */
  readonly rings: readonly QueueName[];
  /** How many queues it works on with a processor. */
  readonly workers: number;
}

const connectionToken = 'queue connection';

/** Gives everybody the `Doorbell`, and processors the connection they work on. */
@Global()
@Module({})
export class QueueModule implements OnApplicationShutdown {
  constructor(@Inject(connectionToken) private readonly connection: QueueConnection) {}

  static register({ rings, workers, ...server }: QueueModuleOptions): DynamicModule {
    const connection = connectQueues(server, workers);
    return {
      module: QueueModule,
      imports: [BullModule.forRoot({ connection: connection.options }), BullModule.registerQueue(...rings.map((name) => ({ name })))],
      providers: [
        { provide: connectionToken, useValue: connection },
        {
          provide: Doorbell,
          useFactory: (...queues: Queue[]) => new BullDoorbell(queues, server.log),
          inject: rings.map((name) => getQueueToken(name)),
        },
      ],
      exports: [Doorbell],
    };
  }

  /** Queues and workers have ended before: modules are shut down from the innermost outwards. */
  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
