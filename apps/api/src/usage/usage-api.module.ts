import { Module } from '@nestjs/common';
import { UsageModule } from '@hostwright/core';
import { UsageController } from './usage.controller.js';

@Module({ imports: [UsageModule], controllers: [UsageController] })
export class UsageApiModule {}
