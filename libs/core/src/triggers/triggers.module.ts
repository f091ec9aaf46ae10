import { Module } from '@nestjs/common';
import { TriggerInbox } from './trigger-inbox.js';
import { TriggerMappings } from './trigger-mappings.js';
import { TriggerReplays } from './trigger-replays.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [TriggerInbox, TriggerMappings, TriggerReplays], exports: [TriggerInbox, TriggerMappings, TriggerReplays] })
export class TriggersModule {}
