import { anything, closed, nothing, pathNames, type Contract, type JsonSchema, type Operation, type Part } from '../operation.js';
import { resolveReferences } from './references.js';

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** OpenAPI 3. Parameters and, where a body names its properties, those that it does not name are refused. */
export function readOpenApi(document: OpenApiDocument): Contract {
  const operations = Object.entries(document.paths).flatMap(([path, item]) => {
    const shared = (resolveReferences(item['parameters'] ?? [], document) ?? []) as readonly Parameter[];
    return methods
      .filter((method) => item[method] !== undefined)
      .map((method) => operationOf(method.toUpperCase(), path, shared, resolveReferences(item[method], document) as Described));
  });
  return { operations };
}

function operationOf(method: string, path: string, shared: readonly Parameter[], described: Described): Operation {
  const own = described.parameters ?? [];
  const parameters = [...shared.filter((one) => !own.some(({ name, in: place }) => name === one.name && place === one.in)), ...own];
  const query: Part = { places: ['query'], schema: placed(parameters, 'query', false) };
  const header: Part = { places: ['header'], schema: placed(parameters, 'header', true) };
  const inPath = placed(parameters, 'path', false);
  const names = Object.fromEntries(pathNames(path).map((name) => [name, anything]));
  const first: Part[] = [{ places: ['path'], schema: { ...inPath, properties: { ...names, ...inPath.properties } } }, query, header];
  const content = Object.entries(described.requestBody?.content ?? {});
  // Where the types differ in their schema, one of them is enough.
  const bodies = content.map(([, { schema }]): Part => ({ places: ['body'], schema: closed(schema ?? anything) }));
  return {
    method,
    path,
    forms: bodies.length === 0 ? [first] : bodies.map((body) => [...first, body]),
    bodyTypes: content.map(([type]) => type),
    isBodyRequired: described.requestBody?.required ?? false,
  };
}

function placed(parameters: readonly Parameter[], place: string, isOpen: boolean): JsonSchema {
  const name = (one: Parameter) => (place === 'header' ? one.name.toLowerCase() : one.name);
  const these = parameters.filter((one) => one.in === place);
  if (these.length === 0 && !isOpen) return nothing;
  return {
    type: 'object',
    additionalProperties: isOpen,
    // A header's value may be a secret: that it is there is all that can be said.
    properties: isOpen ? {} : Object.fromEntries(these.map((one) => [one.name, closed(one.schema ?? anything)])),
    required: these.filter((one) => one.required || place === 'path').map(name),
  };
}
