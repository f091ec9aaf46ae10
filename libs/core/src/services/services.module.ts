import { Module } from '@nestjs/common';
import { AddonDirectory } from './addon-directory.js';
import { ServiceAccess } from './service-access.js';
import { ServiceDirectory } from './service-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ServiceAccess, ServiceDirectory, AddonDirectory], exports: [ServiceAccess, ServiceDirectory, AddonDirectory] })
export class ServicesModule {}
