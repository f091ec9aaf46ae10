import { Module } from '@nestjs/common';
import { SealedSettings } from './sealed-settings.js';
import { ServerRegistry } from './server-registry.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [SealedSettings, ServerRegistry], exports: [SealedSettings, ServerRegistry] })
export class ServersModule {}
