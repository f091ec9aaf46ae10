import { Module } from '@nestjs/common';
import { JobDirectory } from './job-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [JobDirectory], exports: [JobDirectory] })
export class JobsModule {}
