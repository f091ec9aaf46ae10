import { Module } from '@nestjs/common';
import { FailedWork } from './failed-work.js';
import { JobDirectory } from './job-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [FailedWork, JobDirectory], exports: [FailedWork, JobDirectory] })
export class JobsModule {}
