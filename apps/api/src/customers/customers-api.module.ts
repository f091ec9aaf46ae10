import { Module } from '@nestjs/common';
import { CustomersModule } from '@hostwright/core';
import { CustomersController } from './customers.controller.js';

@Module({ imports: [CustomersModule], controllers: [CustomersController] })
export class CustomersApiModule {}
