import { RouteConfig } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

const config = { rawBody: true };

/** The route is given its body as it was sent, as text, JSON or form: a signature over it is to be checked. */
export const RawBody = (): MethodDecorator & ClassDecorator => RouteConfig(config);

/** Reads JSON, and what a form sends only where the body stays as it is. */
export function readBodies(server: FastifyInstance): void {
  const readJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (staysRaw(request)) done(null, body);
    else void readJson(request, body, done); // it answers through `done`
  });
  server.addContentTypeParser<string>('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (staysRaw(request)) done(null, body);
    else done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE('application/x-www-form-urlencoded'));
  });
}

function staysRaw({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { readonly rawBody?: true }).rawBody === true;
}
