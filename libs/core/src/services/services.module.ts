import { Module } from '@nestjs/common';
import { ServiceDirectory } from './service-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ServiceDirectory], exports: [ServiceDirectory] })
export class ServicesModule {}
