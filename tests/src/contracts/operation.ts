/** JSON Schema, with two words of our own: `holds`, a check in code, and `propertyString`, how a text is taken to pieces. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  /** The complaint about a text; undefined when it is fine. */
  readonly holds?: (value: string) => string | undefined;
  /** The value travels as `name=eth0,bridge=vmbr0`. `defaultKey`: the part that may stand without its name. */
  readonly propertyString?: { readonly defaultKey?: string };
  readonly [word: string]: unknown;
}

export type Place = 'path' | 'query' | 'header' | 'body';

/** What one schema says of the values that come from these places together. */
export interface Part {
  readonly places: readonly Place[];
  readonly schema: JsonSchema;
}

/** A request fits when all parts of it do. */
export type Form = readonly Part[];

/** One call of a provider, as its contract describes it. */
export interface Operation {
  /** In capitals. Undefined: any. */
  readonly method: string | undefined;
  /** Below the base, with `{names}`. With a question mark in it, the query belongs to the name and holds no parameters. */
  readonly path: string;
  /** Forms the request may have; one is enough. */
  readonly forms: readonly Form[];
  /** Content types its body may have. Undefined: JSON or a form. Empty: it takes no body. */
  readonly bodyTypes?: readonly string[];
  readonly isBodyRequired?: boolean;
}

/** What a contract's file says, in our words. */
export interface Contract {
  readonly operations: readonly Operation[];
}

export const anything: JsonSchema = {};
export const nothing: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

export function nameOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method ?? 'any method'} ${path}`;
}

/** The names in a path's braces. */
export function pathNames(path: string): readonly string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
}

/** The same schema, which refuses what it does not name wherever it names anything. */
export function closed(schema: JsonSchema): JsonSchema {
  const each = (schemas: readonly JsonSchema[]) => schemas.map(closed);
  const isOpen = schema.properties !== undefined && schema.additionalProperties === undefined && schema.allOf === undefined;
  return {
    ...schema,
    ...(schema.properties && {
      properties: Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, closed(one)])),
    }),
    ...(schema.items && { items: closed(schema.items) }),
    ...(schema.anyOf && { anyOf: each(schema.anyOf) }),
    ...(schema.oneOf && { oneOf: each(schema.oneOf) }),
    // Its branches complete each other, so only together can they say what is unknown.
    ...(schema.allOf && schema['unevaluatedProperties'] === undefined && { unevaluatedProperties: false }),
    ...(isOpen && { additionalProperties: false }),
  };
}
