import { Module } from '@nestjs/common';
import { TriggersModule } from '@hostwright/core';
import { AuthModule } from '../auth/index.js';
import { TriggerEventsController } from './trigger-events.controller.js';
import { TriggerMappingsController } from './trigger-mappings.controller.js';
import { TriggersController } from './triggers.controller.js';

@Module({
  imports: [TriggersModule, AuthModule],
  controllers: [TriggersController, TriggerEventsController, TriggerMappingsController],
})
export class TriggersApiModule {}
