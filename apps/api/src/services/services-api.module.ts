import { Module } from '@nestjs/common';
import { MailsModule, ServicesModule } from '@hostwright/core';
import { ServicesController } from './services.controller.js';
import { WelcomeMailsController } from './welcome-mails.controller.js';

@Module({ imports: [MailsModule, ServicesModule], controllers: [ServicesController, WelcomeMailsController] })
export class ServicesApiModule {}
