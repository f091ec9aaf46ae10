import type { Field, Fields } from '@hostwright/sdk';
import { secretLines, textFormats, type TextFormat } from './formats.js';

/** The JSON Schema of one field's value. */
export type ValueSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of a set of fields: for validation, forms and the OpenAPI document. */
export interface FieldsSchema {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, ValueSchema>>;
}

/**
 * How secrets arrive: `plain` as text, from forms and the API; `marked` as `{ $secret }`, in what an operation returns.
 */
export type SecretForm = 'plain' | 'marked';

export function buildSchema(fields: Fields, secrets: SecretForm): FieldsSchema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    additionalProperties: false,
    required: entries.filter(([, field]) => !field.optional && !hasDefault(field)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, valueSchema(field, secrets)])),
  };
}

/** The format of a field whose values are text; undefined for one whose values are not. */
export function formatOf(field: Field): TextFormat | undefined {
  if (field.type === 'integer' || field.type === 'boolean' || field.type === 'choice') return undefined;
  return field.type === 'secret' && field.multiline ? secretLines : textFormats[field.type];
}

function hasDefault(field: Field): boolean {
  return 'default' in field && field.default !== undefined;
}

function valueSchema(field: Field, secrets: SecretForm): ValueSchema {
  return {
    title: field.label,
    ...(field.help !== undefined && { description: field.help }),
    ...ruleSchema(field, secrets),
    ...(hasDefault(field) && { default: (field as { default: unknown }).default }),
    'x-field-type': field.type,
  };
}

function ruleSchema(field: Field, secrets: SecretForm): ValueSchema {
  switch (field.type) {
    case 'integer':
      return { type: 'integer', minimum: field.min ?? Number.MIN_SAFE_INTEGER, maximum: field.max ?? Number.MAX_SAFE_INTEGER };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: [...field.choices] };
    case 'secret': {
      // What an operation returns may be any secret text; what a person types must fit where it is used.
      if (secrets === 'marked') {
        return {
          type: 'object',
          additionalProperties: false,
          required: ['$secret'],
          properties: { $secret: { type: 'string' } },
          writeOnly: true,
        };
      }
      return { ...textSchema(field), writeOnly: true };
    }
    default:
      return {
        ...textSchema(field),
        ...(field.minLength !== undefined && { minLength: field.minLength }),
        ...(field.maxLength !== undefined && { maxLength: field.maxLength }),
        ...(field.pattern !== undefined && { pattern: `^(?:${field.pattern})$` }),
        ...(field.patternText !== undefined && { 'x-pattern-text': field.patternText }),
        ...(field.choicesFrom !== undefined && { 'x-choices-from': field.choicesFrom }),
      };
  }
}

/** An empty text is no value: what is optional is left out. */
function textSchema(field: Field): ValueSchema {
  const { format, maxLength } = formatOf(field) as TextFormat;
  return { type: 'string', minLength: 1, maxLength, format };
}
