import { Module } from '@nestjs/common';
import { LookRequests } from './look-requests.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [LookRequests], exports: [LookRequests] })
export class LooksModule {}
