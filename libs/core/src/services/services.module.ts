import { Module } from '@nestjs/common';
import { ServiceAccess } from './service-access.js';
import { ServiceDirectory } from './service-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ServiceAccess, ServiceDirectory], exports: [ServiceAccess, ServiceDirectory] })
export class ServicesModule {}
