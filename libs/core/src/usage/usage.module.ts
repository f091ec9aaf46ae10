import { Module } from '@nestjs/common';
import { ServiceUsage } from './service-usage.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ServiceUsage], exports: [ServiceUsage] })
export class UsageModule {}
