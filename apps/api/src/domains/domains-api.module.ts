import { Module } from '@nestjs/common';
import { ServicesModule } from '@hostwright/core';
import { DomainsController } from './domains.controller.js';
import { ServiceDomainsController } from './service-domains.controller.js';

@Module({ imports: [ServicesModule], controllers: [DomainsController, ServiceDomainsController] })
export class DomainsApiModule {}
