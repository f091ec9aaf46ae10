import { Module } from '@nestjs/common';
import { ServicesModule } from '../services/index.js';
import { ServiceFiles } from './service-files.js';

/** Needs a global module that provides the ports. */
@Module({ imports: [ServicesModule], providers: [ServiceFiles], exports: [ServiceFiles] })
export class FilesModule {}
