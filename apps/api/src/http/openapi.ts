import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const errors: Readonly<Record<string, string>> = {
  400: 'The request is wrong; `field` says where',
  401: 'Not logged in, or the key is not valid',
  403: 'The caller may not do this',
  404: 'Not there, or not yours',
  409: 'It does not fit the present state',
  413: 'The body is larger than 256 KiB',
  429: 'Too many requests; see `Retry-After`',
  500: 'Something went wrong on our side',
  502: 'The provider refused, or its settings are wrong',
  503: 'Not possible right now',
};

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', description: 'Says who acts next, see the README', example: 'invalid_input' },
        message: { type: 'string' },
        field: { type: 'string', description: 'Dotted path of the field at fault' },
      },
    },
  },
};

/** Serves the description of the API at `/docs` and `/docs-json`. It is made when somebody first asks for it. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), { jsonDocumentUrl: 'docs-json', customSiteTitle: 'Hostwright API' });
}

/** The OpenAPI document: every route with its inputs, answers, errors and who may call it. */
function describeApi(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Hostwright')
    .setDescription(
      'Lists are paged: `limit` (at most 200) and `after`, which is `next` of the page before. Ids are strings of digits. Times are ISO 8601 in UTC. ' +
        'People send the token that `POST /api/v1/auth/login` answers, programs an API key; both as `Authorization: Bearer …`.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', bearerFormat: 'JWT', description: 'Of a person who logged in' }, 'login')
    .addBearerAuth(
      { type: 'http', bearerFormat: 'hwk_<prefix>_<secret>', description: 'Of a program; each route names the scope it needs' },
      'apiKey',
    )
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Error: errorSchema } };
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'patch', 'put', 'delete'] as const) {
      const operation = path[method];
      if (operation) operation.responses = { ...errorResponses(operation.security !== undefined), ...operation.responses };
    }
  }
  return document;
}

function errorResponses(guarded: boolean): Record<string, { description: string; content: Record<string, object> }> {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(
    Object.entries(errors)
      .filter(([status]) => guarded || (status !== '401' && status !== '403'))
      .map(([status, description]) => [status, { description, content }]),
  );
}
