import { Module } from '@nestjs/common';
import { LooksModule } from '@hostwright/core';
import { ReconciliationController } from './reconciliation.controller.js';
import { ServerLooksController } from './server-looks.controller.js';

@Module({ imports: [LooksModule], controllers: [ReconciliationController, ServerLooksController] })
export class ReconciliationApiModule {}
