import { Module } from '@nestjs/common';
import { ServersModule } from '@hostwright/core';
import { ExtensionsController } from './extensions.controller.js';
import { ServerAccountsController } from './server-accounts.controller.js';
import { ServerGroupsController } from './server-groups.controller.js';
import { ServersController } from './servers.controller.js';

@Module({
  imports: [ServersModule],
  controllers: [ServersController, ServerAccountsController, ServerGroupsController, ExtensionsController],
})
export class ServersApiModule {}
