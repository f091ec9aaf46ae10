import { Module } from '@nestjs/common';
import { ServersModule } from '@hostwright/core';
import { ExtensionsController } from './extensions.controller.js';
import { ServerGroupsController } from './server-groups.controller.js';
import { ServersController } from './servers.controller.js';

@Module({ imports: [ServersModule], controllers: [ServersController, ServerGroupsController, ExtensionsController] })
export class ServersApiModule {}
