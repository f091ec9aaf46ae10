import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller.js';
import { ConsoleSite } from './console-site.js';

/** Serves the web console, which is files and nothing else: all it knows it asks the API for, as whoever is signed in. */
@Module({ controllers: [ConsoleController], providers: [ConsoleSite] })
export class ConsoleModule {}
