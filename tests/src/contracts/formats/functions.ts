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

/** Functions named by the path, called by any method, with parameters in the query or in a form. `always`: those that every call has. */
export function readFunctions({ functions }: FunctionsDocument, always: Readonly<Record<string, string>>): Contract {
  const fixed = Object.fromEntries(Object.entries(always).map(([name, value]): [string, JsonSchema] => [name, { enum: [value] }]));
  const operations = Object.entries(functions).map(([name, { parameters = [] }]): Operation => {
    const schema: JsonSchema = {
      type: 'object',
      additionalProperties: false,
      properties: { ...fixed, ...Object.fromEntries(parameters.map((one) => [one.name, valueOf(one)])) },
      required: [...Object.keys(always), ...parameters.filter(({ required }) => required).map((one) => one.name)],
    };
    return { method: undefined, path: `/${name}`, forms: [[{ places: ['query', 'body'], schema }]] };
  });
  return { operations };
}

function valueOf({ type, enum: values }: Parameter): JsonSchema {
  if (values) return { enum: values };
  return type === 'integer' ? { type } : {};
}
