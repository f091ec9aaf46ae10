import { Module } from '@nestjs/common';
import { JobsModule } from '@hostwright/core';
import { JobStreamController } from './job-stream.controller.js';
import { JobsController } from './jobs.controller.js';
import { OpenStreams } from './open-streams.js';
import { OperatorTasksController } from './operator-tasks.controller.js';
import { ProgressFeed } from './progress-feed.js';
import { QueuesController } from './queues.controller.js';
import { ServiceJobsController } from './service-jobs.controller.js';

@Module({
  imports: [JobsModule],
  controllers: [JobsController, ServiceJobsController, JobStreamController, OperatorTasksController, QueuesController],
  providers: [OpenStreams, ProgressFeed],
  exports: [OpenStreams],
})
export class JobsApiModule {}
