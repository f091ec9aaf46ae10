import { Module } from '@nestjs/common';
import { FilesModule } from '@hostwright/core';
import { AuthModule } from '../auth/index.js';
import { FilesController } from './files.controller.js';

@Module({ imports: [AuthModule, FilesModule], controllers: [FilesController] })
export class FilesApiModule {}
