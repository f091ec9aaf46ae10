import { Module } from '@nestjs/common';
import { MailsModule, ServicesModule } from '@hostwright/core';
import { AddonsController } from './addons.controller.js';
import { ServiceAccessController } from './service-access.controller.js';
import { ServicesController } from './services.controller.js';
import { WelcomeMailsController } from './welcome-mails.controller.js';

@Module({
  imports: [MailsModule, ServicesModule],
  controllers: [ServicesController, ServiceAccessController, AddonsController, WelcomeMailsController],
})
export class ServicesApiModule {}
