import { Module } from '@nestjs/common';
import { Accounts } from './accounts.js';
import { ApiKeys } from './api-keys.js';
import { LogIn } from './log-in.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [Accounts, ApiKeys, LogIn], exports: [Accounts, ApiKeys, LogIn] })
export class AccessModule {}
