import { nothing, pathNames, type Contract, type JsonSchema, type Operation } from '../operation.js';

/** A parameter in this dialect of JSON Schema. */
interface Parameter {
  readonly type?: string;
  readonly optional?: number;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string | Readonly<Record<string, Parameter>>;
  readonly default_key?: number;
  readonly requires?: string;
  readonly items?: Parameter;
  /** Only where the parameter of that name has one of these values. */
  readonly 'type-property'?: string;
  readonly 'instance-types'?: readonly string[];
}

interface Method {
  readonly parameters?: { readonly properties?: Readonly<Record<string, Parameter>> };
}

export interface ApidocDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Method>>>>;
}

/**
 * A tree of paths, methods and parameters, as `apidata.js` of PVE's API viewer holds it. Every value travels as text, booleans as 0 and 1;
 * GET and DELETE have theirs in the query.
 */
export function readApidoc({ paths }: ApidocDocument): Contract {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters }]): Operation => {
      const schema = objectOf(withPathNames(path, parameters?.properties ?? {}));
      const inQuery = method === 'GET' || method === 'DELETE';
      return inQuery
        ? { method, path, forms: [[{ places: ['path', 'query'], schema }]], bodyTypes: [] }
        : {
            method,
            path,
            forms: [
              [
                { places: ['path', 'body'], schema },
                { places: ['query'], schema: nothing },
              ],
            ],
          };
    }),
  );
  return { operations };
}

/** Some names of a path stand in no list of parameters. */
function withPathNames(path: string, properties: Readonly<Record<string, Parameter>>): Readonly<Record<string, Parameter>> {
  return { ...Object.fromEntries(pathNames(path).map((name) => [name, { type: 'string' }])), ...properties };
}

function objectOf(parameters: Readonly<Record<string, Parameter>>): JsonSchema {
  const entries = Object.entries(parameters);
  const numbered = entries.filter(([name]) => name.endsWith('[n]'));
  const plain = entries.filter(([name]) => !name.endsWith('[n]'));
  const dependentSchemas = plain.flatMap(([name, { 'type-property': property, 'instance-types': types }]) =>
    property !== undefined && types !== undefined ? [[name, { properties: { [property]: { enum: types } } }] as const] : [],
  );
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(plain.map(([name, parameter]) => [name, valueOf(parameter)])),
    patternProperties: Object.fromEntries(
      numbered.map(([name, parameter]) => [`^${name.slice(0, -3)}(0|[1-9][0-9]*)$`, valueOf(parameter)]),
    ),
    required: plain.filter(([, { optional }]) => !optional).map(([name]) => name),
    dependentRequired: Object.fromEntries(plain.flatMap(([name, { requires }]) => (requires === undefined ? [] : [[name, [requires]]]))),
    dependentSchemas: Object.fromEntries(dependentSchemas),
  };
}

function valueOf(parameter: Parameter): JsonSchema {
  const { type = 'string', format } = parameter;
  if (type === 'boolean') return { enum: ['0', '1'] };
  if (type === 'array') return { type, items: valueOf(parameter.items ?? {}) };
  if (type === 'integer' || type === 'number') return { type, ...limit('minimum', parameter), ...limit('maximum', parameter) };
  if (typeof format === 'object') {
    const defaultKey = Object.keys(format).find((key) => format[key]!.default_key);
    return { ...objectOf(format), propertyString: defaultKey === undefined ? {} : { defaultKey } };
  }
  const { minLength, maxLength, enum: values, pattern } = parameter;
  return {
    type: 'string',
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(values && { enum: values }),
    ...(format !== undefined && { format }),
    ...(pattern !== undefined && { holds: patternCheck(pattern) }),
  };
}

function limit(word: 'minimum' | 'maximum', parameter: Parameter): JsonSchema {
  return parameter[word] === undefined ? {} : { [word]: Number(parameter[word]) };
}

/** The whole text must fit. The patterns are Perl's, which marks a group as `(?^:` and one without regard to case as `(?^i:`. */
function patternCheck(pattern: string): (value: string) => string | undefined {
  const source = pattern.replaceAll(/\(\?\^i?:/g, '(?:');
  const whole = new RegExp(`^(?:${source})$`, pattern.includes('(?^i:') ? 'i' : '');
  return (value) => (whole.test(value) ? undefined : `must match ${pattern}`);
}
