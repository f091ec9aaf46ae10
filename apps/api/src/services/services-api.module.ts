import { Module } from '@nestjs/common';
import { ServicesModule } from '@hostwright/core';
import { ServicesController } from './services.controller.js';

@Module({ imports: [ServicesModule], controllers: [ServicesController] })
export class ServicesApiModule {}
