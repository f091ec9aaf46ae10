import { Module } from '@nestjs/common';
import { AddonDirectory } from './addon-directory.js';
import { ServiceDirectory } from './service-directory.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [ServiceDirectory, AddonDirectory], exports: [ServiceDirectory, AddonDirectory] })
export class ServicesModule {}
