import { randomUUID } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule, type ApiOptions } from './api.module.js';
import { HttpMetrics } from './health/index.js';
import { ApiLog, errorAnswer, readBodies, securityHeaders, serveOpenApi } from './http/index.js';

/** Largest body in bytes. */
const bodyLimitBytes = 256 * 1024;

/** On every answer, whatever it is. */
const security = securityHeaders({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
      imgSrc: ["'self'", 'data:'],
      styleSrc: ["'self'", "'unsafe-inline'"], // the page at /docs, and the console's sizes and colours
    },
  },
});

const quietRoutes = new Set(['/health', '/ready', '/metrics']);

/** The API, ready to listen. Rejects when a route does not say who may call it, or when something it needs cannot be made. */
export async function createApi(options: ApiOptions): Promise<NestFastifyApplication> {
  const log = new ApiLog(options.logger);
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    ...(options.config.trustProxy ? { trustProxy: [...options.config.trustProxy] } : {}),
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    // What is refused before there is a route: addresses that cannot be read.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { status, code, message } = errorAnswer(error);
      void reply.status(status).send({ error: { code, message } });
    },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(options), adapter, {
    logger: log,
    bodyParser: false,
    abortOnError: false,
  });
  const server = adapter.getInstance();
  readBodies(server);
  // Gives replies `sendFile`, for the console. It brings no routes of its own: those are a controller's, which says who may call them.
  await app.register(fastifyStatic, { serve: false, preCompressed: true });
  const metrics = app.get(HttpMetrics);
  server.addHook('onRequest', (request, reply, next) => {
    void reply.headers(security).header('x-request-id', request.id);
    next();
  });
  server.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    if (!quietRoutes.has(route))
      log.debug('answered', {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      });
    next();
  });
  serveOpenApi(app);
  await app.init();
  await server.ready();
  return app;
}
