import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { PanelError, type Field, type Fields, type PropertiesOf, type ValuesOf } from '@hostwright/sdk';
import { buildSchema, formatOf, type FieldsSchema, type SecretForm } from './field-schema.js';
import { secretLines, textFormats } from './formats.js';

interface Compiled {
  readonly schema: FieldsSchema;
  readonly validate: ValidateFunction;
}

const ajv = new Ajv({
  strict: true,
  useDefaults: true,
  unicodeRegExp: true,
  messages: false,
  keywords: ['x-field-type', 'x-pattern-text', 'x-choices-from'],
});
for (const { format, test } of [...Object.values(textFormats), secretLines]) ajv.addFormat(format, { type: 'string', validate: test });

/** Per set of fields, which is one object for the life of its extension. */
const compiled = new WeakMap<Fields, Map<SecretForm, Compiled>>();

function compile(fields: Fields, secrets: SecretForm): Compiled {
  const forms = compiled.get(fields) ?? new Map<SecretForm, Compiled>();
  compiled.set(fields, forms);
  const known = forms.get(secrets);
  if (known) return known;
  const schema = buildSchema(fields, secrets);
  const made = { schema, validate: ajv.compile(schema) };
  // It would keep every schema it has seen.
  ajv.removeSchema(schema);
  forms.set(secrets, made);
  return made;
}

/** JSON Schema of a set of fields, secrets as plain text. The same object every time. */
export function schemaOf(fields: Fields): FieldsSchema {
  return compile(fields, 'plain').schema;
}

export interface ValidateOptions {
  /** What the values are of, such as `server`: the beginning of every message and of `field`. */
  readonly path: string;
}

/**
 * The values, checked and with defaults filled in. The input is left as it is; a field whose value is `undefined` counts as left out.
 * Throws `invalid_input` for the first field at fault, `<path>.<field>: <rule>`; no message holds a value.
 */
export function validateFields<F extends Fields>(fields: F, input: unknown, { path }: ValidateOptions): ValuesOf<F> {
  return validated(fields, input, path, 'plain') as ValuesOf<F>;
}

/** The same for the properties that an operation returns, in which secrets are marked (`secret(…)`). */
export function validateProperties<F extends Fields>(fields: F, input: unknown, { path }: ValidateOptions): PropertiesOf<F> {
  return validated(fields, input, path, 'marked') as PropertiesOf<F>;
}

function validated(fields: Fields, input: unknown, path: string, secrets: SecretForm): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new PanelError('invalid_input', `${path}: must be an object`, { field: path });
  // Own entries only, and into an object that has no other: `constructor` is not a value that was given.
  const values = Object.assign(
    Object.create(null) as Record<string, unknown>,
    Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
  );
  const { validate } = compile(fields, secrets);
  if (!validate(values)) {
    const error = validate.errors?.[0];
    const { field, rule } = error ? ruleOf(fields, error) : { field: undefined, rule: 'is not valid' };
    const at = field === undefined ? path : `${path}.${field}`;
    throw new PanelError('invalid_input', `${at}: ${rule}`, { field: at });
  }
  return { ...values };
}

/** Which field is at fault and which rule it breaks, for a message. */
function ruleOf(fields: Fields, { keyword, params, instancePath }: ErrorObject): { field: string | undefined; rule: string } {
  if (keyword === 'additionalProperties' && instancePath === '')
    return { field: printable(String(params['additionalProperty'])), rule: 'unknown field' };
  if (keyword === 'required' && instancePath === '') return { field: String(params['missingProperty']), rule: 'is required' };
  const [, name, inside] = instancePath.split('/');
  const field = name === undefined ? undefined : fields[name];
  if (!field) return { field: undefined, rule: 'is not valid' };
  // Only a marked secret has an inside.
  if (inside !== undefined) return { field: name, rule: 'must be marked as a secret' };
  return { field: name, rule: broken(field, keyword, params) };
}

function broken(field: Field, keyword: string, params: Record<string, unknown>): string {
  switch (keyword) {
    case 'type':
      if (field.type === 'integer') return 'must be a whole number';
      if (field.type === 'boolean') return 'must be true or false';
      return field.type === 'secret' && params['type'] === 'object' ? 'must be marked as a secret' : 'must be text';
    case 'enum':
      return `must be one of ${(params['allowedValues'] as readonly string[]).join(', ')}`;
    case 'minLength':
      return params['limit'] === 1 ? 'must not be empty' : `must have at least ${String(params['limit'])} characters`;
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`;
    case 'minimum':
      return `must be at least ${String(params['limit'])}`;
    case 'maximum':
      return `must be at most ${String(params['limit'])}`;
    case 'pattern':
      return patternRule(field);
    case 'format':
      return formatOf(field)?.rule ?? 'is not valid';
    default:
      // What is required or unknown in a marked secret.
      return 'must be marked as a secret';
  }
}

/** A regular expression is no help to whoever fills in a form. */
function patternRule(field: Field): string {
  const text = 'patternText' in field ? field.patternText : undefined;
  return text === undefined ? 'does not have the form that is asked for' : `must be ${text}`;
}

/** An unknown key is the caller's text: shown, but not as long as it likes. */
function printable(key: string): string {
  const text = key.replace(/[^\x20-\x7e]/g, '?');
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
