import { Module } from '@nestjs/common';
import { Customers } from './customers.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [Customers], exports: [Customers] })
export class CustomersModule {}
