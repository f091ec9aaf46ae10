import { Module } from '@nestjs/common';
import { OneTimeLinks } from './one-time-links.js';
import { WelcomeMails } from './welcome-mails.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [OneTimeLinks, WelcomeMails], exports: [OneTimeLinks, WelcomeMails] })
export class MailsModule {}
