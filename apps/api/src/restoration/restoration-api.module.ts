import { Module } from '@nestjs/common';
import { RestorationController } from './restoration.controller.js';

@Module({ controllers: [RestorationController] })
export class RestorationApiModule {}
