import { Module } from '@nestjs/common';
import { ServicesModule } from '@hostwright/core';
import { AddonsController } from './addons.controller.js';
import { ServiceAccessController } from './service-access.controller.js';
import { ServicesController } from './services.controller.js';

@Module({ imports: [ServicesModule], controllers: [ServicesController, ServiceAccessController, AddonsController] })
export class ServicesApiModule {}
