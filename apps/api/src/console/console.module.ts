import fastifyStatic from '@fastify/static';
import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConsoleController } from './console.controller.js';
import { ConsoleSite } from './console-site.js';

/** Serves the web console, which is files and nothing else: all it knows it asks the API for, as whoever is signed in. */
@Module({ controllers: [ConsoleController], providers: [ConsoleSite] })
export class ConsoleModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  /** Gives replies `sendFile`. It brings no routes of its own: those are a controller's, which says who may call them. */
  async onModuleInit(): Promise<void> {
    // Beside each asset lies a packed one.
    await this.host.httpAdapter.getInstance().register(fastifyStatic, { serve: false, preCompressed: true });
  }
}
