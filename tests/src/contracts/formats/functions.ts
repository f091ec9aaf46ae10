import type { Contract, JsonSchema, Operation } from '../operation.js';

interface Parameter {
  readonly name: string;
  /** `string`, `integer`, `integer|string` or `raw`. */
  readonly type: string;
  readonly required?: boolean;
  readonly enum?: readonly string[];
}

export interface FunctionsDocument {
  readonly functions: Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>;
}

/** Functions of WHM API 1: named by the path, called by any method, with parameters in the query or a form, and always `api.version=1`. */
export function readFunctions({ functions }: FunctionsDocument): Contract {
  const operations = Object.entries(functions).map(([name, { parameters = [] }]): Operation => {
    const schema: JsonSchema = {
      type: 'object',
      additionalProperties: false,
      properties: { 'api.version': { enum: ['1'] }, ...Object.fromEntries(parameters.map((one) => [one.name, valueOf(one)])) },
      required: ['api.version', ...parameters.filter(({ required }) => required).map((one) => one.name)],
    };
    return { method: undefined, path: `/${name}`, forms: [[{ places: ['query', 'body'], schema }]] };
  });
  return { operations, uncheckedFormats: new Set() };
}

function valueOf({ type, enum: values }: Parameter): JsonSchema {
  if (values) return { enum: values };
  return type === 'integer' ? { type } : {};
}
