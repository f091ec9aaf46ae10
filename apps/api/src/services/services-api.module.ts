import { Module } from '@nestjs/common';
import { ServicesModule } from '@hostwright/core';
import { ServiceAccessController } from './service-access.controller.js';
import { ServicesController } from './services.controller.js';

@Module({ imports: [ServicesModule], controllers: [ServicesController, ServiceAccessController] })
export class ServicesApiModule {}
